"""No text says of people that every part of them wants a line, however one cuts: that can only be expected of chances.

Of 600 people who each want a desire with a chance of .78, 132 are against it; put together, they are a part of a fifth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oneheart.locale.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
OF_PEOPLE = {
    "en": r"(?:however|whichever way|no matter how|any way)\W[^.|]{0,40}?\b(?:cut|divid\w*|split|slic\w+)"
    r"|\b(?:every|each|any|all)(?: of)?(?: the)? (?:parts?|fifths?)\b[^.|]{0,60}?"
    r"\b(?:wants?\b|shares? (?:it|this|these))",
    "de": r"wie (?:auch immer )?man (?:sie|es|ihn) (?:auch )?(?:teilt|schneidet)"
    r"|\b(?:jede[rs]? Teil|alle Teile|jedes Fünftel)\b[^.]{0,40}?\b(?:will|wollen|teilt|teilen)\b",
    "he": r"בכל דרך שמחלקים|איך שלא (?:יחלקו|נחלק|מחלקים)"
    r"|כל ה?(?:חלק|חלקי|חלקים|חמישית)\b[^.]{0,40}?(?:רוצה|רוצים|שותף|שותפים)",
    "ru": r"как (?:его|её|их) ни (?:дели|реж)|(?:кажд\w+ част\w+|все части)\b[^.]{0,40}?(?:хоч|хот|раздел)",
    "es": r"se (?:divida|corte|parta) como se|(?:cada parte|todas las partes|toda parte)\b[^.]{0,40}?(?:quier|compart)",
    "uk": r"як (?:би )?(?:його|її|їх) (?:не )?(?:ділити|діли|різати)"
    r"|(?:кожн\w+ частин\w+|усі частини|всі частини)\b[^.]{0,40}?(?:хоч|хот|спільн|поділя)",
}
DENIED = re.compile(r"\b(?:no|not|never|nobody|whether|if|where|must|until)\b", re.IGNORECASE)


def sentences_of(text: str) -> Iterator[str]:
    """Yield the sentences of a text, without marks of emphasis."""
    plain = " ".join(re.sub(r"[*_`]", "", text).split())
    yield from re.split(r"(?<=[.!?;:|])\s", plain)


def found(text: str, language: str = "en") -> list[str]:
    """Return the sentences that say this of people; questions and denials are none."""
    said = [one for one in sentences_of(text) if re.search(OF_PEOPLE[language], one, re.IGNORECASE)]
    return [one for one in said if language != "en" or not (one.endswith("?") or DENIED.search(one))]


def english() -> Iterator[tuple[str, str]]:
    """Yield README, docs and news, and everything that the sources say."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "GLOSSARY.md", ROOT / "pyproject.toml"]
    pages += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")]
    pages += [page for page in (ROOT / "src").rglob("*") if page.suffix in {".py", ".html", ".js", ".json"}]
    for page in sorted(pages):
        yield page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8")


def test_no_page_and_no_source_says_it() -> None:
    assert {name: said for name, text in english() if (said := found(text))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["oneheart", "web"])
def test_no_catalogue_says_it(language: str, name: str) -> None:
    text = (ROOT / "src/oneheart/locale" / language / "LC_MESSAGES" / f"{name}.po").read_text(encoding="utf-8")
    sentences = re.findall(r'^(?:msgstr(?:\[\d\])?|msgid(?:_plural)?) "(.*)"$', text.replace('"\n"', ""), re.MULTILINE)
    assert [said for one in sentences for said in (*found(one, language), *found(one))] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Whichever way you cut the gathering, every part that is at least a fifth of it then does too."),
        ("en", "Every part of the gathering that is at least a fifth of it wants each line more than it refuses it."),
        ("en", "This holds for every part, however one divides it: no groups are formed."),
        ("en", "These lines are what all parts of this gathering want."),
        ("de", "Das gilt für jeden Teil, wie man es auch teilt."),
        ("de", "Diese Zeilen sind das, was alle Teile dieses Treffens wollen."),
        ("he", "זה נכון לכל חלק, בכל דרך שמחלקים אותו."),
        ("he", "השורות האלה הן מה שכל חלקי הכינוס רוצים."),
        ("ru", "Это верно для любой части, как её ни дели."),
        ("ru", "Это то, чего хотят все. Все части собрания хотят этого."),
        ("es", "Esto vale para toda parte, se divida como se divida."),
        ("es", "Cada parte de este encuentro quiere estas líneas."),
        ("uk", "Це справджується для кожної частини, хоч би як його ділити."),
        ("uk", "Усі частини цієї зустрічі хочуть цього."),
    ],
)
def test_a_sentence_that_somebody_adds_is_found(language: str, text: str) -> None:
    assert found(text, language) != []
