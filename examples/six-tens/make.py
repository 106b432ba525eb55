"""Write the made-up gathering of sixty friends in six tens that the demonstration and the tutorial use.

    python examples/six-tens/make.py            write the five files beside this script
    python examples/six-tens/make.py --check    exit status 1 if the files are not what this script writes

The words are written by hand. The answers are drawn by lot, with a fixed seed, from what the analysis never sees:
every desire has a theme and an appeal, every friend leans to some themes and away from others, and friends of one ten
lean alike. Nobody in it is real. Only the standard library is used, so that any Python 3.11 or newer can run it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
SEED = 26

QUESTION = "What do you want? · מה אתם רוצים? · Чего вы хотите? · ¿Qué queréis?"
CREDITS = "A made-up gathering: every friend, ten and desire in it is invented. Written for oneheart, Apache-2.0."


@dataclass(frozen=True, slots=True)
class Ten:
    """A circle: its label, its name, and how many of its friends read each language."""

    label: str
    name: str
    languages: dict[str, int]


TENS = (
    Ten("ten-1", "עשיריית השקד", {"he": 10}),
    Ten("ten-2", "עשיריית הנחל", {"he": 8, "ru": 2}),
    Ten("ten-3", "Десятка «Рассвет»", {"ru": 10}),
    Ten("ten-4", "Decena del Sur", {"es": 10}),
    Ten("ten-5", "The Kitchen Ten", {"en": 9, "he": 1}),
    Ten("ten-6", "The Mirror Ten (far away)", {"ru": 4, "en": 3, "es": 3}),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A desire and what the analysis never sees of it.

    `appeal` is the log-odds that a friend with no leaning wants it. `strife` is the chance that a friend who does not
    want it is against it, instead of merely saying "not mine". `ten` is its author's ten; None where the hosts began
    with it.
    """

    text: str
    language: str
    ten: int | None
    theme: str
    appeal: float
    strife: float = 0.01
    moderated: str = "accepted"
    meta: bool = False


WISHES = (
    # what the hosts began with
    Wish("That we leave here closer in what we want, not only in where we sat.", "en", None, "one", 2.2),
    Wish("שנשמע גם את מי ששותק.", "he", None, "place", 1.4),
    # to be one
    Wish("That we become one, and nobody has to become less for it.", "en", 5, "one", 2.9),
    Wish("שנהיה כאיש אחד בלב אחד, גם אחרי שנחזור הביתה.", "he", 1, "one", 2.8),
    Wish("Хочу почувствовать, что у нас одно сердце на всех.", "ru", 3, "one", 2.3),
    Wish("Que seamos un solo corazón, aunque hablemos cuatro lenguas.", "es", 4, "one", 2.6),
    Wish("To feel that the friends in the far hall are in the same room with us.", "en", 6, "one", 1.0),
    Wish("Чтобы расстояние перестало что-нибудь значить.", "ru", 6, "one", 0.4),
    # courage, and strength for others
    Wish("I want strength for the friend beside me before I ask any for myself.", "en", 5, "courage", 2.7),
    Wish("Хочу, чтобы каждому хватило смелости попросить о помощи.", "ru", 3, "courage", 2.5),
    Wish("Valor para decir la verdad con cariño.", "es", 4, "courage", 0.9),
    Wish("אומץ לוותר על הצדק שלי.", "he", 2, "courage", 0.1),
    Wish("Courage to begin again tomorrow, whatever today was like.", "en", 6, "courage", 0.9),
    # the weak friend
    Wish("שאף חבר לא ייפול בלי שירגישו.", "he", 1, "weak", 2.8),
    Wish("Чтобы самый слабый из нас стал самым важным.", "ru", 6, "weak", 1.2),
    Wish("Que cuidemos a quien llegó cansado.", "es", 4, "weak", 1.3),
    Wish("That somebody notices when I go quiet.", "en", 5, "weak", 0.6),
    # a place for everyone
    Wish("שלכל אחד יהיה מקום סביב השולחן.", "he", 2, "place", 2.7),
    Wish("A place for everyone around the table.", "en", 5, "place", 2.3),
    Wish("Que nadie se quede solo en la última mesa.", "es", 4, "place", 2.4),
    Wish("Чтобы новенькие не чувствовали себя гостями.", "ru", 3, "place", 0.8),
    Wish("A chair and a translation for whoever comes late.", "en", 6, "place", 0.4),
    # prayer for one another
    Wish("להתפלל על החבר לפני שאני מתפלל על עצמי.", "he", 1, "prayer", 2.4),
    Wish("Молиться друг за друга, а не каждый за себя.", "ru", 3, "prayer", 2.3),
    Wish("Que alguien rece por mí sin decírmelo.", "es", 4, "prayer", 0.4),
    Wish("A minute of silence together every evening, each for somebody else.", "en", 5, "prayer", 0.5),
    Wish("שנבקש סליחה זה מזה לפני השקיעה.", "he", 2, "prayer", 0.9),
    # peace
    Wish("Peace.", "en", 6, "peace", 1.2),
    Wish("שלום.", "he", 2, "peace", 1.2),
    Wish("Мира нашим детям!", "ru", 3, "peace", 1.4),
    Wish("Мира нашим детям.", "ru", 6, "peace", 1.4),
    Wish("Que mis hijos no conozcan la guerra.", "es", 4, "peace", 1.1),
    Wish("שהחיילים יחזרו הביתה בשלום.", "he", 1, "peace", 0.6, 0.04),
    # children
    Wish("That our children want to come here by themselves one day.", "en", 5, "children", 0.1),
    Wish("שהילדים יראו אותנו מאוחדים, לא רק מדברים על זה.", "he", 1, "children", 0.5),
    Wish("Больше времени с детьми, меньше с телефоном.", "ru", 3, "children", -0.3),
    Wish("Un rincón con juegos para los niños durante las clases.", "es", 4, "children", -0.7),
    # quiet and sleep
    Wish("קצת שקט בראש.", "he", 2, "quiet", -0.7),
    Wish("Тишины хотя бы на час в день.", "ru", 3, "quiet", -0.8),
    Wish("An hour in the desert alone with the stars.", "en", 5, "quiet", -0.5),
    Wish("Выспаться.", "ru", 6, "sleep", -1.3),
    Wish("Dormir ocho horas, de verdad.", "es", 4, "sleep", -1.4),
    Wish("Lights out at ten.", "en", 5, "sleep", -2.2, 0.95),
    # laughter and music
    Wish("Reír hasta que duela la barriga.", "es", 4, "laughter", -0.2),
    Wish("Больше смеха за столом.", "ru", 3, "laughter", 0.0),
    Wish("לצחוק על עצמנו, לא על אחרים.", "he", 1, "laughter", 0.1),
    Wish("More music in the evenings.", "en", 5, "music", -0.5),
    Wish("More music in the evening, please!", "en", 6, "music", -0.5),
    Wish("לשיר ביחד בלי מיקרופונים.", "he", 2, "music", 0.0),
    Wish("Música y baile hasta las dos de la mañana.", "es", 4, "music", -2.2, 0.95),
    # food together
    Wish("To cook one big meal together, all six tens in one kitchen.", "en", 5, "food", 0.0),
    Wish("Que las comidas sean largas y sin prisa.", "es", 4, "food", -0.1),
    Wish("קפה טוב בבוקר.", "he", 2, "food", -1.0),
    Wish("Only vegetarian meals in the dining hall.", "en", 6, "food", -2.2, 0.95),
    # how the days are ordered: here people differ
    Wish("Телефоны сдавать на входе, на все три дня.", "ru", 3, "order", -2.2, 0.95),
    Wish("No phones in the hall.", "en", 5, "order", -1.2, 0.8),
    Wish("שיעור כל יום בארבע בבוקר.", "he", 1, "order", -2.2, 0.95),
    Wish("Un día entero sin programa.", "es", 4, "order", -1.5, 0.7),
    # about oneself, about the talk itself, and one that the hosts took away
    Wish("I am a vegetarian.", "en", 6, "food", -2.1),
    Wish("Я здесь впервые.", "ru", 6, "place", -1.8),
    Wish("אני אבא לשלושה ילדים.", "he", 1, "children", -1.8),
    Wish("These cards should come in bigger letters.", "en", 5, "order", -0.6, 0.01, "accepted", meta=True),
    Wish("Whoever snores in room twelve should sleep outside.", "en", 5, "sleep", -2.4, 0.4, "rejected"),
)

TEN_SPREAD = 0.8
"""How far tens differ in their leaning to a theme, in log-odds."""
FRIEND_SPREAD = 1.2
"""How far friends of one ten differ."""
CORE = frozenset({"one", "courage", "weak", "place", "prayer", "peace"})
"""Themes to which all tens lean much the same: the true common core."""
CORE_CALM = 0.3
"""Leanings to the core's themes are this much smaller."""
PROBES = 10
"""A friend's first cards: whatever has been seen least. Later cards: rather what has been wanted so far."""
HOPE = 10.0
"""How much rather."""


@dataclass(frozen=True, slots=True)
class Friend:
    """One made-up friend; `leaning` is log-odds by theme."""

    label: str
    ten: int
    language: str
    cards: int
    leaning: dict[str, float]


def friends(rng: Random) -> list[Friend]:
    """Return sixty friends, ten by ten."""
    themes = sorted({wish.theme for wish in WISHES})

    def spread(theme: str, size: float) -> float:
        return rng.gauss(0.0, size * (CORE_CALM if theme in CORE else 1.0))

    out: list[Friend] = []
    for number, ten in enumerate(TENS, start=1):
        shared = {theme: spread(theme, TEN_SPREAD) for theme in themes}
        for language in (code for code, count in ten.languages.items() for _ in range(count)):
            leaning = {theme: shared[theme] + spread(theme, FRIEND_SPREAD) for theme in themes}
            cards = 12 + int(rng.random() * 8)
            out.append(Friend(f"friend-{len(out) + 1:02}", number, language, cards, leaning))
    return out


def authors(people: list[Friend]) -> list[Friend | None]:
    """Return the author of each wish: friends of its ten who read its language take turns."""
    written: dict[str, int] = {}
    out: list[Friend | None] = []
    for wish in WISHES:
        able = [f for f in people if f.ten == wish.ten and f.language == wish.language]
        author = min(able, key=lambda f: (written.get(f.label, 0), f.label), default=None)
        if author is not None:
            written[author.label] = written.get(author.label, 0) + 1
        out.append(author)
    return out


def stance(friend: Friend, wish: Wish, rng: Random) -> str:
    """Return the word with which a friend answers a wish."""
    chance = 1 / (1 + math.exp(-wish.appeal - friend.leaning[wish.theme]))
    if rng.random() < chance:
        return "want"
    return "against" if rng.random() < wish.strife else "not mine"


def draw(weights: list[float], rng: Random) -> int:
    """Return a place, drawn with odds in proportion to the weights."""
    left = rng.random() * sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    return len(weights) - 1


def answers(people: list[Friend], wrote: list[Friend | None], rng: Random) -> dict[tuple[int, int], str]:
    """Return the answer of each friend (by row) to each wish (by column) that they met.

    One card at a time goes round the whole gathering. Who wrote a wish wants it, and that is their first answer.
    """
    out: dict[tuple[int, int], str] = {}
    seen, wanted = [0] * len(WISHES), [0] * len(WISHES)

    def note(row: int, column: int, word: str) -> None:
        out[row, column] = word
        seen[column] += 1
        wanted[column] += word == "want"

    for column, author in enumerate(wrote):
        if author is not None:
            note(people.index(author), column, "want")
    for card in range(max(f.cards for f in people)):
        for row, friend in enumerate(people):
            if card >= friend.cards:
                continue
            unmet = [column for column in range(len(WISHES)) if (row, column) not in out]
            if card < PROBES:
                least = min(seen[column] for column in unmet)
                weights = [1.0 if seen[column] == least else 0.0 for column in unmet]
            else:
                weights = [math.exp(HOPE * (wanted[column] + 1) / (seen[column] + 2)) for column in unmet]
            column = unmet[draw(weights, rng)]
            note(row, column, stance(friend, WISHES[column], rng))
    return out


def table(header: str, rows: list[tuple[object, ...]]) -> str:
    """Return rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    rng = Random(SEED)  # noqa: S311  a made-up gathering keeps no secret
    people = friends(rng)
    wrote = authors(people)
    given = answers(people, wrote, rng)
    number = [f"{column + 1:02}" for column in range(len(WISHES))]
    said = {"question": QUESTION, "credits": CREDITS}
    return {
        "gathering.json": json.dumps(said, ensure_ascii=False, indent=1) + "\n",
        "circles.csv": table("circle,name", [(ten.label, ten.name) for ten in TENS]),
        "participants.csv": table(
            "participant,circle,language", [(f.label, TENS[f.ten - 1].label, f.language) for f in people]
        ),
        "desires.csv": table(
            "desire,text,author,language,moderated,meta,seed",
            [
                (
                    number[column],
                    wish.text,
                    author.label if author else "",
                    wish.language,
                    wish.moderated,
                    str(wish.meta).lower(),
                    str(wish.ten is None).lower(),
                )
                for column, (wish, author) in enumerate(zip(WISHES, wrote, strict=True))
            ],
        ),
        "responses.csv": table(
            "participant,desire,stance",
            [(people[row].label, number[column], word) for (row, column), word in sorted(given.items())],
        ),
    }


def main() -> int:
    """Write the files, or say which is not what this script writes."""
    parser = argparse.ArgumentParser(description="Write the made-up gathering of sixty friends in six tens.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if a file differs")
    check = parser.parse_args().check
    stale = []
    for name, text in files().items():
        path, content = HERE / name, text.encode()
        if not check:
            path.write_bytes(content)
        elif not path.is_file() or path.read_bytes() != content:
            stale.append(name)
    if stale:
        sys.stderr.write(f"Not what make.py writes: {', '.join(stale)}. Run python examples/six-tens/make.py.\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
