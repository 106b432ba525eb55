"""Pictures say the numbers, and turn round for languages that run from right to left."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.reports import charts

shares = st.floats(0, 1)


def rects(svg: str, name: str) -> list[tuple[float, float, float, float]]:
    """Return x, y, width and height of each rectangle of a class."""
    found = [e for e in ET.fromstring(svg).iter() if e.tag == "rect" and e.get("class") == name]  # noqa: S314  our own
    return [tuple(float(e.get(key, "nan")) for key in ("x", "y", "width", "height")) for e in found]  # type: ignore[misc]


def test_bars_are_as_high_as_the_share_they_show() -> None:
    svg = charts.support_chart([0.25, 0.5, 1.0], [0.5, 0.1, 0.0], label="x", fifth=0.2, rtl=False)
    heights = [height for *_, height in rects(svg, "want")]
    assert heights == pytest.approx([130 * 0.25, 130 * 0.5, 130], abs=0.06)
    assert [height for *_, height in rects(svg, "against")] == pytest.approx([65.0, 13.0], abs=0.06)
    assert rects(svg, "fifth")[0][2] == pytest.approx(144)


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=60))
def test_right_to_left_is_the_mirror_image(pairs: list[tuple[float, float]]) -> None:
    want, against = zip(*pairs, strict=True)
    here = rects(charts.support_chart(want, against, label="", fifth=0.2, rtl=False), "want")
    there = rects(charts.support_chart(want, against, label="", fifth=0.2, rtl=True), "want")
    assert len(here) == len(there) == len(pairs)
    for (x, y, width, height), (mirrored, y2, width2, height2) in zip(here, there, strict=True):
        assert mirrored == pytest.approx(720 - x - width, abs=0.2)
        assert (y, width, height) == pytest.approx((y2, width2, height2))


@given(shares, shares)
def test_nothing_is_drawn_outside_its_picture(one: float, two: float) -> None:
    low, high = sorted((one, two))
    for rtl in (False, True):
        for svg, wide in (
            (charts.share_bar(low, 1 - high, label="", rtl=rtl), 100),
            (charts.meter(high, low=low, high=high, label="", rtl=rtl), 100),
        ):
            for name in ("want", "against", "neither", "range"):
                for x, _, width, _ in rects(svg, name):
                    assert x >= -0.06
                    assert x + width <= wide + 0.11
        dot = re.search(r'class="dot" cx="([\d.]+)"', charts.oneness_scale(2 * low - 1, -1, 1, label="", rtl=rtl))
        assert dot is not None
        assert 4 <= float(dot[1]) <= 356


def test_a_picture_is_named_for_those_who_do_not_see_it_and_the_name_is_escaped() -> None:
    svg = charts.meter(0.5, label='half "of" <them>', rtl=False)
    assert 'role="img" aria-label="half &#34;of&#34; &lt;them&gt;"' in svg
    assert 'aria-hidden="true"' in charts.meter(0.5, label="", rtl=False)


def placed(svg: str, tag: str, name: str) -> list[tuple[str, float]]:
    """Return text and place of each element of a kind."""
    return [(e.text or "", float(e.get(name, "nan"))) for e in ET.fromstring(svg).iter() if e.tag == tag]  # noqa: S314


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("effect", [0.02, -0.15, 0.229, 0.9, -3.4])
def test_a_scale_says_how_far_it_reaches_and_holds_all_that_is_shown(effect: float, *, rtl: bool) -> None:
    relation = {"effect": effect, "low": effect - 0.02, "high": effect + 0.02, "power": {"least_visible_effect": 0.01}}
    svg = charts.effect_scale(relation, label="", rtl=rtl, number=lambda number: f"{number:g}")
    ticks = placed(svg, "text", "x")
    reach = float(ticks[-1][0])
    assert [float(text) for text, _ in ticks] == [-reach, 0, reach]
    assert reach >= abs(effect) + 0.02
    middle, end = ticks[1][1], ticks[2][1]
    ((_, dot),) = placed(svg, "circle", "cx")
    assert (dot - middle) / (end - middle) == pytest.approx(effect / reach, abs=0.01)
    assert (end > middle) is not rtl


def test_a_narrow_range_is_seen_behind_the_dot_and_counts_stand_on_their_bars() -> None:
    svg = charts.oneness_scale(0.19, 0.185, 0.195, label="", rtl=False)
    ((_, radius),) = placed(svg, "circle", "r")
    assert rects(svg, "span")[0][3] > 2 * radius
    bars = charts.steps([10, None, 0], ["0", "1-2", "3-5"], label="", rtl=False, number=lambda count: f"<{count}>")
    assert [text for text, _ in placed(bars, "text", "x")] == ["<10>", "0", "1-2", "<0>", "3-5"]
