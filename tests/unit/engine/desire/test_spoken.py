"""In which language something is written: by its letters, and by its words where py3langid is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oneheart.engine.desire import spoken

FOUR = ("en", "he", "ru", "es")
TATOEBA = Path(__file__).resolve().parents[5] / "shared" / "data" / "text" / "tatoeba"
SENTENCES = {
    "en": "That nobody goes home alone tonight",
    "he": "שאף אחד לא יישאר לבד הלילה",
    "ru": "Чтобы никто не остался один этой ночью",
    "es": "Que nadie se quede solo esta noche",
}


def forget() -> None:
    """Let the next call look anew for what is installed."""
    spoken._identifier.cache_clear()  # noqa: SLF001  what was found is kept
    spoken._kept_to.cache_clear()  # noqa: SLF001  the same


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take py3langid away."""
    found: Callable[[str], object] = spoken.importlib.util.find_spec
    monkeypatch.setattr(spoken.importlib.util, "find_spec", lambda name: None if name == "py3langid" else found(name))
    forget()
    yield
    forget()


@pytest.mark.usefixtures("without")
def test_without_the_extra_a_text_in_the_pages_script_is_in_the_pages_language() -> None:
    assert not spoken.load()
    assert [spoken.language_of(SENTENCES["es"], page, FOUR) for page in ("en", "es", "he")] == ["en", "es", "en"]
    assert [spoken.language_of(SENTENCES["he"], page, FOUR) for page in FOUR] == ["he"] * 4
    assert [spoken.language_of(SENTENCES["ru"], page, FOUR) for page in FOUR] == ["ru"] * 4


def test_with_it_the_words_tell_languages_of_one_script_apart() -> None:
    pytest.importorskip("py3langid")
    forget()
    assert spoken.load()
    for language, sentence in SENTENCES.items():
        assert [spoken.language_of(sentence, page, FOUR) for page in FOUR] == [language] * 4


def test_only_the_gatherings_languages_can_be_found() -> None:
    assert spoken.language_of("Que personne ne reste seul ce soir", "en", ("en", "he")) == "en"
    assert spoken.language_of(SENTENCES["es"], "he", ("he", "en", "de")) in {"en", "de"}
    assert spoken.language_of(SENTENCES["ru"], "en", ("en", "he")) == "en"  # no language here is written so


@pytest.mark.parametrize("text", ["", "42", "!", "❤️", "Amen", "OK", "Shalom"])
@pytest.mark.parametrize("page", ["en", "es"])
def test_what_could_be_in_either_stays_in_the_pages_language(text: str, page: str) -> None:
    assert spoken.language_of(text, page, FOUR) == page


def test_a_language_that_the_extra_does_not_know_does_no_harm() -> None:
    assert spoken.language_of(SENTENCES["en"], "xx", ("xx", "yy")) == "xx"
    assert spoken.language_of(SENTENCES["en"], "xx", ("xx", "en", "es")) == "xx"


@pytest.mark.skipif(not TATOEBA.is_dir(), reason=f"there are no sentences at {TATOEBA}")
def test_a_page_is_believed_before_a_guess_and_others_are_found_all_the_same() -> None:
    pytest.importorskip("py3langid")
    forget()
    files = {"en": "deu-eng.eng", "es": "spa-eng.spa", "de": "deu-eng.deu", "fr": "fra-eng.fra"}
    lines = {
        code: (TATOEBA / f"tatoeba.{name}").read_text(encoding="utf-8").splitlines()[:250]
        for code, name in files.items()
    }
    found = [
        (page == code, spoken.language_of(line, page, tuple(files)) == code)
        for code, sentences in lines.items()
        for line in sentences
        for page in files
    ]
    own, others = ([right for same, right in found if same is asked] for asked in (True, False))
    assert sum(own) >= 0.998 * len(own)
    assert sum(others) >= 0.95 * len(others)
