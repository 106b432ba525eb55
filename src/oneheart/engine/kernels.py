"""The hot loop of the response model, compiled; the only module that names numba.

A *sweep* goes once over the people. For each person it (1) weighs their responses by the Polya-Gamma weight under the
posteriors of the last sweep, (2) solves one small linear system for the person's new posterior, and (3) adds the terms
of the new posterior to sums per desire. Because (3) is in the same pass, the moments of a person are computed once and
stay in the cache.

People are cut into blocks that depend on N and M alone. Threads take blocks; the sums of the blocks are added in
the order of the blocks. So the result is the same to the last bit whatever the number of threads.

Within a block eight people form a *team*. The weights of their answers are computed eight at a time, and their eight
linear systems are solved at once, in structure-of-arrays layout. The loops over rows, the weights and the solver are
explicit SIMD instructions of eight numbers, which the compiler splits into what the processor has (eight, four or two).
LLVM vectorises none of them by itself. So the order of every sum is fixed by this code. Rows and their factors are
filled for a whole team before they are read, because a vector load right after scalar stores stalls (store forwarding).

Layout of a *row*: for a head with n = K + 1 numbers per person, n numbers, then the packed upper triangle of an n x n
second moment (n(n+1)/2), then zeros up to a multiple of four. For a desire with intercept b and tastes v: E[b (1, v)],
then the second moments of (1, v), with E[b^2] in the place of the first of them, which is always one. So two rows
multiplied, and the person's own E[a^2], give the expected square of the linear predictor, which is all that the
Polya-Gamma weight needs.

Source: mathematics of the model in docs/explanation/response-model.md; layout ours.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

from oneheart.engine import kept_code
from oneheart.engine.teams import TEAM, row_length
from oneheart.errors import UserError

Floats = npt.NDArray[np.float64]

# Fused multiply-add is allowed; no other reordering, so that every sum keeps its order.
_FAST = ("contract",)


def compiled(function: Any, *, fastmath: Any = _FAST, kept: bool = True) -> Any:
    """Return a function that numba compiles at its first call.

    Args:
        function: a loop.
        fastmath: what LLVM may do with sums.
        kept: whether numba keeps what it compiled, where no others may write; it runs what it finds there.

    Raises:
        UserError: numba's compiler is switched off; Python cannot run these instructions.
    """
    if numba.config.DISABLE_JIT:
        message = "NUMBA_DISABLE_JIT switches off the compiler that oneheart needs. Unset it, and run this again."
        raise UserError(message)
    fast = set(fastmath) if fastmath else False
    made = numba.njit(function, nogil=True, fastmath=fast, boundscheck=False)
    place = os.environ.get("NUMBA_CACHE_DIR")
    if kept and (not place or kept_code.folder() == Path(place)):
        with contextlib.suppress(RuntimeError):  # nowhere to keep it
            made.enable_caching()
    return made


# ----------------------------------------------------------------------------------- vector instructions, written out
# The functions called `code` emit LLVM's instructions while numba compiles; "rows" in them are pointers.

_DOUBLE, _LONG = ir.DoubleType(), ir.IntType(64)
_EXP = tuple(1.0 / math.factorial(k) for k in range(13, 0, -1))
"""Factors of (exp(r) - 1) / r; for |r| <= ln 2 / 2 what is left out is below 1e-17."""

_LOG2_E = 1.0 / math.log(2.0)
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # sum to ln 2; n times the first is exact
_ROUND = 1.5 * 2.0**52
"""Added to a number it leaves the nearest whole number in the lowest bits."""

_MINE, _WEIGHTED, _KICKED, _GIFT, _PUSH = range(5)
"""Planes of a head's scratch, which has a row in each for everyone in a team."""
_PLANES = 5


def _whole(value: int) -> Any:
    """Return an integer as the compiler's constant."""
    return ir.Constant(_LONG, value)


def _same(value: float, width: int = TEAM) -> Any:
    """Return a constant vector of equal numbers."""
    return ir.Constant(ir.VectorType(_DOUBLE, width), [value] * width)


def _cuts(length: int) -> list[tuple[int, int]]:
    """Return (place, width) of the vectors into which so many numbers, a multiple of four, are cut."""
    return [(place, min(TEAM, length - place)) for place in range(0, length, TEAM)]


def _data(context: Any, builder: Any, kinds: Any, values: Any, *which: int) -> list[Any]:
    """Return pointers to the first numbers of those arguments; they must be arrays without gaps, rows first."""
    if any(kinds[k].layout != "C" for k in which):
        message = "the sweep takes arrays in C order only"
        raise TypeError(message)
    return [context.make_array(kinds[k])(context, builder, values[k]).data for k in which]


def _load(builder: Any, row: Any, place: Any, width: int = TEAM) -> Any:
    """Load a vector."""
    pointer = builder.bitcast(builder.gep(row, [place]), ir.VectorType(_DOUBLE, width).as_pointer())
    return builder.load(pointer, align=8)


def _store(builder: Any, vector: Any, row: Any, place: Any) -> None:
    """Store a vector."""
    builder.store(vector, builder.bitcast(builder.gep(row, [place]), vector.type.as_pointer()), align=8)


def _spread(builder: Any, number: Any, width: int) -> Any:
    """Return a vector that repeats a number of run time (broadcast)."""
    one = builder.insert_element(_same(0.0, width), number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width))


def _plus(builder: Any, total: Any, a: Any, b: Any) -> Any:
    """Return total + a b."""
    return builder.fadd(total, builder.fmul(a, b, flags=_FAST), flags=_FAST)


def _dot(builder: Any, pairs: Iterable[tuple[Any, Any]]) -> Any:
    """Return the dot product of two lists of vectors."""
    (a, b), *rest = pairs
    total = builder.fmul(a, b, flags=_FAST)
    for a, b in rest:
        total = _plus(builder, total, a, b)
    return total


def _across(builder: Any, vectors: list[Any]) -> Any:
    """Return the horizontal sum over vectors of eight and of four."""
    by_width: dict[int, Any] = {}
    for vector in vectors:
        width = vector.type.count
        by_width[width] = builder.fadd(by_width[width], vector) if width in by_width else vector
    width = max(by_width)
    total = by_width[width]
    while width > 1:
        width //= 2
        low, high = (ir.Constant(ir.VectorType(ir.IntType(32), width), list(range(k, k + width))) for k in (0, width))
        total = builder.fadd(builder.shuffle_vector(total, total, low), builder.shuffle_vector(total, total, high))
        if width in by_width:
            total = builder.fadd(total, by_width[width])
    return builder.extract_element(total, ir.Constant(ir.IntType(32), 0))


def _root(builder: Any, vector: Any) -> Any:
    """Return the elementwise square root of a vector."""
    kind = ir.FunctionType(vector.type, [vector.type])
    name = f"llvm.sqrt.v{vector.type.count}f64"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [vector])


def _row_of(builder: Any, rows: Any, of: Any, t: Any, length: int) -> Any:
    """Return the row of the desire that answer t is about."""
    desire = builder.sext(builder.load(builder.gep(of, [t])), _LONG)
    return builder.gep(rows, [builder.mul(desire, _whole(length))])


def _row_in(builder: Any, scratch: Any, plane: int, person: Any, length: int) -> Any:
    """Return the row of a person of the team in one plane of a head's scratch."""
    return builder.gep(scratch, [builder.mul(builder.add(person, _whole(plane * TEAM)), _whole(length))])


@intrinsic
def _weigh(_typing: Any, square: Any, count: Any) -> Any:
    """Replace expected squares by Polya-Gamma weights, eight by eight; up to seven numbers after `count` change too."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        (row,) = _data(context, builder, signature.args, values, 0)
        least, most, one = _same(1e-10), _same(80.0), _same(1.0)
        bits = ir.VectorType(_LONG, TEAM)
        with cgutils.for_range_slice(builder, _whole(0), values[1], _whole(TEAM), intp=_LONG) as (t, _):
            given = _load(builder, row, t)
            x = _root(builder, builder.select(builder.fcmp_ordered(">", given, least), given, least))
            near = builder.select(builder.fcmp_ordered("<", x, most), x, most)  # exp(-80) is negligible beside 1
            # exp(-x) = 2^n exp(r) = s (1 + p)
            shifted = _plus(builder, _same(_ROUND), near, _same(-_LOG2_E))
            n = builder.fsub(shifted, _same(_ROUND))
            r = _plus(builder, builder.fneg(near), n, _same(-_LN2_HIGH))
            r = _plus(builder, r, n, _same(-_LN2_LOW))
            p = _same(_EXP[0])
            for factor in _EXP[1:]:
                p = _plus(builder, _same(factor), p, r)
            p = builder.fmul(p, r)
            power = builder.shl(builder.bitcast(shifted, bits), ir.Constant(bits, [52] * TEAM))
            s = builder.bitcast(builder.add(power, ir.Constant(bits, [1023 << 52] * TEAM)), given.type)
            # tanh(x / 2) / 2x = (1 - exp(-x)) / (1 + exp(-x)) / 2x, exact also where exp(-x) is nearly one
            over = _plus(builder, builder.fsub(one, s), builder.fneg(s), p)
            under = builder.fmul(_plus(builder, builder.fadd(one, s), s, p), builder.fadd(x, x))
            _store(builder, builder.fdiv(over, under), row, t)
        return context.get_dummy_value()

    return numba.types.void(square, count), code


@intrinsic(prefer_literal=True)
def _squares(
    _typing: Any, n: Any, rows: Any, of: Any, first: Any, last: Any, scratch: Any, own: Any, p: Any, out: Any
) -> Any:
    """Write person p's expected squares of answers first to last - 1: own[p] + own row times the desire's."""
    length = row_length(n.literal_value)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        begin, end, person = values[3], values[4], values[7]
        rows_, of_, scratch_, own_, out_ = _data(context, builder, signature.args, values, 1, 2, 5, 6, 8)
        alone = builder.load(builder.gep(own_, [person]))
        my_row = _row_in(builder, scratch_, _MINE, person, length)
        own = [_load(builder, my_row, _whole(place), width) for place, width in _cuts(length)]
        with cgutils.for_range(builder, end, start=begin, intp=_LONG) as loop:
            row = _row_of(builder, rows_, of_, loop.index, length)
            parts: dict[int, Any] = {}
            for mine_part, (place, width) in zip(own, _cuts(length), strict=True):
                part = _load(builder, row, _whole(place), width)
                before = parts.get(width)
                product = builder.fmul(mine_part, part, flags=_FAST)
                parts[width] = product if before is None else builder.fadd(before, product, flags=_FAST)
            total = builder.fadd(_across(builder, list(parts.values())), alone)
            builder.store(total, builder.gep(out_, [loop.index]))
        return context.get_dummy_value()

    return numba.types.void(n, rows, of, first, last, scratch, own, p, out), code


@intrinsic(prefer_literal=True)
def _take(
    _typing: Any,
    n: Any,
    rows: Any,
    of: Any,
    first: Any,
    last: Any,
    weight: Any,
    kick: Any,
    p: Any,
    scratch: Any,
) -> Any:
    """Sum the contributions of answers first to last - 1 of person p into two of their rows.

    One is the sum of weight times row, with the sum of the weights in place n, where the triangle begins; the other is
    the sum of kick times (1, v).
    """
    n_ = n.literal_value
    length = row_length(n_)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        begin, end, person = values[3], values[4], values[7]
        rows_, of_, *factors, scratch_ = _data(context, builder, signature.args, values, 1, 2, 5, 6, 8)
        cuts = [(0, place, width) for place, width in _cuts(length)]
        cuts += [(1, n_ + place, width) for place, width in _cuts(-(-n_ // 4) * 4)]  # (E[b^2], v) of the triangle
        sums = [cgutils.alloca_once_value(builder, _same(0.0, width)) for _, _, width in cuts]
        alone = [cgutils.alloca_once_value(builder, ir.Constant(_DOUBLE, 0.0)) for _ in factors]
        for (_, _, width), total in zip(cuts, sums, strict=True):
            builder.store(_same(0.0, width), total)
        for total in alone:
            builder.store(ir.Constant(_DOUBLE, 0.0), total)
        with cgutils.for_range(builder, end, start=begin, intp=_LONG) as loop:
            row = _row_of(builder, rows_, of_, loop.index, length)
            here = [builder.load(builder.gep(factor, [loop.index])) for factor in factors]
            for factor, total in zip(here, alone, strict=True):
                builder.store(builder.fadd(builder.load(total), factor), total)
            for (which, place, width), total in zip(cuts, sums, strict=True):
                part = _load(builder, row, _whole(place), width)
                factor = _spread(builder, here[which], width)
                builder.store(_plus(builder, builder.load(total), factor, part), total)
        begins = [_row_in(builder, scratch_, plane, person, length) for plane in (_WEIGHTED, _KICKED)]
        for (which, place, _), total in zip(cuts, sums, strict=True):
            _store(builder, builder.load(total), begins[which], _whole(place - which * n_))
        builder.store(builder.load(alone[0]), builder.gep(begins[0], [_whole(n_)]))
        builder.store(builder.load(alone[1]), begins[1])
        return context.get_dummy_value()

    return numba.types.void(n, rows, of, first, last, weight, kick, p, scratch), code


@intrinsic(prefer_literal=True)
def _give(
    _typing: Any,
    n: Any,
    sums: Any,
    of: Any,
    first: Any,
    last: Any,
    weight: Any,
    kick: Any,
    p: Any,
    scratch: Any,
) -> Any:
    """Add the contribution of person p to the sums of every desire answered: weight times one row, kick times another.

    Only the first n numbers of the other are not zero.
    """
    n_ = n.literal_value
    length = row_length(n_)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        begin, end, person = values[3], values[4], values[7]
        sums_, of_, *factors, scratch_ = _data(context, builder, signature.args, values, 1, 2, 5, 6, 8)
        begins = [_row_in(builder, scratch_, plane, person, length) for plane in (_GIFT, _PUSH)]
        terms = [
            [_load(builder, row, _whole(place), width) for row in begins[: 2 if place < n_ else 1]]
            for place, width in _cuts(length)
        ]
        with cgutils.for_range(builder, end, start=begin, intp=_LONG) as loop:
            row = _row_of(builder, sums_, of_, loop.index, length)
            here = [builder.load(builder.gep(factor, [loop.index])) for factor in factors]
            for (place, width), parts in zip(_cuts(length), terms, strict=True):
                total = _load(builder, row, _whole(place), width)
                for factor, part in zip(here, parts, strict=False):
                    total = _plus(builder, total, _spread(builder, factor, width), part)
                _store(builder, total, row, _whole(place))
        return context.get_dummy_value()

    return numba.types.void(n, sums, of, first, last, weight, kick, p, scratch), code


def _triangle(n: int) -> dict[tuple[int, int], int]:
    """Return the place of each (a, b), a <= b, in a packed upper triangle."""
    return {pair: place for place, pair in enumerate((a, b) for a in range(n) for b in range(a, n))}


def _inverse(builder: Any, matrix: dict[tuple[int, int], Any], n: int) -> dict[tuple[int, int], Any]:
    """Return the upper triangle of the inverse of a positive definite matrix given by its own, by Cholesky.

    The diagonal of the factor is kept as its reciprocal: n divisions instead of n squared.
    """
    left, lower, inverse = dict(matrix), {}, {}
    for j in range(n):
        lower[j, j] = builder.fdiv(_same(1.0), _root(builder, left[j, j]))
        for i in range(j + 1, n):
            lower[i, j] = builder.fmul(left[j, i], lower[j, j])
        for a, b in _triangle(n):
            if a > j:
                left[a, b] = _plus(builder, left[a, b], builder.fneg(lower[a, j]), lower[b, j])
    for j in range(n):
        inverse[j, j] = lower[j, j]
        for i in range(j + 1, n):
            total = _dot(builder, ((lower[i, k], inverse[k, j]) for k in range(j, i)))
            inverse[i, j] = builder.fmul(builder.fneg(total), lower[i, i])
    return {(a, b): _dot(builder, ((inverse[k, a], inverse[k, b]) for k in range(b, n))) for a, b in _triangle(n)}


@dataclass(frozen=True, slots=True)
class _Head:
    """One head during code generation: its sizes, and pointers to its scratch memory and its squares."""

    n: int
    first: int
    scratch: Any
    own: Any

    @property
    def length(self) -> int:
        """Return the length of its rows."""
        return row_length(self.n)

    def rows(self, builder: Any, plane: int) -> list[Any]:
        """Return pointers to a team's rows in one plane of the scratch."""
        return [builder.gep(self.scratch, [_whole((plane * TEAM + p) * self.length)]) for p in range(TEAM)]


def _turn(builder: Any, vectors: list[Any]) -> list[Any]:
    """Return the transpose of eight vectors."""
    turned = list(vectors)
    for step in (1, 2, 4):
        for i in (i for i in range(TEAM) if not i & step):
            a, b = turned[i], turned[i + step]
            for place, masks in (
                (i, [TEAM + k - step if k & step else k for k in range(TEAM)]),
                (i + step, [TEAM + k if k & step else k + step for k in range(TEAM)]),
            ):
                turned[place] = builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), TEAM), masks))
    return turned


def _from_people(builder: Any, rows: list[Any], count: int) -> list[Any]:
    """Return the first `count` numbers of a team's rows, each as a vector with one number a person."""
    found: list[Any] = []
    for place, width in ((place, min(TEAM, count - place)) for place in range(0, count, TEAM)):
        if width == TEAM:
            found += _turn(builder, [_load(builder, row, _whole(place)) for row in rows])
            continue
        for k in range(place, place + width):  # the end of a row: never read what comes after it
            vector = _same(0.0)
            for p, row in enumerate(rows):
                number = builder.load(builder.gep(row, [_whole(k)]))
                vector = builder.insert_element(vector, number, ir.Constant(ir.IntType(32), p))
            found.append(vector)
    return found


def _to_people(builder: Any, vectors: list[Any], rows: list[Any]) -> None:
    """Write vectors with one number a person into the team's rows, from their beginning."""
    for place, width in ((place, min(TEAM, len(vectors) - place)) for place in range(0, len(vectors), TEAM)):
        part = vectors[place : place + width]
        for row, vector in zip(rows, _turn(builder, part + [_same(0.0)] * (TEAM - width)), strict=True):
            cut = vector
            if width < TEAM:
                cut = builder.shuffle_vector(
                    vector, vector, ir.Constant(ir.VectorType(ir.IntType(32), width), list(range(width)))
                )
            _store(builder, cut, row, _whole(place))


def _write_rows(builder: Any, head: _Head, mean: list[Any], second: dict[tuple[int, int], Any]) -> None:
    """Write a team's rows for `expected square`: twice the mean, one, weighted second moments; and their own E[a^2].

    `second` are the second moments of all numbers of people.
    """
    n, twice = head.n, _same(2.0)
    row = [builder.fmul(twice, mean[head.first + a]) for a in range(n)]
    for a, b in _triangle(n):
        value = second[head.first + a, head.first + b]
        row.append(value if a == b else builder.fmul(twice, value))
    _store(builder, row[n], head.own, _whole(0))
    row[n] = _same(1.0)
    _to_people(builder, row, head.rows(builder, _MINE))


def _write_gifts(builder: Any, head: _Head, mean: list[Any], second: dict[tuple[int, int], Any]) -> None:
    """Write what a team adds to a desire: minus moments of intercept times (1, u), moments of (1, u); and (1, u)."""
    n, first = head.n, head.first
    once = [_same(1.0), *mean[first + 1 : first + n]]
    minus = [builder.fneg(value) for value in (mean[first], *(second[first, first + a] for a in range(1, n)))]
    rest = [second[first + a, first + b] for a, b in _triangle(n) if a > 0]
    _to_people(builder, [*minus, *once, *rest], head.rows(builder, _GIFT))
    _to_people(builder, once, head.rows(builder, _PUSH))


def _second(builder: Any, mean: list[Any], covariance: dict[tuple[int, int], Any]) -> dict[tuple[int, int], Any]:
    """Return second moments from means and covariances."""
    return {(a, b): _plus(builder, value, mean[a], mean[b]) for (a, b), value in covariance.items()}


def _team(builder: Any, state: Any, i: Any, people: Any, nobody: Any, length: int) -> list[Any]:
    """Return pointers to the numbers of eight people from i on; after the last person to `nobody`, a dummy place."""
    found = []
    for p in range(TEAM):
        here = builder.gep(state, [builder.mul(builder.add(i, _whole(p)), _whole(length))])
        found.append(builder.select(builder.icmp_signed("<", _whole(p), people), here, nobody))
    return found


def _heads(context: Any, builder: Any, signature: Any, values: Any, *which: int) -> tuple[list[_Head], int]:
    """Return the heads in use and the size of both; `which` arguments: the two sizes, scratches, squares."""
    kinds = signature.args
    sizes = [kinds[k].literal_value for k in which[:2]]
    pointers = _data(context, builder, kinds, values, *which[2:])
    found = [
        _Head(n, first, pointers[k], pointers[2 + k])
        for k, (n, first) in enumerate(((sizes[0], 0), (sizes[1], sizes[0])))
        if n
    ]
    return found, sum(sizes)


@intrinsic(prefer_literal=True)
def _look(
    _typing: Any,
    n_touch: Any,
    n_direction: Any,
    mean: Any,
    cov: Any,
    i: Any,
    people: Any,
    nobody: Any,
    scratch_t: Any,
    scratch_d: Any,
    own_t: Any,
    own_d: Any,
) -> Any:
    """Write the rows of a team, `people` from i on, under the posteriors of the last sweep."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        heads, size = _heads(context, builder, signature, values, 0, 1, 7, 8, 9, 10)
        mean_, cov_, nobody_ = _data(context, builder, signature.args, values, 2, 3, 6)
        means = _from_people(builder, _team(builder, mean_, values[4], values[5], nobody_, size), size)
        flat = _from_people(builder, _team(builder, cov_, values[4], values[5], nobody_, size * size), size * size)
        second = _second(builder, means, {(a, b): flat[a * size + b] for a, b in _triangle(size)})
        for head in heads:
            _write_rows(builder, head, means, second)
        return context.get_dummy_value()

    kinds = (n_touch, n_direction, mean, cov, i, people, nobody, scratch_t, scratch_d, own_t, own_d)
    return numba.types.void(*kinds), code


@intrinsic(prefer_literal=True)
def _invert(_typing: Any, size: Any, matrices: Any, i: Any, count: Any, nobody: Any) -> Any:
    """Put the inverses of eight positive definite matrices, `count` from i on, in their places."""
    size_ = size.literal_value

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        matrices_, nobody_ = _data(context, builder, signature.args, values, 1, 4)
        places = _team(builder, matrices_, values[2], values[3], nobody_, size_ * size_)
        flat = _from_people(builder, places, size_ * size_)
        found = _inverse(builder, {(a, b): flat[a * size_ + b] for a, b in _triangle(size_)}, size_)
        both = {pair[::-1]: value for pair, value in found.items()} | found
        _to_people(builder, [both[a, b] for a in range(size_) for b in range(size_)], places)
        return context.get_dummy_value()

    return numba.types.void(size, matrices, i, count, nobody), code


@intrinsic(prefer_literal=True)
def _solve(
    _typing: Any,
    n_touch: Any,
    n_direction: Any,
    prior_precision: Any,
    mean: Any,
    cov: Any,
    i: Any,
    people: Any,
    nobody: Any,
    counted: Any,
    moments: Any,
    scratch_t: Any,
    scratch_d: Any,
    own_t: Any,
    own_d: Any,
) -> Any:
    """Solve the linear systems of a team, `people` from i on; write their posteriors, rows and terms for desires.

    The second moments of those who are `counted` (1, else 0) are added to `moments`: a packed triangle, eight numbers
    each.
    """

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        heads, size = _heads(context, builder, signature, values, 0, 1, 10, 11, 12, 13)
        pointers = _data(context, builder, signature.args, values, 2, 3, 4, 7, 8, 9)
        prior_, mean_, cov_, nobody_, counted_, moments_ = pointers
        matrix = {
            (a, b): _spread(builder, builder.load(builder.gep(prior_, [_whole(a * size + b)])), TEAM)
            for a, b in _triangle(size)
        }
        right = []
        for head in heads:
            n, first = head.n, head.first
            weighted = _from_people(builder, head.rows(builder, _WEIGHTED), head.length)
            kicked = _from_people(builder, head.rows(builder, _KICKED), n)
            right += [builder.fsub(kicked[a], weighted[a]) for a in range(n)]
            for (a, b), place in _triangle(n).items():
                pair = first + a, first + b
                matrix[pair] = builder.fadd(matrix[pair], weighted[n + place])
        covariance = _inverse(builder, matrix, size)
        both = {pair[::-1]: value for pair, value in covariance.items()} | covariance
        means = [_dot(builder, ((both[a, b], right[b]) for b in range(size))) for a in range(size)]
        second = _second(builder, means, covariance)
        counts = _load(builder, counted_, _whole(0))
        for pair, place in _triangle(size).items():
            before = _load(builder, moments_, _whole(place * TEAM))
            _store(builder, _plus(builder, before, second[pair], counts), moments_, _whole(place * TEAM))
        _to_people(builder, means, _team(builder, mean_, values[5], values[6], nobody_, size))
        flat = [both[a, b] for a in range(size) for b in range(size)]
        _to_people(builder, flat, _team(builder, cov_, values[5], values[6], nobody_, size * size))
        for head in heads:
            _write_rows(builder, head, means, second)
            _write_gifts(builder, head, means, second)
        return context.get_dummy_value()

    kinds = (n_touch, n_direction, prior_precision, mean, cov, i, people, nobody, counted, moments)
    return numba.types.void(*kinds, scratch_t, scratch_d, own_t, own_d), code


# ----------------------------------------------------------------------------------------------------------- the loop


@compiled
def _largest_team(start: npt.NDArray[np.int64], first: int, last: int) -> int:
    """Return the largest number of answers of a team."""
    most = 0
    for i in range(first, last, TEAM):
        most = max(most, start[min(i + TEAM, last)] - start[i])
    return most


@compiled
def _by_head(
    start: npt.NDArray[np.int64],
    desire: npt.NDArray[np.int32],
    stance: npt.NDArray[np.int8],
    i: int,
    people: int,
    of_t: npt.NDArray[np.int32],
    of_d: npt.NDArray[np.int32],
    kick_t: Floats,
    kick_d: Floats,
    cut_t: npt.NDArray[np.int64],
    cut_d: npt.NDArray[np.int64],
    counted: Floats,
) -> None:
    """Write the answers of a team head by head; answers without a direction are not in the lists of its head."""
    of_touch, of_direction = np.uint64(0), np.uint64(0)  # unsigned: no check for negative indices
    for p in range(people):
        counted[p] = 1.0 if start[i + p + 1] > start[i + p] else 0.0
        for t in range(start[i + p], start[i + p + 1]):
            y = stance[t]
            touched = y & 1  # without a branch, which the processor could not predict
            of_t[of_touch], of_d[of_direction] = desire[t], desire[t]
            kick_t[of_touch], kick_d[of_direction] = touched - 0.5, 0.5 * y
            of_touch += np.uint64(1)
            of_direction += np.uint64(touched)
        cut_t[p + 1], cut_d[p + 1] = of_touch, of_direction
    counted[people:] = 0.0


@compiled
def _add_moments(size: int, moments: Floats, moment: Floats) -> None:
    """Add the second moments of people, the upper triangle of each of a team, to the matrix of all."""
    c = 0
    for a in range(size):
        for b in range(a, size):
            moment[a, b] += moments[c].sum()
            moment[b, a] = moment[a, b]
            c += 1


@lru_cache(maxsize=8)
def sweep_block(n_touch: int, n_direction: int) -> Callable[..., None]:
    """Return the compiled sweep over one block of people for heads with so many numbers (0 = head not used).

    The function takes (first, last, start, desire, stance, rows_t, rows_d, prior_precision, person_mean,
    person_cov, sums_t, sums_d, moment). It updates the people first..last-1 in place. `start` (N + 1) points into
    `desire` and `stance`; `rows_*` (M, row) are the desires' rows for each head. Added to are `sums_*` (M, row), which
    hold for each desire n numbers of its right-hand side and then its packed precision, and `moment` (D, D), the second
    moments of people who answered anything. The sizes n are constants in it, so that what depends on them is unrolled.
    """
    size = n_touch + n_direction
    triangle = size * (size + 1) // 2
    long_t, long_d = row_length(n_touch), row_length(n_direction)

    def sweep(
        first: int,
        last: int,
        start: npt.NDArray[np.int64],
        desire: npt.NDArray[np.int32],
        stance: npt.NDArray[np.int8],
        rows_t: Floats,
        rows_d: Floats,
        prior_precision: Floats,
        person_mean: Floats,
        person_cov: Floats,
        sums_t: Floats,
        sums_d: Floats,
        moment: Floats,
    ) -> None:
        room = _largest_team(start, first, last) + TEAM
        of_t, of_d = np.zeros(room, np.int32), np.zeros(room, np.int32)
        kick_t, kick_d = np.zeros(room), np.zeros(room)
        weight_t, weight_d = np.zeros(room), np.zeros(room)
        cut_t, cut_d = np.zeros(TEAM + 1, np.int64), np.zeros(TEAM + 1, np.int64)
        scratch_t, scratch_d = np.zeros((_PLANES, TEAM, long_t)), np.zeros((_PLANES, TEAM, long_d))
        own_t, own_d, counted = np.zeros(TEAM), np.zeros(TEAM), np.zeros(TEAM)
        nobody, moments = np.zeros(size * size), np.zeros((triangle, TEAM))
        for i in range(first, last, TEAM):
            people = min(TEAM, last - i)
            _look(n_touch, n_direction, person_mean, person_cov, i, people, nobody, scratch_t, scratch_d, own_t, own_d)
            _by_head(start, desire, stance, i, people, of_t, of_d, kick_t, kick_d, cut_t, cut_d, counted)
            if n_touch > 0:
                for p in range(people):
                    _squares(n_touch, rows_t, of_t, cut_t[p], cut_t[p + 1], scratch_t, own_t, p, weight_t)
                _weigh(weight_t, cut_t[people])
            if n_direction > 0:
                for p in range(people):
                    _squares(n_direction, rows_d, of_d, cut_d[p], cut_d[p + 1], scratch_d, own_d, p, weight_d)
                _weigh(weight_d, cut_d[people])
            for p in range(people):
                if n_touch > 0:
                    at, end = cut_t[p], cut_t[p + 1]
                    _take(n_touch, rows_t, of_t, at, end, weight_t, kick_t, p, scratch_t)
                if n_direction > 0:
                    at, end = cut_d[p], cut_d[p + 1]
                    _take(n_direction, rows_d, of_d, at, end, weight_d, kick_d, p, scratch_d)
            _solve(
                n_touch,
                n_direction,
                prior_precision,
                person_mean,
                person_cov,
                i,
                people,
                nobody,
                counted,
                moments,
                scratch_t,
                scratch_d,
                own_t,
                own_d,
            )
            if n_touch > 0:
                for p in range(people):
                    _squares(n_touch, rows_t, of_t, cut_t[p], cut_t[p + 1], scratch_t, own_t, p, weight_t)
                _weigh(weight_t, cut_t[people])
                for p in range(people):
                    _give(n_touch, sums_t, of_t, cut_t[p], cut_t[p + 1], weight_t, kick_t, p, scratch_t)
            if n_direction > 0:
                for p in range(people):
                    _squares(n_direction, rows_d, of_d, cut_d[p], cut_d[p + 1], scratch_d, own_d, p, weight_d)
                _weigh(weight_d, cut_d[people])
                for p in range(people):
                    _give(n_direction, sums_d, of_d, cut_d[p], cut_d[p + 1], weight_d, kick_d, p, scratch_d)
        _add_moments(size, moments, moment)

    return compiled(sweep)


@compiled
def _moved(now: Floats, before: Floats, count: int) -> float:
    """Return by how much one of the first `count` weights differs from what it was, and keep them as what they were."""
    most = 0.0
    for t in range(count):
        most = max(most, abs(now[t] - before[t]))
        before[t] = now[t]
    return most


@lru_cache(maxsize=8)
def settled_block(n_touch: int, n_direction: int) -> Callable[..., None]:
    """Return the compiled sweep over a block of people who keep no state, for heads of these sizes (0 = not used).

    Each team begins at the prior. It takes steps until no weight of its answers moves by more than `settle`, at most
    `most` steps. Then it adds what it says to the sums of the desires, and its posteriors are forgotten. So the sums
    are a function of the desires and the answers alone.

    The function takes (first, last, start, desire, stance, rows_t, rows_d, prior_precision, prior_covariance, settle,
    most, kept_mean, kept_cov, sums_t, sums_d, moment). Where `kept_mean` (last - first, D) and `kept_cov` (last -
    first, D, D) have rows, the posteriors are written to them and nothing is added to the sums. All else is as in
    `sweep_block`.
    """
    size = n_touch + n_direction
    triangle = size * (size + 1) // 2
    long_t, long_d = row_length(n_touch), row_length(n_direction)

    def settled(
        first: int,
        last: int,
        start: npt.NDArray[np.int64],
        desire: npt.NDArray[np.int32],
        stance: npt.NDArray[np.int8],
        rows_t: Floats,
        rows_d: Floats,
        prior_precision: Floats,
        prior_covariance: Floats,
        settle: float,
        most: int,
        kept_mean: Floats,
        kept_cov: Floats,
        sums_t: Floats,
        sums_d: Floats,
        moment: Floats,
    ) -> None:
        room = _largest_team(start, first, last) + TEAM
        of_t, of_d = np.zeros(room, np.int32), np.zeros(room, np.int32)
        kick_t, kick_d = np.zeros(room), np.zeros(room)
        weight_t, weight_d = np.zeros(room), np.zeros(room)
        before_t, before_d = np.zeros(room), np.zeros(room)
        cut_t, cut_d = np.zeros(TEAM + 1, np.int64), np.zeros(TEAM + 1, np.int64)
        scratch_t, scratch_d = np.zeros((_PLANES, TEAM, long_t)), np.zeros((_PLANES, TEAM, long_d))
        own_t, own_d, counted, nothing = np.zeros(TEAM), np.zeros(TEAM), np.zeros(TEAM), np.zeros(TEAM)
        nobody, unused, moments = np.zeros(size * size), np.zeros((triangle, TEAM)), np.zeros((triangle, TEAM))
        mean, cov = np.zeros((TEAM, size)), np.zeros((TEAM, size, size))
        for i in range(first, last, TEAM):
            people = min(TEAM, last - i)
            for p in range(TEAM):  # loops, because an assignment of arrays may raise an error, which needs a library
                for a in range(size):
                    mean[p, a] = 0.0
                    for b in range(size):
                        cov[p, a, b] = prior_covariance[a, b]
            _look(n_touch, n_direction, mean, cov, 0, people, nobody, scratch_t, scratch_d, own_t, own_d)
            _by_head(start, desire, stance, i, people, of_t, of_d, kick_t, kick_d, cut_t, cut_d, counted)
            for step in range(most + 1):
                if n_touch > 0:
                    for p in range(people):
                        _squares(n_touch, rows_t, of_t, cut_t[p], cut_t[p + 1], scratch_t, own_t, p, weight_t)
                    _weigh(weight_t, cut_t[people])
                if n_direction > 0:
                    for p in range(people):
                        _squares(n_direction, rows_d, of_d, cut_d[p], cut_d[p + 1], scratch_d, own_d, p, weight_d)
                    _weigh(weight_d, cut_d[people])
                moved = max(_moved(weight_t, before_t, cut_t[people]), _moved(weight_d, before_d, cut_d[people]))
                if step == most or (step > 0 and moved <= settle):
                    break
                for p in range(people):
                    if n_touch > 0:
                        at, end = cut_t[p], cut_t[p + 1]
                        _take(n_touch, rows_t, of_t, at, end, weight_t, kick_t, p, scratch_t)
                    if n_direction > 0:
                        at, end = cut_d[p], cut_d[p + 1]
                        _take(n_direction, rows_d, of_d, at, end, weight_d, kick_d, p, scratch_d)
                _solve(
                    n_touch,
                    n_direction,
                    prior_precision,
                    mean,
                    cov,
                    0,
                    people,
                    nobody,
                    nothing,
                    unused,
                    scratch_t,
                    scratch_d,
                    own_t,
                    own_d,
                )
            if len(kept_mean) > 0:
                for p in range(people):
                    for a in range(size):
                        kept_mean[i - first + p, a] = mean[p, a]
                        for b in range(size):
                            kept_cov[i - first + p, a, b] = cov[p, a, b]
                continue
            c = 0
            for a in range(size):
                for b in range(a, size):
                    for p in range(people):
                        moments[c, p] += counted[p] * (cov[p, a, b] + mean[p, a] * mean[p, b])
                    c += 1
            if n_touch > 0:
                for p in range(people):
                    _give(n_touch, sums_t, of_t, cut_t[p], cut_t[p + 1], weight_t, kick_t, p, scratch_t)
            if n_direction > 0:
                for p in range(people):
                    _give(n_direction, sums_d, of_d, cut_d[p], cut_d[p + 1], weight_d, kick_d, p, scratch_d)
        _add_moments(size, moments, moment)

    return compiled(settled)


@lru_cache(maxsize=8)
def invert(size: int) -> Callable[[Floats], None]:
    """Return a compiled function that inverts positive definite matrices (M, size, size) in place, eight at a time."""

    def inverses(matrices: Floats) -> None:
        nobody = np.zeros(size * size)
        for i in range(0, len(matrices), TEAM):
            _invert(size, matrices, i, min(TEAM, len(matrices) - i), nobody)

    return compiled(inverses)


def products_of_pairs() -> Callable[..., None]:
    """Return a compiled function that adds up, for each pair of desires, the products of everybody's two values.

    It takes (start, desire, value, gram). Added to are both halves and the diagonal of `gram` (M, M); each person's
    answers are to different desires. O(sum of squared answers of each person).
    """

    def products(start: npt.NDArray[np.int64], desire: npt.NDArray[np.int32], value: Floats, gram: Floats) -> None:
        for i in range(len(start) - 1):
            for t in range(start[i], start[i + 1]):
                mine = value[t]
                if mine == 0.0:
                    continue
                row = gram[desire[t]]
                for u in range(t, start[i + 1]):
                    row[desire[u]] += mine * value[u]
        for a in range(len(gram)):
            for b in range(a):
                both = gram[a, b] + gram[b, a]
                gram[a, b] = gram[b, a] = both

    return compiled(products)


def times() -> Callable[..., None]:
    """Return a compiled function that multiplies answers, as a matrix of people and desires, with a matrix (M, K).

    It takes (start, desire, value, right, out) and fills `out` (N, K).
    """

    def product(
        start: npt.NDArray[np.int64], desire: npt.NDArray[np.int32], value: Floats, right: Floats, out: Floats
    ) -> None:
        for i in range(len(start) - 1):
            for k in range(right.shape[1]):
                out[i, k] = 0.0
            for t in range(start[i], start[i + 1]):
                for k in range(right.shape[1]):
                    out[i, k] += value[t] * right[desire[t], k]

    return compiled(product)


def tables_of_pairs() -> Callable[..., None]:
    """Return a compiled function that counts for each two desires how often each two stances were given together.

    It takes (start, desire, stance, tables). Added to is `tables` (3, 3, M, M): stance of the first desire and of the
    second, from 1 down to -1. Each person's answers are in the order of the desires, and each pair is counted once: the
    first desire comes before the second or is the same. O(sum of squared answers of each person).
    """

    def counted(
        start: npt.NDArray[np.int64],
        desire: npt.NDArray[np.int32],
        stance: npt.NDArray[np.int8],
        tables: npt.NDArray[np.int32],
    ) -> None:
        for i in range(len(start) - 1):
            for t in range(start[i], start[i + 1]):
                for u in range(t, start[i + 1]):
                    tables[1 - stance[t], 1 - stance[u], desire[t], desire[u]] += 1

    return compiled(counted)


def dots() -> Callable[..., None]:
    """Return a compiled function that multiplies rows of two matrices, pair by pair.

    It takes (left, right, i, j, out) and fills `out` with the product of row i[k] of `left` and row j[k] of `right`.
    """

    def product(left: Floats, right: Floats, i: npt.NDArray[np.int64], j: npt.NDArray[np.int64], out: Floats) -> None:
        for k in range(len(i)):
            a, b, total = left[i[k]], right[j[k]], 0.0
            for c in range(left.shape[1]):
                total += a[c] * b[c]
            out[k] = total

    return compiled(product)
