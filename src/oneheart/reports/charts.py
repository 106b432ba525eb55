"""Pictures as SVG strings made of numbers: no text of people, no style of their own, mirrored for right to left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

_WIDE, _ABOVE, _RIM = 720.0, 130.0, 8.0


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _rect(x: float, y: float, width: float, height: float, name: str, *, mirrored: float | None) -> str:
    """Return a rectangle; `mirrored` is the width of the picture where it reads from right to left."""
    left = x if mirrored is None else mirrored - x - width
    return f'<rect class="{name}" x="{_n(left)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"/>'


def support_chart(want: Sequence[float], against: Sequence[float], *, label: str, fifth: float, rtl: bool) -> Markup:
    """Return the whole gathering in order of support for one line: want above the middle, against below.

    Args:
        want: share that wants it in each bucket, 0 to 1, from least to most support.
        against: share against it in each bucket.
        label: what the picture says, for those who do not see it.
        fifth: the part of the width that is marked as the least supportive one.
        rtl: whether least support stands on the right.

    Example:
        >>> 'class="want"' in support_chart([0.5, 1.0], [0.0, 0.0], label="x", fifth=0.2, rtl=False)
        True
    """
    mirrored = _WIDE if rtl else None
    below = max(_RIM, _ABOVE * max(against, default=0.0))  # one scale above and below
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
    """Return a thin bar: who wants a desire from the start, who is against it from the end, the rest between.

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
    """Return a bar filled from the start, with the range it is likely in drawn over it.

    Example:
        >>> meter(0.5, label="half", rtl=True).startswith('<svg class="meter"')
        True
    """
    mirrored = 100.0 if rtl else None
    parts = [_rect(0, 0, 100, 8, "neither", mirrored=None), _rect(0, 0, 100 * share, 8, "want", mirrored=mirrored)]
    if low is not None and high is not None and high > low:
        parts.append(_rect(100 * low, 3, 100 * (high - low), 2, "range", mirrored=mirrored))
    return _svg("".join(parts), 100, 8, "meter", label)


def oneness_scale(value: float, low: float, high: float, *, label: str, rtl: bool) -> Markup:
    """Return a scale from -1 (always opposed) over 0 to 1 (always alike) with the value and its range.

    Example:
        >>> 'class="dot"' in oneness_scale(0.2, 0.1, 0.3, label="x", rtl=False)
        True
    """

    def x(number: float) -> float:
        place = (number + 1) / 2 * (_WIDE - 24) + 12
        return _WIDE - place if rtl else place

    ends = sorted((x(low), x(high)))
    parts = [
        f'<path class="middle" d="M12 20H{_n(_WIDE - 12)}"/>',
        *(f'<path class="grid" d="M{_n(x(mark))} 12V28"/>' for mark in (-1, -0.5, 0.5, 1)),
        f'<path class="middle" d="M{_n(x(0))} 8V32"/>',
        f'<rect class="span" x="{_n(ends[0])}" y="15" width="{_n(max(3.0, ends[1] - ends[0]))}" height="10" rx="5"/>',
        f'<circle class="dot" cx="{_n(x(value))}" cy="20" r="9"/>',
    ]
    return _svg("".join(parts), _WIDE, 40, "scale", label)


def steps(counts: Sequence[int | None], names: Sequence[str], *, label: str, rtl: bool) -> Markup:
    """Return bars for counts in coarse steps, each with its name below; a withheld count is an empty frame.

    Example:
        >>> steps([10, None], ["0", "1-2"], label="x", rtl=False).count('class="near"')
        1
    """
    most = max((count for count in counts if count is not None), default=0) or 1
    width = _WIDE / max(1, len(counts))
    parts = []
    for place, (count, name) in enumerate(zip(counts, names, strict=True)):
        x = (len(counts) - 1 - place if rtl else place) * width + 12
        height = 0.0 if count is None else 92.0 * count / most
        if count is None:
            parts.append(f'<rect class="withheld" x="{_n(x)}" y="60" width="{_n(width - 24)}" height="40"/>')
        elif count:
            parts.append(
                f'<rect class="near" x="{_n(x)}" y="{_n(100 - height)}" width="{_n(width - 24)}"'
                f' height="{_n(height)}"/>'
            )
        middle = _n(x + (width - 24) / 2)
        parts.append(f'<text x="{middle}" y="122" text-anchor="middle" direction="ltr">{escape(name)}</text>')
    parts.append(f'<path class="middle" d="M0 100H{_n(_WIDE)}"/>')
    return _svg("".join(parts), _WIDE, 130, "scale", label)


def effect_scale(relation: Mapping[str, Any], *, label: str, rtl: bool) -> Markup:
    """Return the effect with its range on a scale around 0, and the band in which no effect could have been seen.

    The scale reaches as far as what is shown, and at least a tenth either way.
    """
    blind = relation["power"]["least_visible_effect"] or 0.0
    reach = max(0.1, *(1.15 * abs(relation[name]) for name in ("effect", "low", "high")), 1.15 * blind)

    def x(number: float) -> float:
        place = float((max(-1.0, min(1.0, number / reach)) + 1) / 2 * (_WIDE - 24) + 12)
        return _WIDE - place if rtl else place

    band, ends = sorted((x(-blind), x(blind))), sorted((x(relation["low"]), x(relation["high"])))
    parts = [
        f'<rect class="neither" x="{_n(band[0])}" y="4" width="{_n(band[1] - band[0])}" height="32"/>',
        f'<path class="middle" d="M12 20H{_n(_WIDE - 12)}"/>',
        f'<path class="middle" d="M{_n(x(0))} 4V36"/>',
        f'<rect class="span" x="{_n(ends[0])}" y="15" width="{_n(max(3.0, ends[1] - ends[0]))}" height="10" rx="5"/>',
        f'<circle class="dot" cx="{_n(x(relation["effect"]))}" cy="20" r="9"/>',
    ]
    return _svg("".join(parts), _WIDE, 40, "scale", label)


def _svg(inside: str, width: float, height: float, name: str, label: str) -> Markup:
    stretch = ' preserveAspectRatio="none"' if name != "scale" else ""
    stretch += f' height="{_n(height)}"' if name == "support" else ""
    box = f'viewBox="0 0 {_n(width)} {_n(height)}"'
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="{name}" {box}{stretch} {said}>{inside}</svg>')  # noqa: S704  numbers and an escaped label
