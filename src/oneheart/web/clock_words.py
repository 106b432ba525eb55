"""Clocks in words: minutes and seconds below an hour, "until tomorrow, 21:00" above it.

The page holds the words for each distance, and `static/clock.js` shows those that fit. So a page that stays open over
midnight says "until 21:00" in time. Days and times are those of the server.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from markupsafe import Markup

from oneheart.web.words import Words

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
_DAYS_NAMED = 6  # the name of a day says which one is meant, as long as it comes only once


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


WEEKDAYS = (
    _t("Monday"),
    _t("Tuesday"),
    _t("Wednesday"),
    _t("Thursday"),
    _t("Friday"),
    _t("Saturday"),
    _t("Sunday"),
)
"""The names of the days, as `time.struct_time` counts them."""


@dataclass(frozen=True, slots=True)
class ClockTold:
    """A clock on a page. Times are Unix milliseconds by the server's clock.

    Attributes:
        end: when it ends.
        now: the time of the page.
        midnight: when the day begins on which it ends.
        today: words of its end on that day.
        tomorrow: words of its end on the day before.
        later: words of its end earlier than that.
    """

    end: int
    now: int
    midnight: int
    today: Markup
    tomorrow: Markup
    later: Markup

    @property
    def digits(self) -> str:
        """Return the time that is left, as minutes and seconds."""
        left = max(0, round((self.end - self.now) / 1000))
        return f"{left // 60}:{left % 60:02}"

    @property
    def in_words(self) -> bool:
        """Return whether the clock is told in words now: for an hour or more."""
        return self.end - self.now >= HOUR_MS

    @property
    def words(self) -> Markup:
        """Return the words that fit now."""
        if self.now >= self.midnight:
            return self.today
        return self.tomorrow if self.now >= self.midnight - DAY_MS else self.later


def clock_told(words: Words, end: int, now: int) -> ClockTold:
    """Return a clock in words of a language.

    Args:
        words: of the language.
        end: when it ends, milliseconds since 1970.
        now: the time, milliseconds since 1970.
    """
    at = time.localtime(end / 1000)
    hour = f"{at.tm_hour}:{at.tm_min:02}"
    begun = time.mktime((at.tm_year, at.tm_mon, at.tm_mday, 0, 0, 0, 0, 0, -1))
    named = end - now < _DAYS_NAMED * DAY_MS
    day = str(words.t(WEEKDAYS[at.tm_wday])) if named else time.strftime("%Y-%m-%d", at)
    return ClockTold(
        end,
        now,
        round(begun * 1000),
        words.t("until {time}", time=hour),
        words.t("until tomorrow, {time}", time=hour),
        words.t("until {day}, {time}", day=day, time=hour),
    )
