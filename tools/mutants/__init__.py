"""Mutation testing: draw single changes of the crux modules at random, and ask of each whether the nearest tests fail.

A mutant that no test notices shows a rule that nothing guards. `make mutants SEED=1 COUNT=60` draws and runs a sample;
docs/decisions/0018-our-own-mutants.md says why this is not mutmut or Cosmic Ray.
"""
