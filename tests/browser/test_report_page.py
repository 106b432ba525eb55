"""A real report in a real browser: phone and desk, light and dark, both directions, on paper, without script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine.analysis import Analysis, analyze
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Responses
from oneheart.model.sealed import HallRecord, SealedLine, SealRecord
from oneheart.model.verdict import ConditionCode, Status
from oneheart.reports.report import write_report

LONG = "lopado" + "w" * 980
TEXTS = (
    LONG, "שנשמע גם את מי ששותק, בלי למהר", "سلام للجميع في كل مكان", "ಎಲ್ಲರಿಗೂ ಶಾಂತಿ ಮತ್ತು ನೆಮ್ಮದಿ", "大家平安，大家一起回家",
    "<script>document.title = 'broken'</script>", "</style><img src=x onerror=\"document.title='broken'\">",
    "Peace between the tables", "Молиться друг за друга", "Que nadie se quede solo", "Bread baked here",
    "The same long wish said slowly. " * 31, "Music", "Early mornings", "Longer lessons", "Shorter lessons",
)  # fmt: skip
CONTRAST = """() => {
  const level = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c; } return "rgb(255, 255, 255)" };
  const poor = [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg,script,.hidden") || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [level(getComputedStyle(e).color), level(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(e.className + " " + e.textContent.slice(0, 40));
  }
  return poor;
}"""


def analysis_of(lines: int | None = None) -> Analysis:
    """Return a gathering with every awkward text among what is common."""
    rng = np.random.default_rng(3)
    stances = np.where(rng.random((120, len(TEXTS))) < 0.92, 1, 0)
    stances[:, -4:] = np.where((np.arange(120) % 2 == 0)[:, None] == np.array([1, 0, 1, 0], bool), 1, -1)
    stances[rng.random(stances.shape) < 0.4] = 9
    i, j = np.nonzero(stances != 9)
    return analyze(
        Gathering(
            "What do you want? · מה אתם רוצים?",
            tuple(f"p{n}" for n in range(120)),
            tuple(Desire(str(d), text) for d, text in enumerate(TEXTS)),
            Responses.of(i, j, stances[i, j]),
            circles=tuple(Circle(f"c{n}", name) for n, name in enumerate(("Ten", "עשירייה", "Десятка", "x" * 80))),
            circle_of=(np.arange(120) % 4).astype(np.int32),
            credits="Made up. " * 20,
        ),
        seed=1,
        lines=lines,
    )


def hall_of() -> HallRecord:
    """Return two sealed texts, one of which has every awkward text as a line and is not one yet."""
    lines = tuple(SealedLine(text, "en", (("he", LONG), ("ar", TEXTS[2]))) for text in TEXTS[:-4])
    question = (("en", "What do you want?"), ("he", "מה אתם רוצים?"))
    missing = tuple(code for code in ConditionCode if code is not ConditionCode.LIVING)
    newest = SealRecord(
        2, 2, "2026-01-02", question, lines, Status.NOT_YET, missing, "ab" * 32, "cd" * 32, 120, 115, 60
    )
    include = SealedLine(LONG, "en")
    newest = replace(newest, share="certified", share_high=1.05, include=include)
    first = replace(newest, number=1, round=1, verdict=Status.ONE_DESIRE, missing=(), include=None, lines=lines[:3])
    return HallRecord(f"An evening {LONG}", (newest, first), 125, 1000, 2000, 850, 15, 5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reports")
    full = analysis_of(lines=12)
    for language in ("en", "he"):
        write_report(full, place / language, language=language)
        live = replace(full, gathering=replace(full.gathering, hall=hall_of()))
        write_report(live, place / f"sealed-{language}", language=language)
    empty = analyze(Gathering("", (), (), Responses.of([], [], [])))
    write_report(empty, place / "empty")
    return place


def opened(chromium: Any, path: Path, **options: Any) -> tuple[Any, list[str]]:
    """Return the open page and a list that gathers every complaint and every request beyond the file itself."""
    page = chromium.new_context(**options).new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    return page, trouble


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["en", "he", "empty", "sealed-en", "sealed-he"])
def test_it_fits_complains_of_nothing_and_can_be_read(
    chromium: Any, folder: Path, name: str, width: int, scheme: str
) -> None:
    page, trouble = opened(
        chromium, folder / name / "report.html", viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.hidden,.skip')"
    assert page.evaluate(f"[...document.querySelectorAll('body *')].filter({wide}).length") == 0
    assert page.evaluate(CONTRAST) == []
    assert page.title() != "broken"
    assert trouble == []
    page.context.close()


def test_every_line_is_there_in_its_own_words(chromium: Any, folder: Path) -> None:
    page, _ = opened(chromium, folder / "en" / "report.html")
    lines = page.locator(".litany li").all_inner_texts()
    assert len(lines) > 9
    assert LONG in lines
    assert set(lines) <= {" ".join(text.split()) for text in TEXTS}
    assert any("<" in line for line in lines)
    page.context.close()


def test_right_to_left_turns_the_page_and_its_pictures(chromium: Any, folder: Path) -> None:
    def fifth_and_chart(name: str) -> tuple[float, float, float]:
        page, _ = opened(chromium, folder / name / "report.html", viewport={"width": 800, "height": 800})
        chart = page.locator(".support").first.bounding_box()
        shaded = page.locator(".support .fifth").first.bounding_box()
        page.context.close()
        return shaded["x"] - chart["x"], chart["x"] + chart["width"] - shaded["x"] - shaded["width"], chart["width"]

    left, right, width = fifth_and_chart("en")
    assert (left < 1, right > width / 2) == (True, True)
    left, right, width = fifth_and_chart("he")
    assert (left > width / 2, right < 1) == (True, True)


def test_the_search_finds_words_in_any_script_and_paper_shows_all(chromium: Any, folder: Path) -> None:
    page, trouble = opened(chromium, folder / "he" / "report.html")
    rows = page.locator(".all > li")
    everything = rows.count()
    page.fill("#find", "ששותק")
    assert page.locator(".all > li:visible").count() == 1
    assert page.locator("output").inner_text() == f"1 / {everything}"
    page.emulate_media(media="print")
    assert page.locator(".all > li:visible").count() == everything
    page.emulate_media(media="screen")
    page.fill("#find", "")
    assert page.locator(".all > li:visible").count() == everything
    assert trouble == []
    page.context.close()


def test_without_script_everything_is_there_but_the_search(chromium: Any, folder: Path) -> None:
    page, _ = opened(chromium, folder / "en" / "report.html", java_script_enabled=False)
    assert page.locator("#find").is_hidden()
    assert page.locator(".all > li:visible").count() == len(TEXTS)
    page.context.close()


def test_it_prints_on_a_few_pages_of_a4(chromium: Any, folder: Path) -> None:
    page, _ = opened(chromium, folder / "en" / "report.html")
    paper = page.pdf(prefer_css_page_size=True)
    sheets = paper.count(b"/Type /Page\n") or paper.count(b"/Type /Page") - paper.count(b"/Type /Pages")
    assert paper.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594" in paper or b"/MediaBox [0 0 595" in paper
    assert 3 <= sheets <= 20
    page.context.close()
