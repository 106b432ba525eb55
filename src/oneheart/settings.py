"""Every setting with its default and meaning; the reference page of settings is written from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One documented default.

    Example:
        >>> K_ANONYMITY.value
        5
    """

    name: str
    value: float
    meaning: str


K_ANONYMITY = Setting(
    "k_anonymity", 5, "No count of fewer people than this is ever shown, nor one that a subtraction reveals."
)
WORST_SHARE = Setting(
    "worst_share", 0.2, "The smallest part of a gathering that must not refuse a line: its least supportive fifth."
)
AGAINST_WEIGHT = Setting("against_weight", 0.5, "How much one 'against' counts beside one 'want' in net support.")
WORST_AGAINST_MOST = Setting(
    "worst_against_most", 0.35, "A desire is not common while more than this share of its worst fifth is against it."
)
MEASURED_PEOPLE = Setting(
    "measured_people", 12, "With fewer people who answered, nothing is measured and the result is 'not yet'."
)
MEASURED_ANSWERS = Setting(
    "measured_answers",
    8,
    "With fewer answers a desire is not measured and cannot become a line; where fewer than 64 people answered, "
    "with fewer answers than an eighth of them.",
)
MEASURED_ANSWERS_LEAST = Setting(
    "measured_answers_least", 5, "However few people answered, a desire is not measured with fewer answers than this."
)
LINES = Setting("lines", 5, "Lines of the one desire (7 for more than 1,000 people, 3 for 12 or fewer).")
AFFIRMED_LEAST = Setting(
    "affirmed_least", 0.8, "Each line must surely be wanted by this share of the gathering before it is 'one'."
)
WORST_FIFTH_LEAST = Setting(
    "worst_fifth_least", 0.5, "Each line must surely have this net support in its worst fifth before it is 'one'."
)
COVERAGE_LEAST = Setting(
    "coverage_least", 0.95, "Share of people who must have at least one line of their own before it is 'one'."
)
CHALLENGERS = Setting(
    "challengers", 4, "About so many desires outside the text, drawn by lot, each of its readers is asked about."
)
SIMILAR_MOST = Setting(
    "similar_most", 0.35, "Two lines of one text are never more alike than this (trigram similarity, 0 to 1)."
)
TOUCH_RANK = Setting("touch_rank", 3, "Hidden tastes in the model of 'does it touch me at all'.")
DIRECTION_RANK = Setting("direction_rank", 4, "Hidden tastes in the model of 'toward or against'.")
SWEEPS = Setting("sweeps", 60, "At most so many rounds of fitting.")
TOLERANCE = Setting(
    "tolerance", 0.002, "Fitting stops when no desire's worst fifth moves by more than this in one round."
)

ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""The model multiplies many small matrices: threads of the library that does so wait for one another, and half of the
processor's time goes into waiting. Sweeps over people have threads of their own (`engine.kernels`). These variables are
read when the library is loaded; one that is set already stays."""

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Setting))
