"""Measures: the hosts' page of outward closeness, inner closeness, and the correlation between them.

The page opens when answers are closed. Another process measures. Measuring is an act in the hosts' log. What is
measured has the same basis as a report, so that no two results differ by one person; see `live.giving`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.engine.closeness.seen import in_hundred_of_difference, seen
from oneheart.live import giving
from oneheart.live.aside import AsideError
from oneheart.live.giving import is_closed, newest
from oneheart.live.holding import gathering_of
from oneheart.live.measuring import Measured, order_of
from oneheart.live.represented import mean_of
from oneheart.locale.coded import Coded
from oneheart.model.near_by import NearBy
from oneheart.model.presence import FeltAt
from oneheart.reports import charts
from oneheart.reports.translation import LANGUAGES as REPORTED
from oneheart.reports.translation import Translation
from oneheart.web import who
from oneheart.web.forms import asked, form_of
from oneheart.web.host.leaving import given_for
from oneheart.web.memory import Measurements
from oneheart.web.near_words import NEAR_BY
from oneheart.web.said import FORMS
from oneheart.web.who import Host
from oneheart.web.words import Plain

if TYPE_CHECKING:
    from oneheart.reports.apart import Comparison

_SECONDS = 600.0
_CIRCLES = 7


def numbers(measured: Measured, basis: int, felt: tuple[float | None, ...] = (None, None)) -> Measurements:
    """Return a measurement as plain numbers, after the disclosure gate: counts are in steps, and none is below k."""
    content = None
    if measured.apart is not None:
        from oneheart.reports.apart import build, plain  # noqa: PLC0415  loads 40 MB that only this page needs

        content = plain(build(measured.apart, k=disclosure.K, steps=True))
    inner = measured.inner
    together = measured.together
    return Measurements(
        basis,
        content,
        None
        if inner is None or not disclosure.twice_enough(inner.people)
        else _plain(inner) | {"answered": disclosure.show_steps(inner.people).value},
        None
        if together is None
        else {
            "effect": together.effect,
            "low": together.low,
            "high": together.high,
            "p": together.p,
            "power": {"least_visible_effect": together.least_visible},
            "people": disclosure.show_steps(together.people).value,
        },
        tuple((number, _plain(past)) for number, past in measured.past if disclosure.twice_enough(past.people)),
        felt,
        drawn=measured.drawn,
    )


def _plain(inner: Any) -> dict[str, Any]:
    """Return oneness and its range in steps of k people: one answer of a few people would move a finer number."""
    value, low, high = disclosure.release_oneness((inner.value, inner.low, inner.high), inner.people)
    return {"oneness": value, "low": low, "high": high, "desires": inner.desires}


# --- the page ---------------------------------------------------------------------------------------------------------


async def _measures(request: Request) -> Response:
    """Show the last measurement."""
    return _show(who.host(request))


async def _measure(request: Request) -> Response:
    """Measure, of the last basis or a new one; 409 while answers are open, 503 if the process failed or timed out."""
    host, form = who.host(request), await form_of(request)
    gathering = host.gathering
    if not is_closed(gathering.state):
        return _show(host, status=409)
    await giving.take_output(gathering, host.host, asked(form, giving.OutputAsked, output="measures", rows=False))
    taken = newest(gathering.state, "measures")
    assert taken is not None  # noqa: S101  it was written above
    async with host.memory.measuring:
        cached = host.memory.measured
        if cached is None or cached.basis != taken.position:
            state, given = await given_for(host, taken)
            # As in the report, so that page and report count the same people and the same answers.
            whole = gathering_of(state, given, source=gathering.path.name)
            order = order_of(state, whole, seed=0, given=given)
            try:
                measured = await request.app.state.aside.run("measure", order, seconds=_SECONDS)
            except AsideError:
                return _show(host, failed=True, status=503)
            felt = tuple(felt_mean(given.felt_of(state, when)) for when in (FeltAt.START, FeltAt.END))
            found = mean_of(given.found_of(state, len(state.prayers.sealed) - 1))
            host.memory.measured = replace(numbers(measured, taken.position, felt), represented=found)
    return RedirectResponse(f"{host.home}/measures", 303)


def _show(host: Host, *, failed: bool = False, status: int = 200) -> Response:
    state = host.state
    cached = host.memory.measured if is_closed(state) else None
    return host.page(
        "host_measures.html",
        at="measures",
        status=status,
        closed=is_closed(state),
        failed=failed,
        fresh=cached is not None and not state.released.enough_changed(),
        shown=None if cached is None else _Shown(host, cached),
        felt=[] if cached is None else _felt(host, cached),
        represented="" if cached is None else _represented(host, cached),
    )


class _Shown:
    """A measurement as sentences and charts. Each speaks of one measure only."""

    def __init__(self, host: Host, measurements: Measurements) -> None:
        self._t, self._measurements = host.words.t, measurements
        self._words = Translation(host.words.language if host.words.language in REPORTED else "en")
        self._rtl = host.words.direction == "rtl"
        content = measurements.content or {"inner": measurements.inner, "relations": {}}
        from oneheart.reports.apart import View  # noqa: PLC0415  as above

        self._view = View({**content, "inner": measurements.inner}, self._words)

    @property
    def outward(self) -> tuple[list[Coded], Markup | None]:
        """Return the sentences and the chart of outward closeness."""
        t, content = self._t, self._measurements.content
        if content is None or not content["outward"]["people"]:
            return [Coded(t("Not measured: too few have said where they were."), "not measured")], None
        measured = content["outward"]
        people = disclosure.show_steps(measured["people"])
        present = t("{count} people or more said of an occasion that they were there.", count=people)
        lists = [str(t(NEAR_BY[NearBy(name)])) for name in measured["layers"] if name in set(NearBy)]
        if lists:
            present = t("{count} people or more were at an occasion or in a list of contacts.", count=people)
        sentences = [Coded(present, "people")]
        if measured["share_of_pairs"] is not None:
            share = self._words.hundredths(measured["share_of_pairs"])
            pairs = t("Of every hundred pairs of them, about {share} were at one occasion together.", share=share)
            if lists:
                pairs = t("Of every hundred pairs of them, about {share} were near at least once.", share=share)
            sentences.append(Coded(pairs, "pairs"))
        forms = [str(t(FORMS[name])) for name in measured["layers"] if name in FORMS]
        if forms:
            sentences.append(Coded(t("It counts: {forms}.", forms=", ".join(forms)), "forms"))
        if lists:
            near = t("Beside it, lists of contacts count as near that {kinds}.", kinds="; ".join(lists))
            sentences.append(Coded(near, "lists"))
        return sentences, self._view.outward_picture()

    @property
    def inner(self) -> tuple[list[Coded], Markup | None]:
        """Return the sentences and the chart of inner closeness."""
        return self._view.inner_said(), self._view.inner_picture()

    @property
    def relation(self) -> Comparison | None:
        """Return the sentences and the chart of their correlation; None if nobody said where they were."""
        comparisons = self._view.comparisons() if self._measurements.content is not None else []
        if not comparisons:
            return None
        found = comparisons[0]
        relation = (self._measurements.content or {})["relation"]
        if relation is None:
            return found
        # The report's sentence names the strata as a column; here they are always languages.
        more = [sentence for sentence in found.more if sentence.code != "strata"]
        more.append(Coded(self._t("What goes with being of one circle is taken out."), "circles"))
        if relation["within_strata"]:
            own = self._t("People were exchanged by lot only with people of their own language.")
            more.append(Coded(own, "languages"))
        return replace(found, more=more)

    @property
    def together(self) -> Comparison | None:
        """Return the sentences and the chart of the effect of sitting together; None where no tables were drawn."""
        from oneheart.reports.apart import Comparison  # noqa: PLC0415  as above

        t, effect = self._t, self._measurements.together
        heading = Coded(t("Tables drawn by lot"), "together")
        if effect is None:
            if not self._measurements.drawn:
                return None
            few = t(
                "Not measured: it takes twelve people who said that they sat at the tables that lot gave them, and who "
                "answered something after the tables were drawn. Let people answer again after the meal."
            )
            return Comparison(heading, [Coded(few, "few sat")], None, [])
        decimal, hundredths = self._words.decimal, self._words.hundredths
        outcome = seen(effect["effect"], effect["low"], effect["high"], effect["p"])
        verdicts = {
            "unseen": t("Seats were drawn by lot. That sitting together changed what people want cannot be seen here."),
            "with": t("People of one table want more alike than lot alone would have it, because they sat together."),
            "against": t(
                "People of one table want less alike than lot alone would have it, because they sat together."
            ),
        }
        codes = {"unseen": "unseen", "with": "more alike", "against": "less alike"}
        first = [Coded(verdicts[outcome], codes[outcome])]
        share = {name: hundredths(in_hundred_of_difference(effect[name])) for name in ("effect", "low", "high")}
        of_hundred = t(
            "Of a pair from one table and a pair from two, the pair from one table wants more alike in about {share} "
            "of 100 cases, surely between {low} and {high}; 50 is chance.",
            share=share["effect"],
            low=share["low"],
            high=share["high"],
        )
        first.append(Coded(of_hundred, "in-hundred"))
        people = t(
            "Counted are {count} people or more who said that they sat where lot put them, with what they answered "
            "after the tables were drawn.",
            count=disclosure.show_steps(effect["people"]),
        )
        size = t(
            "Effect {effect}, surely between {low} and {high}, in standard deviations between pairs.",
            effect=decimal(effect["effect"]),
            low=decimal(effect["low"]),
            high=decimal(effect["high"]),
        )
        more = [Coded(people, "counted"), Coded(size, "effect")]
        if outcome == "unseen":
            visible = hundredths(in_hundred_of_difference(effect["power"]["least_visible_effect"]))
            least = t("With your numbers less than {share} of 100 could not be told from chance.", share=visible)
            more.append(Coded(least, "least visible"))
        picture = charts.effect_scale(effect, label=str(first[0].striptags()), rtl=self._rtl, number=self._view.tick)
        return Comparison(heading, first, picture, more)

    @property
    def past(self) -> list[tuple[Coded, Markup]]:
        """Return a sentence and a chart of oneness for each closing of answers; [] for fewer than two closings."""
        if len(self._measurements.past) < 2:  # noqa: PLR2004  one value shows no change
            return []
        decimal = self._words.decimal
        rows = []
        for number, oneness in self._measurements.past:
            sentence = self._t(
                "When the answers of round {number} were closed: {value}, surely between {low} and {high}.",
                number=Plain(number),
                value=decimal(oneness["oneness"]),
                low=decimal(oneness["low"]),
                high=decimal(oneness["high"]),
            )
            label = str(sentence.striptags())
            rows.append(
                (
                    Coded(sentence, str(number)),
                    charts.oneness_scale(
                        oneness["oneness"], oneness["low"], oneness["high"], label=label, rtl=self._rtl
                    ),
                )
            )
        return rows


def felt_mean(felt: Mapping[int, int]) -> float | None:
    """Return the mean of the chosen pictures, 1 to 7, in steps of k people; None for fewer than 2 k people.

    Example:
        >>> felt_mean({seat: 4 for seat in range(12)}), felt_mean({0: 7})
        (4.0, None)
    """
    mean = sum(value - 1 for value in felt.values()) / (_CIRCLES - 1) / max(1, len(felt))
    share = disclosure.release_share(mean, len(felt))
    return None if share is None else 1 + (_CIRCLES - 1) * share


def _felt(host: Host, measured: Measurements) -> list[Coded]:
    """Return sentences on how near people feel, at the start and later, as it was measured."""
    t = host.words.t
    words = Translation(host.words.language if host.words.language in REPORTED else "en")
    start, end = measured.felt
    sentences = []
    if start is not None:
        came = t(
            "As they came, people chose on average picture {value} of seven; one is apart, seven is one.",
            value=words.decimal(start, 1),
        )
        sentences.append(Coded(came, FeltAt.START))
    if end is not None:
        later = t("Later they chose on average picture {value} of seven.", value=words.decimal(end, 1))
        sentences.append(Coded(later, FeltAt.END))
    return sentences


def _represented(host: Host, measured: Measurements) -> str:
    """Return the sentence on how far people find themselves in the newest text; "" below 30 people."""
    if measured.represented is None:
        return ""
    words = Translation(host.words.language if host.words.language in REPORTED else "en")
    value, low, high = (words.decimal(number, 1) for number in measured.represented)
    return str(
        host.words.t(
            "People find themselves in the newest text with {value} of seven on average, between {low} and {high}.",
            value=value,
            low=low,
            high=high,
        )
    )


routes: list[Route] = [
    Route("/host/{code}/measures", _measures),
    Route("/host/{code}/measures", _measure, methods=["POST"]),
]
