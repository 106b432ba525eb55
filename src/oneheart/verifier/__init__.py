"""Verifier: checks a bundle by the standard library alone, so that nobody needs this package to check a record."""
