"""Made-up halls in which some desires are one wish in several wordings, and others only sound alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

ONE_WISH = (
    "Nobody should sell cigarettes to young people",
    "No tobacco adverts where young people live",
    "Young people should not see adverts for vaping",
    "Selling vapes to teenagers must stop",
)
OTHERS = (
    "A tax on cigarettes",
    "Swimming lessons for every pupil",
    "Fresh water on every square",
    "Cheaper trains",
    "Forms that everybody understands",
    "More midwives in the valleys",
)
PATTERNS = {
    "en": ("I want peace", "I want rest", "I want bread", "I want sun", "I want joy", "I want work"),
    "closer": tuple(
        f"I want to come closer to {whom}" for whom in ("my son", "my mother", "my teacher", "God", "our ten")
    ),
    "de": tuple(f"Ich wünsche mir mehr Zeit für {what}" for what in ("Musik", "Kinder", "Gebet", "Sport", "Ruhe")),
    "ru": tuple(f"Хочу быть ближе к {whom}" for whom in ("детям", "маме", "учителю", "Богу", "десятке")),
    "he": tuple(f"אני רוצה להיות קרוב יותר {whom}" for whom in ("לילדים", "להורים", "למורה", "לבורא", "לעשירייה")),
}


def hall(
    texts: Sequence[str],
    stances: np.ndarray,
    *,
    languages: Sequence[str | None] = (),
    asked: float = 1.0,
    seed: int = 0,
) -> Gathering:
    """Return a gathering in which everybody is asked each desire with a chance of `asked`."""
    people = len(stances)
    keep = np.random.default_rng(seed).random(stances.shape) < asked
    person, column = np.nonzero(keep)
    of = languages or (None,) * len(texts)
    return Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(people)),
        tuple(Desire(str(n), text, language=code) for n, (text, code) in enumerate(zip(texts, of, strict=True))),
        Responses.of(person, column, stances[person, column]),
    )


def wanted(
    people: int, count: int, rng: np.random.Generator, *, want: float = 0.97, against: float = 0.0
) -> np.ndarray:
    """Return stances (people, count), each drawn by itself."""
    drawn = rng.random((people, count))
    return np.where(drawn < want, 1, np.where(drawn < want + against, -1, 0))


def wordings(people: int, rng: np.random.Generator, *, kept: float = 0.9, want: float = 0.86) -> np.ndarray:
    """Return stances to `ONE_WISH` and `OTHERS`: to each wording people answer as they are, with a chance of `kept`."""
    one = wanted(people, 1, rng, want=want, against=0.07)
    anew = wanted(people, len(ONE_WISH), rng, want=want, against=0.07)
    same = np.where(rng.random(anew.shape) < kept, one, anew)
    return np.concatenate([same, wanted(people, len(OTHERS), rng, want=want - 0.04, against=0.08)], axis=1)


def halls_with_truth(
    seed: int, *, people: int = 300, wishes: int = 16, answers: int = 16, kept: float = 0.85, polar: float = 0.0
) -> tuple[Gathering, np.ndarray]:
    """Return a hall with parts, three of whose wishes have three wordings each, and which wish each desire is.

    Wordings of one wish share one word of four. Many other desires share words by chance.

    Args:
        seed: draws everything.
        people: N.
        wishes: how many different wishes there are.
        answers: how many desires each person answers.
        kept: chance that a person answers another wording as the first.
        polar: above 0, two opposed camps instead of five parts, and how far apart they are, in logits.
    """
    rng = np.random.default_rng(seed)
    part = rng.choice(5, people, p=[0.4, 0.25, 0.15, 0.12, 0.08])
    pull = np.where((rng.random(wishes) < 0.3) | (np.arange(5)[:, None] == rng.integers(0, 5, wishes)), 1.8, -1.2)
    logit = pull[part] + 0.5 * rng.normal(size=(people, wishes))
    if polar:
        camp = rng.choice([-1, 1], people)[:, None]
        logit = polar * camp * rng.choice([-1, 1], wishes) + 0.6 * rng.normal(size=(people, wishes)) + 0.3
    chance = 1 / (1 + np.exp(-logit))

    def answered(of: np.ndarray) -> np.ndarray:
        drawn = rng.random(of.shape)
        return np.where(drawn < of, 1, np.where(drawn < of + 0.6 * (1 - of), -1, 0))

    def word() -> str:
        return "".join(rng.choice(list("bdfgklmnprstvz")) + rng.choice(list("aeiou")) for _ in range(4))

    first = answered(chance)
    texts, columns, truth = [], [], []
    for wish in range(wishes):
        said = [word() for _ in range(3)]
        texts.append(" ".join([*said, word()]))
        columns.append(first[:, wish])
        truth.append(wish)
        for again in range(2 if wish < 3 else 0):
            texts.append(" ".join([word(), said[again], word(), word()]))
            columns.append(np.where(rng.random(people) < kept, first[:, wish], answered(chance[:, wish])))
            truth.append(wish)
    for _ in range(len(texts) // 2):
        one, other = rng.choice(len(texts), 2, replace=False)
        if truth[one] != truth[other]:
            shared = word()
            texts[one], texts[other] = f"{texts[one]} {shared}", f"{texts[other]} {shared}"
    stances = np.stack(columns, axis=1)
    met = np.argsort(rng.random(stances.shape), axis=1)[:, :answers]
    person, column = np.repeat(np.arange(people), met.shape[1]), met.ravel()
    desires = tuple(Desire(str(n), text) for n, text in enumerate(texts))
    responses = Responses.of(person, column, stances[person, column])
    return Gathering("?", tuple(f"p{n}" for n in range(people)), desires, responses), np.array(truth)


def responses_with(people: int, correlation: float) -> Responses:
    """Return answers of so many people to two desires, half of whom want each, with nearly this correlation."""
    agree = round(people * (1 + correlation) / 2)
    both = agree // 2
    first = np.array([1] * both + [-1] * (agree - both) + [1, -1] * people)[:people]
    second = np.array([1] * both + [-1] * (agree - both) + [-1, 1] * people)[:people]
    stances = np.stack([first, second], axis=1)
    return Responses.of(np.repeat(np.arange(people), 2), np.tile([0, 1], people), stances.ravel())


def hall_of_pairs(
    pairs: Sequence[tuple[bool, str, str]],
    seed: int,
    *,
    language: str,
    people: int = 300,
    answers: int = 16,
    kept: float = 0.85,
    polar: float = 0.0,
) -> tuple[Gathering, np.ndarray]:
    """Return a hall in which people answer written pairs of wishes, and which wish each desire is.

    Two wordings of one wish are answered as the other with a chance of `kept`; two wishes that sound alike each by
    itself. The other arguments are those of `halls_with_truth`.
    """
    rng = np.random.default_rng(seed)
    same = np.repeat([one for one, _, _ in pairs], 2)
    truth = np.where(same, np.arange(2 * len(pairs)) // 2 * 2, np.arange(2 * len(pairs)))
    shape = (people, 2 * len(pairs))
    if polar:
        camp = rng.choice([-1, 1], people)[:, None]
        logit = polar * camp * rng.choice([-1, 1], shape[1]) + 0.6 * rng.normal(size=shape) + 0.3
    else:
        part = rng.choice(5, people, p=[0.4, 0.25, 0.15, 0.12, 0.08])
        pull = np.where(rng.random((5, shape[1])) < 0.4, 1.8, -0.6)
        logit = pull[part] + 0.5 * rng.normal(size=shape)
    logit = logit[:, truth]  # both wordings of one wish are wanted by the same people
    want = 1 / (1 + np.exp(-logit))

    def answered() -> np.ndarray:
        drawn = rng.random(shape)
        return np.where(drawn < want, 1, np.where(drawn < want + 0.6 * (1 - want), -1, 0))

    first, anew = answered(), answered()
    stances = np.where(rng.random(shape) < kept, first[:, truth], anew)
    met = np.argsort(rng.random(shape), axis=1)[:, :answers]
    person, column = np.repeat(np.arange(people), met.shape[1]), met.ravel()
    texts = [text for _, *both in pairs for text in both]
    desires = tuple(Desire(str(n), text, language=language) for n, text in enumerate(texts))
    responses = Responses.of(person, column, stances[person, column])
    return Gathering("?", tuple(f"p{n}" for n in range(people)), desires, responses), truth
