"""A text in many languages, carried by people who read them all, for tests of the hall screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oneheart.live import events as ev
from oneheart.model import actor
from oneheart.model.round import Stage

WORDS: dict[str, list[str]] = {
    "en": [
        "Nobody sits alone at the table, and nobody eats alone",
        "Those who are silent are heard before the loud are heard again",
        "What one of us fears, all of us carry for a while",
        "We learn to want for others what we want for ourselves",
        "Peace in the houses from which we came",
    ],
    "he": [
        "איש אינו יושב לבדו ליד השולחן, ואיש אינו אוכל לבדו",
        "מי ששותק נשמע לפני שהרועשים נשמעים שוב",
        "ממה שאחד מאיתנו חושש, כולנו נושאים זמן מה",
        "נלמד לרצות בשביל אחרים את מה שאנו רוצים לעצמנו",
        "שלום בבתים שמהם באנו",
    ],
    "ru": [
        "Никто не сидит за столом один и никто не ест один",
        "Молчащих слышат прежде, чем снова услышат громких",
        "То, чего боится один из нас, все мы несём какое-то время",
        "Мы учимся желать другим того, чего желаем себе",
        "Мира домам, из которых мы пришли",
    ],
    "es": [
        "Nadie se sienta solo a la mesa y nadie come solo",
        "Se escucha a quienes callan antes de volver a oír a quienes gritan",
        "Lo que uno teme, todos lo cargamos por un tiempo",
        "Aprendemos a querer para otros lo que queremos para nosotros",
        "Paz en las casas de las que venimos",
    ],
    "uk": [
        "Ніхто не сидить за столом сам і ніхто не їсть сам",
        "Тих, хто мовчить, чують раніше, ніж знову почують гучних",
        "Те, чого боїться один із нас, усі ми несемо якийсь час",
        "Ми вчимося бажати іншим того, чого бажаємо собі",
        "Миру домівкам, з яких ми прийшли",
    ],
    "de": [
        "Niemand sitzt allein am Tisch und niemand isst allein",
        "Wer schweigt, wird gehört, bevor die Lauten wieder gehört werden",
        "Wovor sich eine von uns fürchtet, das tragen wir alle eine Weile",
        "Wir lernen, anderen zu wünschen, was wir uns selbst wünschen",
        "Friede in den Häusern, aus denen wir kamen",
    ],
}
"""The same five lines in six languages."""


def read_together(server: Any, languages: Sequence[str], *, missing: Sequence[tuple[int, str]] = ()) -> list[int]:
    """Bring a gathering to the reading of five lines, each said in another language and carried into all others.

    Args:
        server: a running gathering in these languages, at its first stage.
        languages: codes of its languages.
        missing: pairs (line, language) into which nobody carries.

    Returns:
        The numbers of three people who read all languages.
    """
    bridges = [server.call(server.gathering.take_seat(f"bridge-{n}", language=languages[0])).number for n in range(3)]
    for seat in bridges:
        for code in languages:
            server.submit(actor.seat(seat), f"reads-{code}", ev.LanguageUnread(seat, code, on=False))
    own = [languages[place % len(languages)] for place in range(5)]
    desires = [server.say(WORDS[code][place], language=code) for place, code in enumerate(own)]
    version = server.gathering.state.version

    async def begin() -> None:
        gathering = server.gathering
        moved = gathering.submit(actor.host(0), "to-reading", ev.StageMoved(Stage.READING, version))
        lines = [ev.WovenLine([number]) for number in desires]
        await moved
        await gathering.submit(actor.HOUSE, "draft", ev.DraftWoven(version + 1, lines))

    server.call(begin())
    where = {(place, code) for place in range(5) for code in languages if code != own[place]}
    carry(server, bridges, where - {*missing})
    return bridges


def carry(server: Any, bridges: Sequence[int], where: set[tuple[int, str]]) -> None:
    """Let one person carry lines into languages, and the two others confirm them."""
    first, *others = bridges
    draft = len(server.gathering.state.prayers.drafts) - 1
    for place, code in sorted(where):
        body = ev.LineCarried(first, draft, place, code, WORDS[code][place])
        carried = server.submit(actor.seat(first), f"carry-{draft}-{place}-{code}", body)
        for seat in others:
            server.submit(actor.seat(seat), f"confirm-{carried}", ev.CarryConfirmed(seat, carried))
