"""Measures: the host's page of outward and inner closeness, two pictures apart, and a third for their relation.

It opens when answers are closed, is made in a process of its own, and is made anew only after the round has moved or
fifty more have said where they were, so that no two looks differ by one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.live.aside import AsideError
from oneheart.live.measuring import Measured, order_of
from oneheart.live.state import State
from oneheart.locale.coded import Coded
from oneheart.model.presence import FeltAt
from oneheart.reports import charts
from oneheart.reports.translation import LANGUAGES as REPORTED
from oneheart.reports.translation import Translation
from oneheart.web import who
from oneheart.web.forms import form_of
from oneheart.web.memory import Measurements
from oneheart.web.said import FORMS
from oneheart.web.who import Host
from oneheart.web.words import Plain

_SECONDS = 600.0
_SURE = 0.05
_CIRCLES = 7


def closed(state: State) -> bool:
    """Return whether answers are closed, so that no two looks can differ by one person's answer."""
    return state.ended or not state.stage.takes_responses


def basis_of(state: State) -> tuple[int, ...]:
    """Return the cache key of a measurement; it changes in steps that no single person causes."""
    presences = sum(occasion.present for occasion in state.occasions)
    return (state.version, disclosure.in_steps(presences, disclosure.RESPONSES_STEP), int(state.ended))


def numbers(measured: Measured, basis: tuple[int, ...]) -> Measurements:
    """Return what was measured as plain numbers; counts of people are stepped, none is below k."""
    content = None
    if measured.apart is not None:
        from oneheart.reports.apart import build, plain  # noqa: PLC0415  loads what only this page needs, 40 MB

        content = plain(build(measured.apart, k=disclosure.K))
        outward = content["outward"]
        outward["people"] = None if outward["people"] is None else disclosure.in_steps(outward["people"])
        outward["seen"] = outward["pairs"] = None
        outward["met"] = {name: None if n is None else disclosure.in_steps(n) for name, n in outward["met"].items()}
        if outward["share_of_pairs"] is not None:
            outward["share_of_pairs"] = disclosure.release_share(outward["share_of_pairs"], outward["people"] or 0)
    inner = measured.inner
    together = measured.together
    return Measurements(
        basis,
        content,
        None if inner is None or not disclosure.twice_enough(inner.people) else _plain(inner),
        None
        if together is None
        else {
            "effect": together.effect,
            "low": together.low,
            "high": together.high,
            "p": together.p,
            "power": {"least_visible_effect": together.least_visible},
        },
        tuple((number, _plain(one)) for number, one in measured.past if disclosure.twice_enough(one.people)),
    )


def _plain(inner: Any) -> dict[str, Any]:
    return {"oneness": inner.value, "low": inner.low, "high": inner.high, "desires": inner.desires}


# --- the page ---------------------------------------------------------------------------------------------------------


async def _measures(request: Request) -> Response:
    """Show what was measured last."""
    return _show(who.host(request))


async def _measure(request: Request) -> Response:
    """Measure where the cache key has changed; 409 while answers are open, 503 where the process failed."""
    host = who.host(request)
    await form_of(request)
    gathering = host.gathering
    if not closed(gathering.state):
        return _show(host, status=409)
    async with host.memory.measuring:
        basis = basis_of(gathering.state)
        kept = host.memory.measured
        if kept is None or kept.basis != basis:
            order = order_of(gathering.state, gathering.as_gathering(), seed=basis[0])
            try:
                measured = await request.app.state.aside.run("measure", order, seconds=_SECONDS)
            except AsideError:
                return _show(host, failed=True, status=503)
            host.memory.measured = numbers(measured, basis)
    return RedirectResponse(f"{host.home}/measures", 303)


def _show(host: Host, *, failed: bool = False, status: int = 200) -> Response:
    state = host.state
    kept = host.memory.measured if closed(state) else None
    return host.page(
        "host_measures.html",
        at="measures",
        status=status,
        closed=closed(state),
        failed=failed,
        fresh=kept is not None and kept.basis == basis_of(state),
        shown=None if kept is None else _Shown(host, kept),
        felt=_felt(host),
    )


class _Shown:
    """What was measured, as sentences and pictures; each speaks of one thing."""

    def __init__(self, host: Host, kept: Measurements) -> None:
        self._t, self._kept = host.words.t, kept
        self._words = Translation(host.words.language if host.words.language in REPORTED else "en")
        self._rtl = host.words.direction == "rtl"
        content = kept.content or {"inner": kept.inner, "relations": {}}
        from oneheart.reports.apart import View  # noqa: PLC0415  as above

        self._view = View({**content, "inner": kept.inner}, self._words)
        self._here = host

    @property
    def outward(self) -> tuple[list[Coded], Markup | None]:
        """Return what is said and shown of having been near."""
        t, content = self._t, self._kept.content
        if content is None or content["outward"]["people"] is None:
            return [Coded(t("Not measured: too few have said where they were."), "not measured")], None
        out = content["outward"]
        people = disclosure.show_steps(out["people"])
        said = [Coded(t("{count} people or more said of an occasion that they were there.", count=people), "people")]
        if out["share_of_pairs"] is not None:
            share = self._words.hundredths(out["share_of_pairs"])
            pairs = t("Of every hundred pairs of them, about {share} were at one occasion together.", share=share)
            said.append(Coded(pairs, "pairs"))
        forms = [str(t(FORMS[name])) for name in out["layers"] if name in FORMS]
        if forms:
            said.append(Coded(t("It counts: {forms}.", forms=", ".join(forms)), "forms"))
        return said, self._view.outward_picture()

    @property
    def inner(self) -> tuple[list[Coded], Markup | None]:
        """Return what is said and shown of wanting alike."""
        return self._view.inner_said(), self._view.inner_picture()

    @property
    def relation(self) -> tuple[list[Coded], Markup | None] | None:
        """Return what is said and shown of the one going with the other; None where nobody said where they were."""
        comparisons = self._view.comparisons() if self._kept.content is not None else []
        if not comparisons:
            return None
        _, said, picture = comparisons[0]
        relation = (self._kept.content or {})["relation"]
        if relation is not None:
            # The report's sentence names the strata as a column; here they are always languages.
            said = said[:-1] if relation["within_strata"] else said
            said.append(Coded(self._t("What goes with being of one circle is taken out."), "circles"))
            if relation["within_strata"]:
                own = self._t("People were exchanged by lot only with people of their own language.")
                said.append(Coded(own, "languages"))
        return said, picture

    @property
    def together(self) -> tuple[list[Coded], Markup] | None:
        """Return the effect of sitting together; None where no seats were drawn or nothing could be measured."""
        t, found = self._t, self._kept.together
        if found is None:
            return None
        decimal = self._words.decimal
        if found["p"] > _SURE:
            least = decimal(found["power"]["least_visible_effect"])
            unseen = t("Seats were drawn by lot. That sitting together changed what people want cannot be seen here.")
            said = [
                Coded(unseen, "unseen"),
                Coded(t("With your numbers an effect below {least} could not be seen.", least=least), "least visible"),
            ]
        elif found["effect"] > 0:
            more = t("People of one table want more alike than lot alone would have it, because they sat together.")
            said = [Coded(more, "more alike")]
        else:
            less = t("People of one table want less alike than lot alone would have it, because they sat together.")
            said = [Coded(less, "less alike")]
        effect = t(
            "Effect {effect}, surely between {low} and {high}, in standard deviations between pairs.",
            effect=decimal(found["effect"]),
            low=decimal(found["low"]),
            high=decimal(found["high"]),
        )
        said.append(Coded(effect, "effect"))
        label = str(said[0].striptags())
        return said, charts.effect_scale(found, label=label, rtl=self._rtl, number=self._view.tick)

    @property
    def past(self) -> list[tuple[Coded, Markup]]:
        """Return oneness at each closing of answers, where there were two or more."""
        if len(self._kept.past) < 2:  # noqa: PLR2004  a way has two ends
            return []
        decimal = self._words.decimal
        out = []
        for number, one in self._kept.past:
            said = self._t(
                "When the answers of round {number} were closed: {value}, surely between {low} and {high}.",
                number=Plain(number),
                value=decimal(one["oneness"]),
                low=decimal(one["low"]),
                high=decimal(one["high"]),
            )
            label = str(said.striptags())
            out.append(
                (
                    Coded(said, str(number)),
                    charts.oneness_scale(one["oneness"], one["low"], one["high"], label=label, rtl=self._rtl),
                )
            )
        return out


def felt_mean(felt: Mapping[int, int]) -> float | None:
    """Return the mean picture, 1 to 7, in steps of k people; None for fewer than 2 k people.

    Example:
        >>> felt_mean({seat: 4 for seat in range(12)}), felt_mean({0: 7})
        (4.0, None)
    """
    mean = sum(value - 1 for value in felt.values()) / (_CIRCLES - 1) / max(1, len(felt))
    share = disclosure.release_share(mean, len(felt))
    return None if share is None else 1 + (_CIRCLES - 1) * share


def _felt(host: Host) -> list[Coded]:
    """Return how near people said they feel, at the start and later, each by itself; only when answers are closed."""
    state, t = host.state, host.words.t
    if not closed(state):
        return []
    words = Translation(host.words.language if host.words.language in REPORTED else "en")
    start, end = (felt_mean(felt) for felt in (state.company.felt[when] for when in FeltAt))
    out = []
    if start is not None:
        came = t(
            "As they came, people chose on average picture {value} of seven; one is apart, seven is one.",
            value=words.decimal(start, 1),
        )
        out.append(Coded(came, FeltAt.START))
    if end is not None:
        later = t("Later they chose on average picture {value} of seven.", value=words.decimal(end, 1))
        out.append(Coded(later, FeltAt.END))
    return out


routes: list[Route] = [
    Route("/host/{code}/measures", _measures),
    Route("/host/{code}/measures", _measure, methods=["POST"]),
]
