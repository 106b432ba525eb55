"""Rehearsal: many simulated phones take part in a gathering over real HTTP, to test a server before the day.

It is a client only: like a phone it knows addresses and forms, and nothing of the server's internals. Each phone
records what the server acknowledged. At the end this record is compared with what the server says it holds.
"""
