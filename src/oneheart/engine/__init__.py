"""Arrays in, results out: the mathematics of a gathering.

Letters of all shapes: N participants, M desires, C circles, D numbers per person or desire in the response
model, K lines of a text. Nothing here reads a clock, a file, a network or a database.
"""
