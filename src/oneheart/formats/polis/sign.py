"""Which raw vote value means agree in a Polis export: decided from evidence in the files, never by assumption.

Files in the wild carry both signs under identical headers. The evidence, strongest first:

1. people agree with what they wrote themselves (the sign of authors' votes on their own comments);
2. a declared `vote-convention`;
3. counts that the files state (agrees and disagrees per comment, n-agree and n-disagree per participant). The exporter
   of September and October 2024 swapped these together with the sign, so they decide nothing in files that may be its.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.diagnosis import Finding, counted

Ints = npt.NDArray[np.int64]
Value = Literal[1, -1]

OWN_VOTES_LEAST = 5
OWN_AUTHORS_LEAST = 3
OWN_SHARE_LEAST = 0.8
OWN_CHANCE_MOST = 0.01
NEAR_ROWS = 3
NEAR_VOTES = 2  # counts that differ by so many votes nearly agree,
NEAR_SHARE = 0.05  # or by this share of the votes,
NEAR_TIMES = 3  # where the opposite sign would make them differ by so many times more
_DECLARED = re.compile(r"(?<![a-z])agree\s*[=:]\s*([+-]?1)(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StatedCounts:
    """Agrees and disagrees that a file states beside the +1 and -1 found in it, one entry per comment or person.

    Example:
        >>> import numpy as np
        >>> one = np.array([3]); none = np.array([0])
        >>> StatedCounts(one, none, one, none).direction()
        1
    """

    stated_agree: Ints
    stated_disagree: Ints
    found_plus: Ints
    found_minus: Ints

    def direction(self) -> int:
        """Return 1 where +1 is counted as agree, -1 where it is counted as disagree, 0 where counts do not tell.

        At least half of the rows with unequal counts must fit one direction, at most a twentieth of these the other.
        Where rows do not fit exactly, and there are three or more, those that nearly fit decide by the same rule.
        """
        telling = self.found_plus != self.found_minus
        straight, turned = self._off(turned=False), self._off(turned=True)
        exact = _decided(straight == 0, turned == 0, telling)
        if exact or int(telling.sum()) < NEAR_ROWS:
            return exact
        return _decided(self._nearly(straight, turned), self._nearly(turned, straight), telling)

    def _off(self, *, turned: bool) -> Ints:
        """Return by how many votes each row differs from what is stated, read straight or turned."""
        plus, minus = (self.found_minus, self.found_plus) if turned else (self.found_plus, self.found_minus)
        return np.asarray(np.abs(self.stated_agree - plus) + np.abs(self.stated_disagree - minus))

    def _nearly(self, off: Ints, other: Ints) -> npt.NDArray[np.bool_]:
        """Return which rows differ by little one way and by much the other way."""
        votes = self.found_plus + self.found_minus
        return np.asarray(
            (off <= np.maximum(NEAR_VOTES, NEAR_SHARE * votes)) & (other >= NEAR_TIMES * off) & (other > 0)
        )


def _decided(straight: npt.NDArray[np.bool_], turned: npt.NDArray[np.bool_], telling: npt.NDArray[np.bool_]) -> int:
    up, down = int((straight & telling).sum()), int((turned & telling).sum())
    most, least = max(up, down), min(up, down)
    if most == 0 or most * 2 < int(telling.sum()) or least * 20 > most:
        return 0
    return 1 if up > down else -1


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence in a conversation's files about the sign of their votes.

    Attributes:
        own_plus: authors' last votes on their own comments that are +1.
        own_minus: the same, -1.
        own_plus_authors: how many different authors cast those +1.
        own_minus_authors: how many different authors cast those -1.
        declared: the declaration's text, "" where there is none.
        comment_events: counts per comment against all vote events; None where comments.csv states no counts.
        comment_last: counts per comment against last votes; None likewise.
        person_counts: counts per participant against the matrix; None where there is no matrix with counts.
        swapped_perhaps: the files may come from the exporter that swapped counts together with the sign.
        any_vote: there is at least one +1 or -1.
    """

    own_plus: int = 0
    own_minus: int = 0
    own_plus_authors: int = 0
    own_minus_authors: int = 0
    declared: str = ""
    comment_events: StatedCounts | None = None
    comment_last: StatedCounts | None = None
    person_counts: StatedCounts | None = None
    swapped_perhaps: bool = False
    any_vote: bool = True


@dataclass(frozen=True, slots=True)
class VoteSign:
    """The raw value that means agree, why, and what is odd about it.

    Attributes:
        agree: 1 or -1.
        why: the sentence that says why, with counts, for the analyst.
        findings: what is odd about it.
        public: the same sentence without counts, which may stand on a public page; "" where the sign does not matter.

    Example:
        >>> VoteSign(1, "+1 means agree.").agree
        1
    """

    agree: Value
    why: str
    findings: tuple[Finding, ...] = ()
    public: str = ""


def declared_agree(text: str) -> Value | None:
    """Return the value that a `vote-convention` declares to mean agree, or None.

    Example:
        >>> declared_agree("agree=+1;disagree=-1;pass=0;format=polis-export/1"), declared_agree("disagree=-1")
        (1, None)
    """
    match = _DECLARED.search(text)
    if match is None:
        return None
    return 1 if int(match[1]) == 1 else -1


def chance(plus: int, minus: int) -> float:
    """Return the two-sided binomial chance (0 to 1) of a split at least so uneven, were both signs as likely.

    Example:
        >>> round(chance(8, 0), 4), chance(1, 1)
        (0.0078, 1.0)
    """
    total, few = plus + minus, min(plus, minus)
    if total > 1000:  # noqa: PLR2004 - far beyond it the exact sum only costs time
        z = (abs(plus - minus) - 1) / math.sqrt(total)
        return min(1.0, math.erfc(z / math.sqrt(2)))
    return min(1.0, float(sum(math.comb(total, k) for k in range(few + 1)) / 2 ** (total - 1)))


def refuse_no_sign(value: int | None) -> Value | None:
    """Return the sign that a caller gave: 1, -1, or None for none.

    Raises:
        UserError: when it is anything else.
    """
    if value not in (None, 1, -1):
        message = f"The sign must be +1 or -1 (the value that means agree), not {value!r}."
        raise UserError(message)
    return None if value is None else 1 if value == 1 else -1


def decide(evidence: Evidence, name: str, given: int | None = None) -> VoteSign:
    """Return which raw value means agree, from the evidence or, where it is given, from the caller.

    Args:
        evidence: what the files say.
        name: what to call the files in a sentence.
        given: 1 or -1 where the caller says which raw value means agree; None to decide from the evidence.

    Raises:
        UserError: when the evidence is missing or contradicts itself, or `given` is something else.

    Source:
        Ours.

    Example:
        >>> decide(Evidence(own_plus=40, own_plus_authors=12), "x").why
        '+1 means agree: authors voted +1 on 40 of their own comments and -1 on 0.'
    """
    agree = refuse_no_sign(given)
    own, strong = _own(evidence)
    stated = _stated(evidence)
    if agree is not None:
        against = [why for value, why in stated if value == -agree]
        if strong and own == -agree:
            against.insert(0, _own_sentence(evidence))
        odd = tuple(
            Finding("sign-given-against-evidence", "warning", f"You said that {agree:+d} means agree, but {why}.")
            for why in against[:1]
        )
        public = f"{agree:+d} means agree: so it was said when this was made."
        return VoteSign(agree, f"{agree:+d} means agree: you said so.", odd, public)
    if not evidence.any_vote:
        return VoteSign(1, "There is no +1 or -1 among the votes, so their sign does not matter.")
    if strong:
        agree = 1 if own == 1 else -1
        odd = tuple(
            Finding(
                "sign-counts-swapped",
                "warning",
                f"By authors' own votes {agree:+d} means agree, yet {why}; we go by the authors.",
            )
            for value, why in stated
            if value == -agree
        )
        public = f"{agree:+d} means agree: so authors voted on what they had written themselves."
        return VoteSign(agree, f"{agree:+d} means agree: {_own_sentence(evidence)}.", odd, public)
    return _from_statements(evidence, name, own, stated)


def _from_statements(evidence: Evidence, name: str, own: int, stated: list[tuple[Value, str]]) -> VoteSign:
    weak = own if evidence.own_plus + evidence.own_minus >= OWN_VOTES_LEAST else 0
    values = {value for value, _ in stated} | ({weak} if weak else set())
    is_declared = declared_agree(evidence.declared) is not None
    if not stated:
        why = "they state no counts that tell agree from disagree, and too few authors voted on their own comments"
    elif len(values) > 1:
        why = "; but ".join([why for _, why in stated] + ([_own_sentence(evidence)] if weak else []))
    elif evidence.swapped_perhaps and not is_declared:
        why = (
            "their stated counts may be swapped together with the votes, as an exporter of 2024 did, and too few "
            "authors voted on their own comments"
        )
    else:
        agree = stated[0][0]
        why = f"{agree:+d} means agree: {'; '.join(why for _, why in stated)}."
        return VoteSign(agree, why, public=why)
    message = (
        f"The files in '{name}' do not tell whether +1 means agree or disagree ({why}); "
        "look up one vote that you know and say --agree +1 or --agree -1 (in Python: sign=1 or sign=-1)."
    )
    raise UserError(message)


def _own(evidence: Evidence) -> tuple[int, bool]:
    """Return the sign of authors' own votes (0 below four in five of one sign) and whether it decides alone."""
    plus, minus = evidence.own_plus, evidence.own_minus
    total, most = plus + minus, max(plus, minus)
    if total == 0 or most < OWN_SHARE_LEAST * total:
        return 0, False
    authors = evidence.own_plus_authors if plus > minus else evidence.own_minus_authors
    strong = total >= OWN_VOTES_LEAST and authors >= OWN_AUTHORS_LEAST and chance(plus, minus) < OWN_CHANCE_MOST
    return (1 if plus > minus else -1), strong


def _own_sentence(evidence: Evidence) -> str:
    plus, minus = evidence.own_plus, evidence.own_minus
    if plus >= minus:
        return (
            f"authors voted +1 on {counted(plus, 'of their own comments', 'of their own comments')} and -1 on {minus:,}"
        )
    return f"authors voted -1 on {counted(minus, 'of their own comments', 'of their own comments')} and +1 on {plus:,}"


def _stated(evidence: Evidence) -> list[tuple[Value, str]]:
    """Return what the files state about the sign: the value that means agree, and where it is said."""
    stated: list[tuple[Value, str]] = []
    declared = declared_agree(evidence.declared)
    if declared is not None:
        stated.append((declared, f"the files declare that agree is {declared:+d}"))
    persons = evidence.person_counts.direction() if evidence.person_counts else 0
    if persons:
        value: Value = 1 if persons == 1 else -1
        stated.append((value, f"n-agree and n-disagree count {value:+d} as agree"))
    comments = evidence.comment_events.direction() if evidence.comment_events else 0
    if not comments and evidence.comment_last:
        comments = evidence.comment_last.direction()
    if comments:
        value = 1 if comments == 1 else -1
        stated.append((value, f"agrees and disagrees in comments.csv count {value:+d} as agree"))
    return stated
