"""Rehearsal: phones in numbers that take part in a gathering over real HTTP, to test a hall before the day.

A client only: it knows addresses and forms, as a phone does, and nothing of what stands behind them. What the server
acknowledged to each phone is kept there and compared, at the end, with what the server says it has.
"""
