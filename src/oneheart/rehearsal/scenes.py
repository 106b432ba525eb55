"""Scenes of the demo: made-up gatherings whose right end is known, so that a demo can fail.

A scene says who comes, what they read and what they want. It also says how its round must end, and why.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oneheart.model.presence import Form
from oneheart.rehearsal.friends import Friend, MadeUp, occasions_of, theme_count

_OF_CIRCLE, _OF_PERSON = 0.5, 0.8  # standard deviations of preferences between circles, and within them


@dataclass(frozen=True, slots=True)
class Scene:
    """One made-up gathering.

    Attributes:
        name: its name on the command line.
        people: number of people with a phone.
        circles: number of circles; people come to them in turn.
        voice: "ten" or "assembly".
        languages: share of each language, by its code; the shares add up to 1.
        bilingual: share of people who read one more language of the gathering.
        alone: languages that nobody reads beside their own people, and whose people read no other.
        late: share of people who come when the desires are crossing already.
        leaving: share of people who leave when the text is woven.
        refusing: share of people to whom half of all lines go against, and who do not affirm the whole.
        without_phone: number of people for whom the steward of their circle types.
        camps: whether people stand in two camps, each of which wants what the other one refuses.
        occasions: occasions at which people check in, as (name, form).
        expected: how the round ends: "one desire", "not yet" or "no text".
        because: why, in one sentence.
    """

    name: str
    people: int
    circles: int
    languages: dict[str, float]
    expected: str
    because: str
    voice: str = "ten"
    bilingual: float = 0.0
    alone: frozenset[str] = frozenset()
    late: float = 0.0
    leaving: float = 0.0
    refusing: float = 0.0
    without_phone: int = 0
    camps: bool = False
    occasions: tuple[tuple[str, Form], ...] = ()


SCENES: dict[str, Scene] = {
    scene.name: scene
    for scene in (
        Scene(
            "ten",
            people=9,
            circles=1,
            languages={"en": 1.0},
            without_phone=1,
            expected="one desire",
            because="ten friends want much alike, and the one of them who has no phone is heard all the same",
        ),
        Scene(
            "evening",
            people=100,
            circles=10,
            languages={"en": 0.4, "he": 0.3, "ru": 0.15, "es": 0.15},
            bilingual=0.25,
            alone=frozenset({"es"}),
            late=0.1,
            leaving=0.05,
            expected="not yet",
            because="nobody can carry the text into Spanish, so its readers cannot be heard",
        ),
        Scene(
            "assembly",
            people=120,
            circles=12,
            languages={"en": 0.5, "he": 0.5},
            voice="assembly",
            bilingual=0.4,
            late=0.05,
            refusing=0.03,
            expected="one desire",
            because="two languages have people enough who read both, and want much alike",
        ),
        Scene(
            "disagreement",
            people=80,
            circles=8,
            languages={"en": 1.0},
            voice="assembly",
            camps=True,
            expected="no text",
            because="two camps want what the other one refuses, so no line is common",
        ),
        Scene(
            "days",
            people=60,
            circles=6,
            languages={"en": 0.5, "ru": 0.5},
            bilingual=0.5,
            leaving=0.05,
            occasions=(("The first lesson", Form.LESSON), ("Supper", Form.MEAL), ("The night", Form.NIGHT)),
            expected="one desire",
            because="over days people meet at lessons, meals and nights, and most want the same few things",
        ),
    )
}
"""All scenes, by their names."""


def friends_of(scene: Scene, *, seed: int) -> list[Friend]:
    """Return the people of a scene who have a phone, then those who have none. Deterministic for one seed.

    Example:
        >>> len(friends_of(SCENES["ten"], seed=0))
        10
    """
    rng = np.random.default_rng([seed, 3])
    count = scene.people + scene.without_phone
    themes = theme_count()
    of_circle = rng.normal(0.0, _OF_CIRCLE, (scene.circles, themes))
    codes = [*scene.languages]
    spoken = rng.choice(len(codes), size=count, p=[*scene.languages.values()])
    went, moved = occasions_of(count, scene.languages, themes, "real" if scene.occasions else None, seed)
    open_codes = [code for code in codes if code not in scene.alone]
    out: list[Friend] = []
    for number in range(count):
        language = codes[int(spoken[number])]
        tastes = of_circle[number % scene.circles] + rng.normal(0.0, _OF_PERSON, themes) + moved[number]
        others = [code for code in open_codes if code != language and language not in scene.alone]
        reads_more = bool(others) and rng.random() < scene.bilingual
        out.append(
            MadeUp(
                language=language,
                tastes=tastes,
                rng=rng,
                rooms=went[number],
                languages=frozenset({others[int(rng.integers(len(others)))]} if reads_more else ()),
                refuses=bool(rng.random() < scene.refusing),
                camp=number // scene.circles % 2 if scene.camps else None,
            )
        )
    return out
