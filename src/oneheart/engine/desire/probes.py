"""How many cards are probes (uniform sampling); a module of its own, so that dealing cards does not load the model."""

from __future__ import annotations

PROBE_SHARE = 0.1
"""The share of probes among a person's cards after the first ones, 0 to 1."""
FIRST_PROBES = 2
"""So many of a person's first cards are probes."""

FAR_LANGUAGE_FIRST, FAR_LANGUAGE_SHARE = 0.5, 0.2
"""The share of cards in other languages, in carried words, among the cards of a crossing: until a person has met one,
and afterwards. So languages meet, as circles do."""
