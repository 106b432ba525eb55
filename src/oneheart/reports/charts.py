"""Charts as SVG strings. They hold no words of people and no styles. On right-to-left pages they are mirrored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

_WIDE, _ABOVE, _RIM = 720.0, 130.0, 8.0
_SMALL = 360.0  # width of charts with numbers, which must be readable on a phone


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _rect(x: float, y: float, width: float, height: float, name: str, *, mirrored: float | None) -> str:
    """Return an SVG rectangle; `mirrored` is the width of the picture on a right-to-left page, else None."""
    left = x if mirrored is None else mirrored - x - width
    return f'<rect class="{name}" x="{_n(left)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"/>'


def support_chart(want: Sequence[float], against: Sequence[float], *, label: str, fifth: float, rtl: bool) -> Markup:
    """Return the support chart of one line: people sorted by support, want above the middle, against below.

    Args:
        want: share of people who want it in each bucket, 0 to 1, from least to most support.
        against: share of people against it in each bucket, 0 to 1.
        label: text alternative for screen readers.
        fifth: share of the width that is marked as the least supportive part.
        rtl: whether the chart is mirrored, with the least support on the right.

    Example:
        >>> 'class="want"' in support_chart([0.5, 1.0], [0.0, 0.0], label="x", fifth=0.2, rtl=False)
        True
    """
    mirrored = _WIDE if rtl else None
    below = max(_RIM, _ABOVE * max(against, default=0.0))  # the same scale above and below the middle
    step = _WIDE / max(1, len(want))
    gap = min(2.0, step / 6)
    parts = [_rect(0, 0, _WIDE * fifth, _ABOVE + below, "fifth", mirrored=mirrored)]
    for share in (0.5, 1.0):
        y = _n(_ABOVE * (1 - share) + (0.5 if share == 1.0 else 0))
        parts.append(f'<path class="grid" d="M0 {y}H{_n(_WIDE)}"/>')
    for place, (w, a) in enumerate(zip(want, against, strict=True)):
        x, width = place * step + gap / 2, step - gap
        parts.append(_rect(x, _ABOVE * (1 - w), width, _ABOVE * w, "want", mirrored=mirrored))
        if a > 0:
            parts.append(_rect(x, _ABOVE, width, _ABOVE * a, "against", mirrored=mirrored))
    parts.append(f'<path class="middle" d="M0 {_n(_ABOVE)}H{_n(_WIDE)}"/>')
    return _svg("".join(parts), _WIDE, _ABOVE + below, "support", label)


def share_bar(want: float, against: float, *, label: str, rtl: bool) -> Markup:
    """Return a stacked bar of one desire: want at the start, against at the end, neither between.

    Example:
        >>> share_bar(0.5, 0.1, label="half", rtl=False).count("<rect")
        3
    """
    mirrored = 100.0 if rtl else None
    parts = [_rect(0, 0, 100, 6, "neither", mirrored=None)]
    if want > 0:
        parts.append(_rect(0, 0, 100 * want, 6, "want", mirrored=mirrored))
    if against > 0:
        parts.append(_rect(100 - 100 * against, 0, 100 * against, 6, "against", mirrored=mirrored))
    return _svg("".join(parts), 100, 6, "bar", label)


def meter(share: float, *, label: str, rtl: bool, low: float | None = None, high: float | None = None) -> Markup:
    """Return a bar filled from the start, with its interval drawn over it.

    Example:
        >>> meter(0.5, label="half", rtl=True).startswith('<svg class="meter"')
        True
    """
    mirrored = 100.0 if rtl else None
    parts = [_rect(0, 0, 100, 8, "neither", mirrored=None), _rect(0, 0, 100 * share, 8, "want", mirrored=mirrored)]
    if low is not None and high is not None and high > low:
        parts.append(_rect(100 * low, 3, 100 * (high - low), 2, "range", mirrored=mirrored))
    return _svg("".join(parts), 100, 8, "meter", label)


Number = Callable[[float], str]
"""Formats a number in the language of the page."""


def oneness_scale(
    value: float, low: float, high: float, *, label: str, rtl: bool, number: Number | None = None
) -> Markup:
    """Return a scale from -1 (always opposed) to 1 (always alike) with the value and its interval.

    With `number` the ends and the middle have labels.

    Example:
        >>> 'class="dot"' in oneness_scale(0.2, 0.1, 0.3, label="x", rtl=False)
        True
    """
    x = _along(1.0, rtl=rtl)
    grid = "".join(f'<path class="grid" d="M{_n(x(mark))} 8V20"/>' for mark in (-1, -0.5, 0.5, 1))
    parts = [grid, *_value(x, value, low, high), *_ticks(x, (-1.0, 0.0, 1.0), number)]
    return _svg("".join(parts), _SMALL, 44 if number else 28, "scale", label)


def steps(
    counts: Sequence[int | None],
    names: Sequence[str],
    *,
    label: str,
    rtl: bool,
    number: Callable[[int], str] = str,
) -> Markup:
    """Return a histogram: each bar has its count above and its name below; a withheld count is an empty frame.

    Example:
        >>> steps([10, None], ["0", "1-2"], label="x", rtl=False).count('class="near"')
        1
    """
    most = max((count for count in counts if count is not None), default=0) or 1
    width = _SMALL / max(1, len(counts))
    parts = []
    for place, (count, name) in enumerate(zip(counts, names, strict=True)):
        x = (len(counts) - 1 - place if rtl else place) * width + 6
        middle, height = x + (width - 12) / 2, 0.0 if count is None else 80.0 * count / most
        if count is None:
            parts.append(f'<rect class="withheld" x="{_n(x)}" y="68" width="{_n(width - 12)}" height="30"/>')
        else:
            top = 98 - height
            parts.append(
                f'<rect class="near" x="{_n(x)}" y="{_n(top)}" width="{_n(width - 12)}" height="{_n(height)}"/>'
                if count
                else ""
            )
            parts.append(_text(middle, top - 4, number(count)))
        parts.append(_text(middle, 114, name))
    parts.append(f'<path class="middle" d="M0 98H{_n(_SMALL)}"/>')
    return _svg("".join(parts), _SMALL, 120, "scale", label)


def effect_scale(relation: Mapping[str, Any], *, label: str, rtl: bool, number: Number | None = None) -> Markup:
    """Return an effect with its interval on a scale around 0, and the band of effects too small to be detected.

    The scale covers all shown values, and at least from -0.1 to 0.1. With `number` its ends and middle have labels.
    """
    blind = relation["power"]["least_visible_effect"] or 0.0
    far = max(abs(relation["effect"]), abs(relation["low"]), abs(relation["high"]), blind)
    reach = next((step for step in _REACHES if step >= far), float(-(-far // 1)))
    x = _along(reach, rtl=rtl)
    band = sorted((x(-blind), x(blind)))
    parts = [
        f'<rect class="neither" x="{_n(band[0])}" y="2" width="{_n(band[1] - band[0])}" height="24"/>',
        *_value(x, relation["effect"], relation["low"], relation["high"]),
        *_ticks(x, (-reach, 0.0, reach), number),
    ]
    return _svg("".join(parts), _SMALL, 44 if number else 28, "scale", label)


_REACHES = (0.1, 0.2, 0.3, 0.5, 1.0, 2.0)


def _along(reach: float, *, rtl: bool) -> Callable[[float], float]:
    """Return a function that maps a number from -reach to reach to an x coordinate."""

    def x(number: float) -> float:
        place = (max(-1.0, min(1.0, number / reach)) + 1) / 2 * (_SMALL - 40) + 20
        return float(_SMALL - place if rtl else place)

    return x


def _value(x: Callable[[float], float], value: float, low: float, high: float) -> list[str]:
    """Return the axis, its middle, the interval and the dot. The interval is taller, so that it stays visible."""
    ends = sorted((x(low), x(high)))
    return [
        f'<path class="middle" d="M{_n(min(x(-9e9), x(9e9)))} 14H{_n(max(x(-9e9), x(9e9)))}"/>',
        f'<path class="middle" d="M{_n(x(0))} 2V26"/>',
        f'<rect class="span" x="{_n(ends[0])}" y="6" width="{_n(max(2.0, ends[1] - ends[0]))}" height="16" rx="2"/>',
        f'<circle class="dot" cx="{_n(x(value))}" cy="14" r="4"/>',
    ]


def _ticks(x: Callable[[float], float], marks: Sequence[float], number: Number | None) -> list[str]:
    return [] if number is None else [_text(x(mark), 40, number(mark)) for mark in marks]


def _text(x: float, y: float, text: str) -> str:
    """Return a text label in a picture; numbers run from left to right in every language."""
    at = f'x="{_n(x)}" y="{_n(y)}" text-anchor="middle" font-size="12" direction="ltr"'
    return f"<text {at}>{escape(text)}</text>"


def _svg(inside: str, width: float, height: float, name: str, label: str) -> Markup:
    stretch = ' preserveAspectRatio="none"' if name != "scale" else ""
    stretch += f' height="{_n(height)}"' if name == "support" else ""
    box = f'viewBox="0 0 {_n(width)} {_n(height)}"'
    accessibility = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="{name}" {box}{stretch} {accessibility}>{inside}</svg>')  # noqa: S704  numbers and an escaped label
