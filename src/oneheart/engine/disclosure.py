"""The disclosure gate: every count or share of people passes through this module before anybody sees it.

k-anonymity: no count of fewer than k people is released, nor one that a subtraction from other numbers gives. Shares
of people are released in steps of k people, so that a share times a total is no hidden count either.

k has one binding, `K`. No other module compares a count with k or divides by k; it asks a function of this module:

* `enough`, `twice_enough`, `enough_of`, `is_few` answer questions about a count;
* `in_steps`, `above_in_steps`, `step_of` round a count, for sentences and for the keys of what is cached;
* `release_*` return plain numbers or None, for values that stay inside the program;
* `show_*` return `Shown`, the only type of a count or share of people that templates and encoders accept.

`engine.told` holds the structs and encoders that leave the program: they accept a count of people as `Shown` only.

Source: primary and secondary cell suppression (Willenborg & de Waal 2001). The rule for ties, which keeps somebody
who knows the algorithm from undoing it, is ours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, NoReturn

from oneheart import settings
from oneheart.errors import UserError

K = int(settings.K_ANONYMITY.value)
"""The least number of people of whom anything is shown."""

FOR_A_SHARE = 2 * K
"""The least number of people of whom a share or a mean is shown."""

RESPONSES_STEP = 10 * K
"""Counts of responses move in steps of so many, because one person gives several responses."""

SMALL = 12
"""The most people of a small circle. Its people know one another, so nothing is counted in it: no word and no number.

With eleven known answers of twelve, every word that depends on the twelfth tells it.
"""

FOR_A_WORD = SMALL + 1
"""The least number of answers of which a word is said."""

Band = Literal["most", "some", "few"]
Kind = Literal["count", "share", "word"]


# --- questions about a count ------------------------------------------------------------------------------------------


def enough(count: float, times: int = 1, k: int = K) -> bool:
    """Return whether a count is at least k people, or at least `times` k people.

    Example:
        >>> enough(4), enough(5), enough(39, times=8), enough(40, times=8)
        (False, True, False, True)
    """
    return count >= times * k


def twice_enough(count: float, k: int = K) -> bool:
    """Return whether a count is at least 2 k people, the least number of whom a share is shown.

    Example:
        >>> twice_enough(9), twice_enough(10)
        (False, True)
    """
    return enough(count, 2, k)


def enough_of(count: int, total: int, k: int = K) -> bool:
    """Return whether a count is at least k people, or everybody where the total is below k.

    Example:
        >>> enough_of(4, 30), enough_of(5, 30), enough_of(3, 3), enough_of(2, 3)
        (False, True, True, False)
    """
    return count >= min(k, total)


def is_few(count: int, k: int = K) -> bool:
    """Return whether a count is 1 to k - 1 people: somebody, but too few to be shown. Nobody is not few.

    Example:
        >>> [is_few(count) for count in (0, 1, 4, 5)]
        [False, True, True, False]
    """
    return 0 < count < k


def is_small(people: int) -> bool:
    """Return whether a circle, or the people who answered a desire, are so few that no word is said of their answers.

    Example:
        >>> is_small(12), is_small(13)
        (True, False)
    """
    return people <= SMALL


def is_much_of(part: float, whole: float, times: int = 1, k: int = K) -> bool:
    """Return whether a part is more than one in `times` k of a whole, so that the whole tells of this part.

    Example:
        >>> is_much_of(2, 10), is_much_of(3, 10), is_much_of(1, 10, times=2), is_much_of(2, 10, times=2)
        (False, True, False, True)
    """
    return part * times * k > whole


def enough_since(people: int, *, open_door: bool, k: int = K) -> bool:
    """Return whether enough different people changed something since an output, so that a new one may be made.

    It takes k people, and 2 k while the door is open to everybody, because one person can then hold several seats.

    Example:
        >>> [enough_since(people, open_door=True) for people in (9, 10)]
        [False, True]
        >>> [enough_since(people, open_door=False) for people in (4, 5)]
        [False, True]
    """
    return enough(people, 2 if open_door else 1, k)


def check_k(k: int) -> int:
    """Return k if it is the setting `k_anonymity` or more.

    Raises:
        UserError: for a smaller k.

    Example:
        >>> check_k(5), check_k(12)
        (5, 12)
    """
    if k < K:
        message = f"k is {k}; no count of fewer than {K} people is shown, so give k={K} or more."
        raise UserError(message)
    return k


# --- steps ------------------------------------------------------------------------------------------------------------


def in_steps(count: int, step: int = K) -> int:
    """Return a count rounded down to whole steps, so that it never moves by one person.

    Example:
        >>> [in_steps(count) for count in (0, 4, 5, 9, 12)]
        [0, 0, 5, 5, 10]
    """
    return count // step * step


def up_in_steps(count: int, step: int = K) -> int:
    """Return a number rounded up to whole steps; 0 for less than one step, which is told as "fewer than five".

    Example:
        >>> [up_in_steps(count) for count in (1, 4, 5, 6, 12)]
        [0, 0, 5, 10, 15]
    """
    return 0 if count < step else -(-count // step) * step


def above_in_steps(count: int, step: int = K) -> int:
    """Return the first whole step above a number: it tells no more than `in_steps` does.

    Example:
        >>> [above_in_steps(count) for count in (0, 4, 5, 12)]
        [5, 5, 10, 15]
    """
    return (count // step + 1) * step


def step_of(count: int, step: int = K) -> int:
    """Return how many whole steps are in a count: the key of what is cached until the next k people came.

    Example:
        >>> step_of(4), step_of(5), step_of(14), step_of(49, RESPONSES_STEP), step_of(50, RESPONSES_STEP)
        (0, 1, 2, 0, 1)
    """
    return count // step


# --- plain numbers ----------------------------------------------------------------------------------------------------


def release_count(count: int, total: int | None = None, k: int = K) -> int | None:
    """Return a count of people, or None where it may not be shown.

    Args:
        count: people counted; 0 may be shown.
        total: the known number of whom `count` is a part; its rest must be 0 or at least k as well. None where no
            total is known.
        k: the least number of people that may be seen.

    Raises:
        ValueError: for a count below 0 or above its total.

    Example:
        >>> release_count(12), release_count(4), release_count(38, 40), release_count(30, 40)
        (12, None, None, 30)
    """
    if count < 0 or (total is not None and count > total):
        message = "a count must lie between 0 and its total"
        raise ValueError(message)
    if total is not None:
        return release_counts((count, total - count), k)[0]
    return None if is_few(count, k) else count


def release_counts(counts: Sequence[int], k: int = K) -> tuple[int | None, ...]:
    """Return each cell of a partition of a known total, or None where it is withheld.

    Of a total below 2 k no cell is shown: cells would be all, nobody, or few; `release_band` gives a word instead.
    Above that, cells of 1 to k - 1 are withheld, and then the smallest other cells (all of the same size together)
    until two or more are withheld, 2 k people in sum, and one of k or more: "withheld" must not mean "few".

    Args:
        counts: people in each cell; every person of the total is in one.
        k: the least number of people that may be seen.

    Raises:
        ValueError: for a count below 0.

    Notes:
        O(cells log cells).

    Example:
        >>> release_counts((30, 7, 12))
        (30, 7, 12)
        >>> release_counts((30, 12, 3))
        (30, None, None)
        >>> release_counts((12, 0, 0)), release_counts((8, 0, 0))
        ((12, 0, 0), (None, None, None))
    """
    if any(count < 0 for count in counts):
        message = "a count must not be below 0"
        raise ValueError(message)
    if not twice_enough(sum(counts), k):
        return (None,) * len(counts)
    hidden = {place for place, count in enumerate(counts) if is_few(count, k)}
    if hidden:
        for size in sorted({count for count in counts if enough(count, k=k)}):
            if _hide_enough([counts[place] for place in hidden], k):
                break
            hidden |= {place for place, count in enumerate(counts) if count == size}
    return tuple(None if place in hidden else count for place, count in enumerate(counts))


def _hide_enough(cells: Sequence[int], k: int) -> bool:
    """Return whether withheld cells hide one another."""
    return len(cells) > 1 and twice_enough(sum(cells), k) and enough(max(cells), k=k)


def release_band(count: int, total: int, k: int = K) -> Band | None:
    """Return a word for a share: "most" (two thirds or more), "few" (less than a third), "some"; None below k.

    Each word stands for two counts or more, so that it never tells that all or nobody did.

    Example:
        >>> release_band(8, 8), release_band(7, 8), release_band(2, 3)
        ('most', 'most', None)
    """
    if not enough(total, k=k):
        return None
    return share_band(count / total)


def share_band(share: float) -> Band:
    """Return the word for a share from 0 to 1."""
    if share >= 2 / 3:
        return "most"
    return "few" if share < 1 / 3 else "some"


def release_word(want: int, answered: int) -> Band | None:
    """Return the word for how many of those who answered a desire want it; None for up to twelve answers.

    Example:
        >>> release_word(12, 12), release_word(12, 13)
        (None, 'most')
    """
    return None if is_small(answered) else release_band(want, answered)


def release_share(share: float, people: int, k: int = K, *, down: bool = False) -> float | None:
    """Return a share (or a mean of people's values) in equal steps of k people or more, or None below 2 k people.

    Args:
        share: mean over `people` of values, usually 0 to 1.
        people: how many the mean is over.
        k: the least number of people that may be seen.
        down: never above the share itself, for what is said to be "at least".

    Example:
        >>> release_share(0.97, 60), release_share(0.97, 1000), release_share(0.9, 9)
        (1.0, 0.97, None)
    """
    if not twice_enough(people, k):
        return None
    steps = step_of(people, k)
    return (math.floor(share * steps + 1e-9) if down else round(share * steps)) / steps


def release_mean(
    value: float, people: int, least: float, most: float, k: int = K, *, down: bool = False
) -> float | None:
    """Return a mean of people's values that lie between `least` and `most`, in steps of k people; None below 2 k.

    Args:
        value: the mean, from `least` to `most`.
        people: how many the mean is over.
        least: the lowest value that one person can have.
        most: the highest value that one person can have.
        k: the least number of people that may be seen.
        down: never above the mean itself.

    Example:
        >>> release_mean(0.31, 20, -0.5, 1.0), release_mean(0.31, 9, -0.5, 1.0)
        (0.25, None)
    """
    width = most - least
    share = release_share((value - least) / width, people, k, down=down)
    return None if share is None else share * width + least


def release_oneness(ends: tuple[float, float, float], people: int, k: int = K) -> tuple[float, float, float]:
    """Return oneness and the ends of its range, -1 to 1, in steps of k people of a live gathering.

    Args:
        ends: value, lower and upper end.
        people: how many answered, at least 2 k.
        k: the least number of people that may be seen.

    Example:
        >>> release_oneness((0.33, 0.27, 0.41), 40)
        (0.25, 0.25, 0.5)
    """
    value, low, high = (release_mean(end, people, -1, 1, k) or 0.0 for end in ends)
    return value, low, high


def release_distribution(shares: Sequence[float], people: int, k: int = K) -> tuple[float, ...] | None:
    """Return shares that add up to 1, each in steps of k people, or None for fewer than 2 k people.

    The running sum is rounded, so that the parts still add up to 1.

    Example:
        >>> release_distribution((0.02, 0.38, 0.6), 50)
        (0.0, 0.4, 0.6)
    """
    if not twice_enough(people, k):
        return None
    running, before, out = 0.0, 0.0, []
    for place, share in enumerate(shares):
        running += share
        upto = 1.0 if place == len(shares) - 1 else release_share(min(running, 1.0), people, k) or 0.0
        out.append(round(upto - before, 9))
        before = upto
    return tuple(out)


# --- what may be shown ------------------------------------------------------------------------------------------------

_TOKEN = object()


class Shown:
    """A count or share of people as everybody may know it: a stepped number, a word, or "not shown".

    Only the `show_*` functions of this module make one. It is immutable and has no arithmetic, no order and no truth
    value, so that nobody computes a small count from it; use `value` and `is_withheld`.

    Attributes:
        kind: "count" (of people, or of what people gave), "share" (a part of people, or a mean over them), "word".
        value: int of a count, float of a share, str of a word; None where it is not shown, which differs from 0.

    Example:
        >>> show_count(12).value, show_count(4).is_withheld, str(show_count(12)), str(show_count(4))
        (12, True, '12', '')
    """

    __slots__ = ("kind", "value")
    kind: Kind
    value: int | float | str | None

    def __init__(self, token: object, kind: Kind, value: float | str | None) -> None:
        """Keep a value that passed the gate.

        Raises:
            TypeError: for a caller outside this module.
        """
        if token is not _TOKEN:
            message = "Shown is made by the show_ functions of oneheart.engine.disclosure only"
            raise TypeError(message)
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "value", value)

    def __init_subclass__(cls) -> None:
        """Refuse subclasses, which could change what passed the gate."""
        message = "Shown has no subclasses"
        raise TypeError(message)

    @property
    def is_withheld(self) -> bool:
        """Whether the value is not shown."""
        return self.value is None

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse changes."""
        message = f"Shown is immutable: {name} cannot be set"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse changes."""
        message = f"Shown is immutable: {name} cannot be deleted"
        raise AttributeError(message)

    def __eq__(self, other: object) -> bool:
        """Return whether another `Shown` has the same kind and value; a bare number is never equal."""
        if not isinstance(other, Shown):
            return NotImplemented
        return (self.kind, self.value) == (other.kind, other.value)

    def __hash__(self) -> int:
        """Return the hash of kind and value."""
        return hash((self.kind, self.value))

    def __bool__(self) -> NoReturn:
        """Refuse a truth value: 0, "" and "not shown" are three different things."""
        message = "Shown has no truth value: ask .value or .is_withheld"
        raise TypeError(message)

    def __str__(self) -> str:
        """Return the plain value for a template, "" where it is not shown. Grouping of digits is the template's."""
        return "" if self.value is None else str(self.value)

    def __repr__(self) -> str:
        """Return kind and value."""
        return f"<shown {self.kind}: {'withheld' if self.value is None else self.value}>"

    def __copy__(self) -> Shown:
        """Return the same object, which cannot change."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Shown:
        """Return the same object, which cannot change."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse pickling, which would make one without the gate."""
        message = "Shown is not pickled: pass plain values between processes and show them at the end"
        raise TypeError(message)


def count_of(shown: Shown) -> int:
    """Return the number of a count that is shown, to set it in digits or to draw a picture of it.

    Raises:
        TypeError: for a share, a word, or a count that is not shown.

    Example:
        >>> count_of(show_steps(12)), count_of(show_steps(4))
        (10, 0)
    """
    value = getattr(shown, "value", None)  # a bare number has none
    if not isinstance(value, int):
        message = f"{shown!r} is no count that is shown"
        raise TypeError(message)
    return value


def withheld(kind: Kind = "count") -> Shown:
    """Return "not shown", where there is nothing that may be shown.

    Example:
        >>> withheld().value is None
        True
    """
    return Shown(_TOKEN, kind, None)


def show_count(count: int, total: int | None = None, k: int = K) -> Shown:
    """Return a count of people for everybody; arguments and errors are those of `release_count`.

    Example:
        >>> show_count(12), show_count(38, 40)
        (<shown count: 12>, <shown count: withheld>)
    """
    return Shown(_TOKEN, "count", release_count(count, total, k))


def show_counts(counts: Sequence[int], k: int = K) -> tuple[Shown, ...]:
    """Return each cell of a partition of people; arguments and errors are those of `release_counts`.

    Example:
        >>> show_counts((30, 12, 3))
        (<shown count: 30>, <shown count: withheld>, <shown count: withheld>)
    """
    return tuple(Shown(_TOKEN, "count", count) for count in release_counts(counts, k))


def show_steps(count: int, step: int = K) -> Shown:
    """Return a count in whole steps, rounded down: 0 means "fewer than one step".

    Args:
        count: people, or what people gave; 0 or more.
        step: how far the number moves at once, `K` or more; `RESPONSES_STEP` for responses.

    Raises:
        ValueError: for a step below `K`, or a count below 0.

    Example:
        >>> show_steps(4), show_steps(12), show_steps(120, RESPONSES_STEP)
        (<shown count: 0>, <shown count: 10>, <shown count: 100>)
    """
    if step < K:
        message = f"a step is {K} people or more"
        raise ValueError(message)
    if count < 0:
        message = "a count must not be below 0"
        raise ValueError(message)
    return Shown(_TOKEN, "count", in_steps(count, step))


def show_parts(total: int, parts: Sequence[int], k: int = K) -> tuple[Shown, tuple[Shown, ...]]:
    """Return a total of people and some parts of it, each in whole steps; all withheld for up to twelve people.

    One part at least is not among `parts` and is never shown. Shown with all parts the total would tell them: of 52
    people in parts of "30", "10" and "fewer than five", the parts are 34, 14 and 4. Without one they say nothing of
    one another. A person who changes from one part to another moves one number, and not two.

    Args:
        total: people in all parts.
        parts: people in each part that is shown.
        k: the least number of people that may be seen, and the step.

    Raises:
        ValueError: for a count below 0, or parts of more people than the total.

    Example:
        >>> show_parts(52, (34, 4))
        (<shown count: 50>, (<shown count: 30>, <shown count: 0>))
        >>> show_parts(12, (6, 0))[0]
        <shown count: withheld>
    """
    if sum(parts) > total:
        message = "parts must not be more than their total"
        raise ValueError(message)
    if is_small(total):
        return withheld(), (withheld(),) * len(parts)
    return show_steps(total, k), tuple(show_steps(part, k) for part in parts)


def show_among(parts: Sequence[int], people: int, k: int = K) -> tuple[Shown, tuple[Shown, ...]]:
    """Return how many of some people gave an answer, and each part of them, exactly or withheld.

    All people are known, so those who gave no answer are a part too, which the total would tell: they are withheld
    like the others, see `release_counts`, and the total with them. No part is shown of up to twelve answers.

    Args:
        parts: people in each part of those who gave an answer.
        people: all people, with those who gave none.
        k: the least number of people that may be seen.

    Raises:
        ValueError: for a count below 0, or parts of more than all people.

    Example:
        >>> show_among((30, 7, 12), 60)
        (<shown count: 49>, (<shown count: 30>, <shown count: 7>, <shown count: 12>))
        >>> show_among((30, 7, 12), 50)
        (<shown count: withheld>, (<shown count: 30>, <shown count: withheld>, <shown count: withheld>))
    """
    total = sum(parts)
    silent = people - total
    if silent < 0:
        message = "parts must not be more than all people"
        raise ValueError(message)
    *shown, outside = show_counts((*parts, silent), k)
    if not twice_enough(people, k):
        return show_count(total, people, k) if silent else show_count(total, k=k), tuple(shown)
    if is_small(total) or (outside.is_withheld and is_small(people - 2 * k)):
        shown = [withheld()] * len(parts)  # that the total is above twelve would tell the rest
    return withheld() if outside.is_withheld else show_count(total, k=k), tuple(shown)


def show_band(count: int, total: int, k: int = K) -> Shown:
    """Return a word for `count` of `total` people; withheld for a total below k.

    Example:
        >>> show_band(7, 8), show_band(2, 3)
        (<shown word: most>, <shown word: withheld>)
    """
    return Shown(_TOKEN, "word", release_band(count, total, k))


def show_share_band(share: float, people: int, k: int = K) -> Shown:
    """Return a word for a share from 0 to 1 of so many people; withheld for fewer than k people.

    Example:
        >>> show_share_band(0.5, 5), show_share_band(0.5, 4)
        (<shown word: some>, <shown word: withheld>)
    """
    return Shown(_TOKEN, "word", share_band(share) if enough(people, k=k) else None)


def show_share(share: float, people: int, k: int = K, *, down: bool = False) -> Shown:
    """Return a share of people in steps of k people; withheld for fewer than 2 k people. See `release_share`.

    Example:
        >>> show_share(0.97, 60), show_share(0.97, 60, down=True), show_share(0.9, 9)
        (<shown share: 1.0>, <shown share: 0.9166666666666666>, <shown share: withheld>)
    """
    return Shown(_TOKEN, "share", release_share(share, people, k, down=down))


def show_hundredths(share: float, people: int, k: int = K) -> Shown:
    """Return a share as a whole number of a hundred, from `release_share`; withheld for fewer than 2 k people."""
    released = release_share(share, people, k)
    return Shown(_TOKEN, "share", None if released is None else round(100 * released))


def show_mean(
    value: float, people: int, least: float, most: float, k: int = K, *, down: bool = False, up: bool = False
) -> Shown:
    """Return a mean in steps of k people, with `up` never below it; withheld below 2 k people. See `release_mean`.

    Example:
        >>> show_mean(0.31, 20, -0.5, 1.0), show_mean(0.31, 9, -0.5, 1.0)
        (<shown share: 0.25>, <shown share: withheld>)
    """
    if up and (mirrored := release_mean(-value, people, -most, -least, k, down=True)) is not None:
        return Shown(_TOKEN, "share", 0.0 - mirrored)
    return Shown(_TOKEN, "share", release_mean(value, people, least, most, k, down=down))


def show_distribution(shares: Sequence[float], people: int, k: int = K) -> tuple[Shown, ...]:
    """Return shares that add up to 1, each in steps of k people; all withheld for fewer than 2 k people.

    Example:
        >>> show_distribution((0.02, 0.38, 0.6), 50)
        (<shown share: 0.0>, <shown share: 0.4>, <shown share: 0.6>)
    """
    released = release_distribution(shares, people, k)
    return tuple(Shown(_TOKEN, "share", share) for share in (released or (None,) * len(shares)))
