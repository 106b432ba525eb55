"""The figure of the hall screen: one light with rings for the whole gathering. It shows no person and no circle.

Its width depends on the count of people, its heart on the count of desires, and its light on the count of responses.
All three change in whole steps of k, so that one person changes nothing.
"""

from __future__ import annotations

import math
import random
from functools import lru_cache

from oneheart.engine.disclosure import Shown, count_of
from oneheart.engine.told import Drawn, Told

MOST_RINGS = 40
WIDEST = 455.0
_UNIT = 1000
_RING_PEOPLE = 5
_SEPARATE_RINGS = 10
_POINTS = 16
_WAVES = (2, 3, 4, 5)


class Figure(Told, frozen=True):
    """The measures of the figure, in units of a square of 1000 by 1000 around its centre.

    Attributes:
        rings: radius of each ring, from the inside out.
        heart: radius of the heart.
        shine: radius of the light.
        glow: brightness of the light, 0 to 1.
    """

    rings: tuple[Drawn, ...]
    heart: Drawn
    shine: Drawn
    glow: Drawn


def measure(people: Shown, desires: Shown, responses: Shown) -> Figure:
    """Return the figure of a gathering, computed from its shown counts only.

    Raises:
        TypeError: for a bare number or a withheld count.

    Example:
        >>> from oneheart.engine.disclosure import show_steps
        >>> none = show_steps(0)
        >>> measure(none, none, none)
        Figure(rings=(), heart=20.0, shine=130.0, glow=0.35)
        >>> [len(measure(show_steps(people), none, none).rings) for people in (5, 50, 500, 5000)]
        [1, 10, 18, 26]
    """
    return _measured(count_of(people), count_of(desires), count_of(responses))


def _measured(people: int, desires: int, responses: int) -> Figure:
    width = min(WIDEST, 70 + 38 * math.log2(1 + people / _RING_PEOPLE)) if people else 0.0
    heart = min(64.0, 20 + 6 * math.log2(1 + desires / _RING_PEOPLE))
    count = ring_count(people)
    rings = tuple(round(heart + 14 + (width - heart - 14) * ((n + 1) / count) ** 0.88, 1) for n in range(count))
    glow = 0.35 + 0.6 * min(1.0, responses / max(1.0, 8.0 * people))
    return Figure(rings, round(heart, 1), round(max(130.0, 1.35 * width), 1), round(glow, 3))


def ring_count(people: int) -> int:
    """Return the number of rings: one for every five people up to fifty, then eight for each factor of ten.

    Example:
        >>> [ring_count(people) for people in (0, 4, 5, 50, 500, 10**9)]
        [0, 0, 1, 10, 18, 40]
    """
    steps = people // _RING_PEOPLE
    if steps <= _SEPARATE_RINGS:
        return steps
    return min(MOST_RINGS, _SEPARATE_RINGS + round(8 * math.log10(steps / _SEPARATE_RINGS)))


@lru_cache(maxsize=64)
def shapes(code: str) -> tuple[str, ...]:
    """Return the shapes of all possible rings as SVG paths of radius 1000; cached. They depend on the code only.

    Example:
        >>> len(shapes("ABCD3456")), shapes("ABCD3456")[0][:1], shapes("ABCD3456") == shapes("ABCD3456")
        (40, 'M', True)
    """
    rng = random.Random(code)  # noqa: S311  seeds a picture, no secret
    turns = [rng.uniform(0, 2 * math.pi) for _ in _WAVES]
    drifts = [rng.uniform(-0.16, 0.16) for _ in _WAVES]
    sizes = [rng.uniform(0.5, 1.0) * size for size in (0.022, 0.012, 0.007, 0.004)]
    out = []
    for ring in range(MOST_RINGS):
        waves = [
            (k, size, turn + drift * ring) for k, size, turn, drift in zip(_WAVES, sizes, turns, drifts, strict=True)
        ]
        points = []
        for place in range(_POINTS):
            angle = 2 * math.pi * place / _POINTS
            far = 1 + sum(size * math.cos(k * angle + turn) for k, size, turn in waves)
            points.append((_UNIT * far * math.cos(angle), _UNIT * far * math.sin(angle)))
        out.append(_closed(points))
    return tuple(out)


def _closed(points: list[tuple[float, float]]) -> str:
    """Return a smooth closed SVG path through points: a Catmull-Rom spline as Bézier curves."""
    parts = [f"M{points[0][0]:.0f} {points[0][1]:.0f}"]
    count = len(points)
    for n in range(count):
        previous, start, end, next_point = (points[(n + shift) % count] for shift in (-1, 0, 1, 2))
        first = [start[axis] + (end[axis] - previous[axis]) / 6 for axis in (0, 1)]
        second = [end[axis] - (next_point[axis] - start[axis]) / 6 for axis in (0, 1)]
        parts.append(" ".join(f"{value:.0f}" for value in (*first, *second, *end)).join(("C", "")))
    return "".join(parts) + "Z"
