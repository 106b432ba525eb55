"""Settings: every default with its meaning. docs/reference/settings.md is generated from this module."""

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
    "k_anonymity",
    5,
    "Least number of people in a published count; smaller counts are never shown, nor derivable by subtraction.",
)
WORST_SHARE = Setting("worst_share", 0.2, "Share of people in the 'worst fifth' of a line: those who support it least.")
AGAINST_WEIGHT = Setting("against_weight", 0.5, "Weight of one 'against' relative to one 'want' in net support.")
WORST_AGAINST_MOST = Setting(
    "worst_against_most",
    0.35,
    "A desire is not common if surely more than this share of its worst fifth is against it.",
)
ONE_SIDED_LEAST = Setting(
    "one_sided_least",
    0.33,
    "Where nobody can be against: share of the worst fifth that must be expected to want a desire before it is common.",
)
MEASURED_PEOPLE = Setting(
    "measured_people",
    12,
    "Least number of people who answered; with fewer, nothing is measured and the result is 'not yet'.",
)
MEASURED_ANSWERS = Setting(
    "measured_answers",
    8,
    "Least number of answers to a desire; with fewer, it is not measured and cannot become a line. If fewer than 64 "
    "people answered anything, an eighth of them is enough.",
)
MEASURED_ANSWERS_LEAST = Setting(
    "measured_answers_least", 5, "Absolute least number of answers to a measured desire, however few people answered."
)
LINES = Setting("lines", 5, "Number of lines of the one desire (7 for more than 1,000 people, 3 for 12 or fewer).")
AFFIRMED_LEAST = Setting(
    "affirmed_least",
    0.8,
    "Share of people who want a line: its lower confidence bound must reach this for 'one desire'.",
)
WORST_FIFTH_LEAST = Setting(
    "worst_fifth_least",
    0.5,
    "Net support in the worst fifth of a line: its lower confidence bound must reach this for 'one desire'.",
)
COVERAGE_LEAST = Setting(
    "coverage_least", 0.95, "Share of people who have at least one line of their own: needed for 'one desire'."
)
CHALLENGERS = Setting(
    "challengers", 4, "Expected number of unanswered desires outside the text in the random sample of each reader."
)
SAME_PEOPLE_LEAST = Setting(
    "same_people_least",
    20,
    "Least number of people who answered two desires; with fewer, only identical words are the same wish.",
)
SAME_CORRELATION_LEAST = Setting(
    "same_correlation_least",
    0.4,
    "Two desires with near words are the same wish to a gathering if the correlation of their answers is surely (95 %) "
    "at least this, and above what is usual between desires with other words.",
)
SAME_CONTRAST_LEAST = Setting(
    "same_contrast_least",
    0.8,
    "The same for two sentences that differ by one thing put in the place of another.",
)
FACT_DOUBTED_LEAST = Setting(
    "fact_doubted_least",
    0.5,
    "What reads like a fact about its author is doubted if its answers surely (95 %) correlate with those to a wish by "
    "at least this.",
)
NEAR_WORDS_LEAST = Setting(
    "near_words_least", 0.15, "Least share of letter trigrams in common of texts whose words are near, 0 to 1."
)
NEAR_MEANING_LEAST = Setting(
    "near_meaning_least", 0.6, "The same where the operator's own embedder tells which texts are near, 0 to 1."
)
TOUCH_RANK = Setting("touch_rank", 3, "Latent dimensions (rank) of the model of whether a desire concerns a person.")
DIRECTION_RANK = Setting("direction_rank", 4, "Latent dimensions (rank) of the model of want or against.")
TOUCH_RANK_OF_MANY = Setting("touch_rank_of_many", 7, "The same where answers are many.")
DIRECTION_RANK_OF_MANY = Setting("direction_rank_of_many", 8, "The same where answers are many.")
MANY_ANSWERS_OF_A_PERSON = Setting(
    "many_answers_of_a_person", 30, "Answers are many if those who answered gave at least so many on average, and"
)
MANY_ANSWERS_OF_A_DESIRE = Setting(
    "many_answers_of_a_desire", 600, "if the desires that were answered have at least so many on average."
)
SWEEPS = Setting("sweeps", 300, "Greatest number of sweeps of a fit; most stop by themselves after fifty to a hundred.")
TOLERANCE = Setting(
    "tolerance",
    0.002,
    "Convergence: a fit stops when no desire's worst fifth is further than this, as estimated, from where more sweeps "
    "would bring it.",
)

ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""The model multiplies many small matrices. Threads of the linear algebra library would wait for one another and waste
half of the processor time; sweeps over people have their own threads (`engine.kernels`). The library reads these
variables when it is loaded; the operator's own values come first."""

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Setting))
