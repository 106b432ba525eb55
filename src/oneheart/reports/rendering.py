"""Render report.html: one self-contained file without network requests, readable without script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any
from unicodedata import east_asian_width

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from oneheart import settings
from oneheart.engine.desire.scripts import LANGUAGES_OF_SCRIPT, shown_language
from oneheart.locale.coded import Coded
from oneheart.model.asks import Asks
from oneheart.model.verdict import Status
from oneheart.reports import charts, reason_sentences, sealed_sentences, sentences
from oneheart.reports.live_numbers import HARDLY_AGAINST
from oneheart.reports.numbers import plain
from oneheart.reports.report_values import Report
from oneheart.reports.translation import Translation

Json = Mapping[str, Any]
_SHORT, _MEDIUM = 90, 260
_FINE_STEPS = 8
_REST_LEAST = 0.001  # what is less is told as so much
_OPEN = 40  # desires of the full list that stand open, and on paper
_GUESSED = tuple(code for codes in LANGUAGES_OF_SCRIPT.values() for code in codes)
_HIDDEN_FORMS = frozenset({"empty", "merged"})


def render(report: Report, *, language: str = "en", beside: str = "") -> str:
    """Return the page for the numbers of a report.

    Args:
        report: result of `numbers.build`. The page is made from it alone.
        language: code from `translation.check_language`.
        beside: name of the page of outward and inner closeness in the same folder, "" for none.

    Notes:
        O(desires); 2,000 desires make about 1.5 MB.
    """
    content = plain(report)
    words = Translation(language, Asks(content["source"]["asks"]))
    environment, parts = page_parts(words)
    view = _View(content, words)
    return environment.get_template("report.html").render(content=content, view=view, beside=beside, **parts)


def page_parts(words: Translation) -> tuple[Environment, dict[str, Any]]:
    """Return the Jinja environment and the context of every page: words, style, script and Content-Security-Policy."""
    style, script = _file("report.css"), _file("report.js")
    parts = {
        "words": words,
        "t": words.t,
        "n": words.n,
        "style": Markup(style),  # noqa: S704  a file of this package
        "script": Markup(script),  # noqa: S704  a file of this package
        "policy": _policy(style, script),
    }
    return _environment(), parts


def _file(name: str) -> str:
    """Return the text of a file that is inlined into the page."""
    return resources.files("oneheart.reports").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("oneheart.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy that allows this style and this script by hash, and nothing else."""

    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def guessed_language(text: str) -> str:
    """Return the language that the words of a text show, "" where they show none or several.

    Example:
        >>> guessed_language("We want more trees in the park"), guessed_language("Amen")
        ('en', '')
    """
    return shown_language(text, _GUESSED)


_NO_AGAINST = frozenset({"nobody against", HARDLY_AGAINST})  # notes with which nothing is said of who is against


class _View:
    """The numbers of a report in the shapes that the template needs."""

    def __init__(self, content: Json, words: Translation) -> None:
        self.content, self.words = content, words
        self.rtl = words.direction == "rtl"
        self.ground = {entry["id"]: entry for entry in content["common_ground"]}
        self.line_ids = {line["id"] for line in content["one_desire"]["lines"]}
        self.is_live = content["hall"] is not None
        self.nobody_against = not _NO_AGAINST.isdisjoint(content["method"]["notes"])
        self.one_sided = "one-sided" in content["method"]["notes"]
        self.fifth = content["method"]["worst_share"]
        self.fine = all(line["want_curve"] for line in content["one_desire"]["lines"])

    def text(self, entry: Json) -> Markup:
        """Return the words of a desire in a `bdi` element, with their language where it is stated or shows."""
        language = entry["language"]
        guess = "" if language else guessed_language(entry["text"])
        return sentences.bdi(entry["text"].strip(), language or guess, guessed=bool(guess))

    def size(self, entry: Json) -> str:
        """Return the CSS class for the length of a text: long texts get a smaller font."""
        length = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in entry["text"])
        return "short" if length <= _SHORT else "medium" if length <= _MEDIUM else "long"

    def quote(self, label: str) -> Markup:
        """Return the words of a desire in quotation marks."""
        return Markup("<q>{}</q>").format(self.text(self.ground[label]))

    def status(self) -> Coded:
        """Return whether the calculation finds one desire, not yet one, or could not measure."""
        one_desire, t = self.content["one_desire"], self.words.t
        if not self.content["measured"]:
            return Coded(t("Not measured"), Status.NOT_MEASURED)
        if one_desire["status"] == "one":
            return Coded(t("One desire"), Status.ONE_DESIRE)
        return Coded(t("Not one yet"), Status.NOT_YET)

    def title(self) -> str:
        """Return the title of the page: the question. That of a sealed text is in the page's language if it has it."""
        question = self.content["source"]["question"]
        for text in self.content["sealed"][:1]:
            question = next((q["text"] for q in text["question"] if q["language"] == self.words.language), question)
        return " ".join(question.split()) or str(self.words.t("What this gathering wants"))

    def heading(self) -> Markup:
        """Return the question as a heading, with one row for each language."""
        parts = [part for part in self.title().split(" · ") if part]
        return Markup().join(Markup("<span>{}</span>").format(sentences.bdi(part)) for part in parts)

    def name(self) -> Markup:
        """Return the name of the gathering."""
        return sentences.bdi(self.content["hall"]["name"].strip())

    def sealed_verdict(self, text: Json) -> Markup:
        """Return the verdict on a sealed text whose words match its hash."""
        return sealed_sentences.verdict(self.words, text["verdict"])

    def sealed_unmatched(self) -> Markup:
        """Return the headline of a sealed text whose words do not match its hash."""
        return sealed_sentences.unmatched(self.words)

    def sealed_when(self, text: Json) -> Markup:
        """Return when a text was sealed."""
        day = Markup('<bdi dir="ltr">{}</bdi>').format(text["day"])
        return self.words.t("Sealed on {day}, in round {round}.", day=day, round=self.words.integer(text["round"]))

    def sealed_missing(self, text: Json) -> list[Markup]:
        """Return a sentence for each condition that failed when a text was sealed."""
        return sealed_sentences.missing(self.words, text["missing"], text["share"])

    def sealed_known(self, text: Json) -> list[Markup]:
        """Return sentences on the readers of a sealed text, and on how the share of the parts is known."""
        return [
            *sealed_sentences.readers(self.words, text),
            *sealed_sentences.share(self.words, text),
            *sealed_sentences.margin(self.words, text),
            *sealed_sentences.met_languages(self.words, text),
            *sealed_sentences.levels(self.words, text),
            *sealed_sentences.represented(self.words, text),
        ]

    def sealed_matching(self, text: Json) -> Markup:
        """Return the sentence on whether the printed words have the hash of the sealed text."""
        return sealed_sentences.matching(self.words, words_match=text["words_match"])

    def count_rows(self) -> list[sealed_sentences.CountRow]:
        """Return the counts of the hall and of this page, side by side."""
        return sealed_sentences.count_rows(self.words, self.content)

    def demand_said(self) -> list[Markup]:
        """Return the sentence on how many ask that all become one; [] where the count is withheld."""
        return sealed_sentences.demand(self.words, self.content["hall"])

    def summary(self) -> list[Coded]:
        """Return the counts under the heading: people, desires, answers."""
        words, source = self.words, self.content["source"]
        answered = source["people_answered"]
        if not answered:
            few = words.t("fewer than {k} people answered", k=words.integer(self.content["method"]["k_anonymity"]))
            counts = [Coded(few, "few people")]
        else:
            counts = [Coded(self._people_answered(answered), "people")]
        counts.append(Coded(words.n("{count} desire", "{count} desires", source["desires"]), "desires"))
        if source["responses"]:
            counts.append(Coded(self._answers(source["responses"]), "answers"))
        return counts

    def _people_answered(self, count: int) -> Markup:
        """Return how many people answered; of a live gathering it is a least number."""
        words = self.words
        if self.is_live:
            return words.t("{count} people or more answered", count=words.integer(count))
        return words.n("{count} person answered", "{count} people answered", count)

    def _answers(self, count: int) -> Markup:
        """Return a number of answers; of a live gathering it is a least number."""
        words = self.words
        if self.is_live:
            return words.t("{count} answers or more", count=words.integer(count))
        return words.n("{count} answer", "{count} answers", count)

    def sureness(self) -> Markup:
        """Return one sentence on the uncertainty of the estimates: that of the least sure line."""
        words = self.words
        if not self.content["measured"]:
            return words.t("There is too little here to measure; below is what is missing.")
        lines = [self.ground[label] for label in self.line_ids]
        reach = [(entry["want"]["high"] - entry["want"]["low"]) / 2 for entry in lines if entry["want"]]
        if not reach:
            return words.t("Every estimate is given with the range in which it lies nine times in ten.")
        return words.t(
            "How sure: what is said of the whole gathering may be off by about {reach} in 100, nine times in ten.",
            reach=words.integer(max(1, round(100 * max(reach)))),
        )

    def missing(self) -> list[list[Coded]]:
        """Return the sentences of each failed condition: what is missing and what would help."""
        one_desire = self.content["one_desire"]
        if not self.content["measured"]:
            return [
                [sentences.why_not(self.words, entry["code"], self.content["source"]["people_answered"])]
                for entry in one_desire["missing"]
            ]
        quoted_desires: set[str | None] = set()
        reasons = []
        for entry in one_desire["missing"]:  # a desire that would help in two ways is quoted once
            shown = {**entry, "desire": None} if entry["desire"] in quoted_desires else entry
            quoted_desires.add(entry["desire"])
            reasons.append(sentences.missing(self.words, shown, self.content, self.quote))
        return reasons

    def nothing_wanted(self) -> Coded | None:
        """Return the result that nothing is wanted; None where something is."""
        if "nothing wanted" not in self.content["method"]["notes"]:
            return None
        source = self.content["source"]
        return sentences.nothing_wanted(self.words, source["answers_want"], source["answers_against"])

    def short(self) -> Coded | None:
        """Return why the text has fewer lines than were asked for; None where it has them."""
        return sentences.why_short(self.words, self.content["one_desire"], self.content["method"]["lines_asked"])

    def chart(self, line: Json) -> Markup:
        """Return the support chart of a line.

        If a fine chart of any line would show too few people, all charts use the printed estimates only: one bar for
        the worst fifth, and equal bars for the other fifths.
        """
        entry = self.ground[line["id"]]
        if entry["want"] is None:
            return Markup()
        label = " ".join(str(sentence.striptags()) for sentence in self.said(entry))
        want, against = line["want_curve"], line["against_curve"]
        if not self.fine:
            all_want, all_against = entry["want"]["value"], entry["against"]["value"]
            least = entry["worst_fifth"]["value"] + self.content["method"]["against_weight"] * all_against
            least = min(max(least, 0.0), all_want)
            others = min(1.0, (all_want - self.fifth * least) / (1 - self.fifth))
            count = round(1 / self.fifth)
            want, against = [least, *[others] * (count - 1)], [all_against] * count
        return charts.support_chart(want, against, label=label, fifth=self.fifth, rtl=self.rtl)

    def said(self, entry: Json) -> list[Coded]:
        """Return the sentences about a measured desire."""
        words = self.words
        if entry["want"] is None:
            return [sentences.obstacle(words, entry, one_sided=self.one_sided)]
        lines = [
            sentences.counted(words, entry, least=self.is_live),
            sentences.wanted(words, entry["want"]),
            sentences.opposed(words, entry["against"], nobody=self.nobody_against),
            sentences.fifth(words, entry["worst_fifth"], one_sided=self.one_sided),
        ]
        return [sentence for sentence in lines if sentence is not None]

    def fifth_number(self, entry: Json) -> Markup:
        """Return the worst fifth's net support for a desire, as a number."""
        if entry["worst_fifth"] is None:
            return Markup()
        people = (entry["answers"] or 0) * self.fifth
        fine = people >= _FINE_STEPS * self.content["method"]["k_anonymity"]
        return sentences.fifth_number(self.words, entry, fine=fine, one_sided=self.one_sided)

    def without_line(self) -> Markup:
        """Return the sentence on the people without a line of their own."""
        return sentences.without_line(self.words, self.content["one_desire"]["coverage"])

    def share_index(self) -> Markup:
        """Return the sentence on whether a part is owed a line."""
        return sentences.share_index(self.words, self.content["one_desire"]["share_index"])

    def pairs(self) -> Markup:
        """Return the sentence on how often two people have a line in common."""
        return sentences.pairs(self.words, self.content["one_desire"]["pairs"])

    def circles(self, entry: Json) -> list[tuple[Markup, Markup, int]]:
        """Return name, words and strength for each declared circle that may be shown."""
        return [
            (sentences.bdi(circle["name"]), *sentences.circle_support(self.words, circle["word"]))
            for circle in entry["circles"]
        ]

    def held(self) -> list[tuple[Markup, str, Markup]]:
        """Return how many people hold how many lines: label, number in a hundred, bar."""
        words = self.words
        rows = []
        for count, share in enumerate(self.content["one_desire"]["lines_held"]):
            label = words.t("none") if count == 0 else words.n("{count} line", "{count} lines", count)
            rows.append((label, words.hundredths(share), charts.meter(share, label="", rtl=self.rtl)))
        return rows

    def circle_shares(self) -> list[tuple[Markup, Markup, Markup | None, Markup | None]]:
        """Return for each circle: name, words, bar, and the desire that would include most of its people."""
        rows = []
        for share in self.content["one_desire"]["circle_shares"]:
            own_line = share["own_line"]
            bar = None
            # in a circle of twenty people or fewer the steps are so wide that a bar would look too exact
            if own_line is not None and (share["members"] or 0) >= 4 * self.content["method"]["k_anonymity"]:
                bar = charts.meter(
                    own_line["value"], label="", rtl=self.rtl, low=own_line["low"], high=own_line["high"]
                )
            desire = None if share["word"] == "most" or share["desire"] is None else self.quote(share["desire"])
            rows.append((sentences.bdi(share["name"]), sentences.own_line(self.words, share["word"]), bar, desire))
        return rows

    def nearest(self) -> list[tuple[Json, Markup, list[Coded]]]:
        """Return the desires nearest to being common: entry, bar, sentences; none where nothing is wanted."""
        rows: list[tuple[Json, Markup, list[Coded]]] = []
        if self.nothing_wanted():
            return rows
        for label in self.content["one_desire"]["nearest"]:
            entry = self.ground[label]
            if entry["looks_like_fact"]:  # a fact is not a wish, so it cannot become common
                continue
            lines = [sentences.obstacle(self.words, entry, one_sided=self.one_sided)]
            if entry["want"] is not None:
                lines.insert(0, sentences.wanted(self.words, entry["want"]))
            rows.append((entry, self.bar(entry), lines))
        return rows

    def ladder(self) -> list[tuple[str, Markup, Markup, Markup, Markup]]:
        """Return the rungs of the ladder: code, what is counted, how many pass, bar, which lines do not pass."""
        lines = self.content["one_desire"]["lines"]
        rows = []
        for rung in self.content["one_desire"]["ladder"]:
            bar = charts.meter(rung["passed"] / max(1, rung["of"]), label="", rtl=self.rtl)
            label = reason_sentences.rung(self.words, rung["key"])
            failing = [n for n, line in enumerate(lines, 1) if line["conditions"].get(rung["key"]) is False]
            left = reason_sentences.failing(self.words, failing)
            rows.append((rung["key"], label, reason_sentences.passed(self.words, rung), bar, left))
        return rows

    def no_lines(self) -> list[tuple[Json, Coded]]:
        """Return the most common desires that are no lines, each with its reason; none where nothing is wanted."""
        if self.nothing_wanted():
            return []
        lines = [line["id"] for line in self.content["one_desire"]["lines"]]
        rows = []
        for entry in self.content["one_desire"]["no_lines"]:
            ground = self.ground[entry["id"]]
            number = lines.index(entry["line"]) + 1 if entry["line"] in lines else None
            if entry["why"] in ("below", "against"):
                if not lines:  # told as those nearest to being common
                    continue
                rows.append((ground, sentences.obstacle(self.words, ground, one_sided=self.one_sided)))
            else:
                rows.append((ground, reason_sentences.no_line(self.words, entry, number)))
        return rows

    def stands_for(self, line: Json) -> list[tuple[Json, Markup]]:
        """Return the desires for which a line stands, each with how it was found out."""
        return [
            (self.ground[entry["id"]], reason_sentences.same_wish(self.words, entry)) for entry in line["stands_for"]
        ]

    def chosen_again(self, line: Json) -> Coded | None:
        """Return how often a line would be chosen again with other people; None where that is not known."""
        share = line["chosen_again"]
        return None if share is None else reason_sentences.chosen_again(self.words, share)

    def divisive(self) -> list[tuple[Json, Markup, list[Coded]]]:
        """Return the desires on which people differ most: entry, bar, sentences."""
        rows = []
        for dispute in self.content["divisive"]:
            entry = self.ground[dispute["id"]]
            if entry["want"] is not None:
                said = [one for one in self.said(entry) if one.code in {"counted", "wanted", "against"}]
                said.append(reason_sentences.differ(self.words, dispute["chance"]))
                rows.append((entry, self.bar(entry), said))
        return rows

    def bar(self, entry: Json) -> Markup:
        """Return the thin bar of a desire; empty where it was not measured."""
        if entry["want"] is None:
            return Markup()
        return charts.share_bar(entry["want"]["value"], entry["against"]["value"], label="", rtl=self.rtl)

    def listed(self) -> tuple[list[Json], list[Json]]:
        """Return the full list without merged desires and desires without words: what is open, and what is folded."""
        entries = [entry for entry in self.content["common_ground"] if entry["standing"] not in _HIDDEN_FORMS]
        return entries[:_OPEN], entries[_OPEN:]

    def standing(self, entry: Json) -> list[Markup]:
        """Return the facts beside a desire in the list: share of people who want it, standing, answers."""
        words = self.words
        is_line, measured = entry["id"] in self.line_ids, self.content["measured"]
        facts = [sentences.standing(words, entry, is_line=is_line, measured=measured)]
        if entry["want"] is not None:
            facts.insert(0, words.t("{value} in 100 want it", value=words.hundredths(entry["want"]["value"])))
        if entry["looks_like_fact"]:
            facts.append(words.t("reads like a fact about a person"))
        if entry["answers"]:
            facts.append(self._answers(entry["answers"]))
        stated = "totals only" in self.content["why_not"]
        counts = None if self.is_live else reason_sentences.counted(words, entry, stated=stated)
        if counts is not None:
            facts.append(counts)
        if self.content["hall"] is None:
            facts.append(words.t("number {label} in the source", label=sentences.bdi(entry["id"])))
        return facts

    def facts(self) -> list[tuple[Markup, str]]:
        """Return the facts needed to judge and to reproduce the result: software, seed, settings."""
        words, method, source = self.words, self.content["method"], self.content["source"]
        rows = [
            (words.t("Software"), f"{method['software']} {method['version']}"),
            (words.t("Seed"), str(method["seed"])),
            (words.t("Lines asked for"), words.integer(method["lines_asked"])),
            (words.t("The part that wants a desire least"), f"{words.hundredths(method['worst_share'])} / 100"),
            (words.t("Ranges hold"), f"{words.hundredths(method['interval'])} / 100"),
        ]
        if method["sweeps"]:
            settled = (
                words.t(
                    "more of them would move no worst fifth by more than about {moved}, as estimated",
                    moved=words.decimal(max(method["rest"], _REST_LEAST), 3),
                )
                if method["converged"] and method["rest"] is not None
                else words.t("not settled: read with care")
            )
            rows.append((words.t("Rounds of fitting"), f"{words.integer(method['sweeps'])} ({settled})"))
        if source["sign"]:
            rows.append((words.t("Vote that means “want”"), source["sign"]))
        return rows

    def notes(self) -> list[Coded]:
        """Return notes about these data."""
        words, method, source = self.words, self.content["method"], self.content["source"]
        messages = {
            "nobody against": words.t(
                "Nobody used “against” here, so nothing on this page says that anybody is against anything."
            ),
            "one-sided": words.t(
                "Nobody could be against anything in these data. So a desire is common here where, of the fifth that "
                "wants it least, at least {least} in 100 are expected to want it.",
                least=words.hundredths(settings.ONE_SIDED_LEAST.value),
            ),
            HARDLY_AGAINST: words.t(
                "Of no desire here are {k} people or more against it, so nothing on this page says that anybody is "
                "against anything.",
                k=words.integer(method["k_anonymity"]),
            ),
            "no not mine": words.t("Nobody used “not mine” here."),
            "merged": words.t("Desires with the very same words were counted as one."),
            "sample": words.t(
                "Everybody’s answers were counted and learned from. The choice of lines, the checks and how sure each "
                "number is come from a part of the people, drawn by lot."
            ),
        }
        notes = [Coded(messages[code], code) for code in method["notes"] if code in messages]
        if method["few_answers_people"]:
            few = words.n(
                "{count} person gave fewer than 7 answers, and is counted like everyone else.",
                "{count} people gave fewer than 7 answers, and are counted like everyone else.",
                method["few_answers_people"],
            )
            notes.append(Coded(few, "few answers"))
        if method["writers_without_answers"]:
            writers = words.n(
                "{count} person wrote a desire and answered nothing; the desire keeps its place.",
                "{count} people wrote desires and answered nothing; their desires keep their place.",
                method["writers_without_answers"],
            )
            notes.append(Coded(writers, "writers without answers"))
        if any(not entry["language"] and guessed_language(entry["text"]) for entry in self.content["common_ground"]):
            guessed = words.t(
                "The source does not say in which language people wrote. Where the words show it, the page names it, "
                "so that it is read aloud rightly; that is a guess."
            )
            notes.append(Coded(guessed, "language guessed"))
        if source["rejected_desires"]:
            notes.append(self.rejected())
        return notes

    def rejected(self) -> Coded:
        """Return how many desires the hosts rejected."""
        count = self.content["source"]["rejected_desires"]
        sentence = self.words.n(
            "{count} desire was set aside by the hosts and is not shown.",
            "{count} desires were set aside by the hosts and are not shown.",
            count,
        )
        return Coded(sentence, "rejected")

    def oneness(self) -> tuple[str, Markup, Markup] | None:
        """Return the number, the sentence and the picture of oneness, or None."""
        estimate = self.content["oneness"]
        if estimate is None:
            return None
        sentence = sentences.oneness(self.words, estimate)
        sign = "+" if round(100 * estimate["value"]) > 0 else ""
        picture = charts.oneness_scale(
            estimate["value"], estimate["low"], estimate["high"], label=str(sentence.striptags()), rtl=self.rtl
        )
        return sign + self.words.hundredths(estimate["value"]), sentence, picture
