"""Leaves: one table of what leaves the server, at which place, when, and from how many people on.

The reference page is written from it, and a test checks that every address of the app stands in exactly one row. The
numbers of people come from `engine.disclosure`, so the page and the code agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.engine.disclosure import FOR_A_SHARE, FOR_A_WORD, RESPONSES_STEP, SMALL, K


@dataclass(frozen=True, slots=True)
class Leaving:
    """One place at which something about people leaves the server.

    Attributes:
        place: its name.
        addresses: beginnings of the addresses that belong to it; the longest that fits counts. () if the server itself
            sends it.
        what: what leaves.
        when: when it moves.
        least: from how many people on.
    """

    place: str
    addresses: tuple[str, ...]
    what: str
    when: str
    least: str


def _n(text: str) -> str:
    """Return a text with the figures of the disclosure gate."""
    return text.format(k=K, twice=FOR_A_SHARE, word=FOR_A_WORD, small=SMALL, step=RESPONSES_STEP)


LEAVES: tuple[Leaving, ...] = (
    Leaving(
        "Door and the way in",
        ("/", "/health", "/j/", "/s/", "/static", "/verify.html", "/check_bundle.py", "/w/"),
        "Name and question of the gathering, names of circles, what people agree to; nothing of anybody",
        "with the settings",
        "-",
    ),
    Leaving(
        "A person's own pages",
        ("/g/",),
        "Their own data; of others one card, also in words that somebody carried into their language, and words: how "
        "many want their desire, how much of theirs others want; while a text is read what others would change of a "
        "line of theirs, and how many would",
        _n(
            "what others write or carry by {k} people at a time, and at the end of a stage (what is carried at once "
            "where fewer than {k} read both languages); words at the end of a stage, once enough different people "
            "answered since; how many would change a line after {k} different people changed an answer"
        ),
        _n("words of more than {small} answers, moved by {twice} people ({k} where all came with cards)"),
    ),
    Leaving(
        "Codes of occasions",
        ("/host/{code}/here/", "/u/"),
        "To hosts the code of an occasion and the link of its ushers; to an usher the name of the occasion, and "
        "whether a code that somebody shows is good now",
        "at once",
        "-",
    ),
    Leaving(
        "A circle's page",
        ("/g/{code}/circle",),
        "Its line, its desires without authors; in a circle of up to twelve whether all have answered, and no more",
        _n("the list by {k} authors at a time; verdict and nearest three at the end of a stage"),
        _n("the list from {k} people, verdict and nearest three from {word}"),
    ),
    Leaving(
        "Hall, book and streams",
        ("/hall/", "/book"),
        "Numbers of people, desires, answers and of who asks that all become one; desires that hosts show; the text, "
        "how many can say it (of up to 39 people how many read it, of up to 24 neither) and said amen, and how many "
        "parts were not heard; how alike people want; where no desire was found, the nearest one and a lower bound of "
        "the share who want it",
        _n(
            "people in steps of {k} who came and of {k} who left; desires and answers after {k} different people, "
            "in steps of {step}; how alike at the end of a stage; the nearest when the text is woven, and never after"
        ),
        _n("numbers from {k}, how alike and the nearest from {word} answers to one desire, of {twice} people or more"),
    ),
    Leaving(
        "Hosts' desk",
        ("/host/",),
        "The queue and list of desires, and of their words in other languages, without authors, circles or times; the "
        "number of people, and of those who answered in this stage; readers of a line; which circles and languages "
        "were not heard; whether circles can say the text, and how many of a hundred of each",
        _n(
            "the queue by {k} authors at a time, or at once where hosts accept first, in random order; numbers in steps"
        ),
        _n(
            "numbers from {k}; names of circles and languages from {word} people; a verdict on circles of more than "
            "{small}, with as many left out that no fewer remain beside them"
        ),
    ),
    Leaving(
        "Sheets of paper",
        ("/host/{code}/sheets", "/g/{code}/circle/paper"),
        "To whoever prints or types: desires dealt on a sheet and lines of the draft; never what somebody answered",
        _n("what others write as on cards, by {k} authors at a time; which sheets of people on paper were typed in"),
        "-",
    ),
    Leaving(
        "Sheet of a circle",
        ("/g/{code}/circle/sheet",),
        "To the steward, for people without a phone: their cards and lines, and a mark where something is kept",
        _n("what others write by {k} authors at a time"),
        "-",
    ),
    Leaving(
        "Hosts' log",
        ("/host/{code}/log",),
        "What hosts did and when, every output among it; nothing of others",
        "at once",
        "-",
    ),
    Leaving(
        "Report",
        ("/host/{code}/report.zip",),
        "The page and report.json: of the whole how many answered each desire, want it and are against it, what "
        "follows from these, and a text; of circles words; nothing of a circle of up to twelve",
        "one moment for all outputs; a new one after enough different people came, answered or left; what is told of a "
        "desire, of an occasion and of circles moves after as many changed just that",
        _n("counts from {word} answers in steps of {k}; a new moment from {twice} people ({k} with cards)"),
    ),
    Leaving(
        "Export",
        ("/host/{code}/export.zip",),
        "Desires with how many answered, want and are against each, sealed texts; as rows the answers of those who "
        "agreed, without author, time or circle",
        "as the report",
        _n("counts as in the report; rows of {twice} people who agreed since rows last left"),
    ),
    Leaving(
        "Lists of contacts",
        ("/host/{code}/contacts",),
        "What stands in a file that a host brings; how many people of it are known and agreed, and what share of its "
        "lines names such people only; never who was near whom",
        _n("when a file is looked at; two files whose known people differ by fewer than {k} get the same answer"),
        _n("from {twice} people, in steps of {k}"),
    ),
    Leaving(
        "Measures",
        ("/host/{code}/measures",),
        "Outward and inner closeness, their relation, how near people feel; of lists of contacts only kinds in which "
        "no person and no pair stands out",
        "as the report",
        _n("from {twice} people, in steps of {k}"),
    ),
    Leaving(
        "Proof of the record",
        ("/host/{code}/bundle.json", "/book/{code}/bundle.json"),
        "Commitments, heads and sealed texts; no answer",
        "at once",
        "-",
    ),
    Leaving(
        "Drafts by an address",
        (),
        "To the language model that hosts chose and people were told of: one line and two codes of languages; never "
        "what is held back, rejected, withdrawn or erased, and nothing that was said before people were told. Without "
        "that choice nothing",
        _n("while people cross and read, after what others write has reached them ({k} authors at a time)"),
        "-",
    ),
    Leaving(
        "API",
        ("/api/",),
        "What the pages of the same person, host or hall give, through the same functions",
        "as there",
        "as there",
    ),
)
"""Everything that leaves."""


def place_of(address: str) -> Leaving | None:
    """Return the row of an address: that with the longest beginning that fits; None if none fits.

    Example:
        >>> place_of("/host/{code}/export.zip").place, place_of("/host/{code}").place
        ('Export', "Hosts' desk")
    """
    fitting = [
        (len(start), number)
        for number, row in enumerate(LEAVES)
        for start in row.addresses
        if (address == start if start == "/" else address.startswith(start))
    ]
    return LEAVES[max(fitting)[1]] if fitting else None
