"""How people are cut up for the compiled loops, and how long a desire's row is in them; `kernels` says why."""

from __future__ import annotations

TEAM = 8
"""People who go together, and numbers in a vector."""

BLOCK_PEOPLE = 1024
"""People in one block; more only where there would be too many blocks, or their sums would take too much memory."""

_MOST_BLOCKS = 64
_SUMS_BYTES = 48 * 2**20


def row_length(n: int) -> int:
    """Return the padded length of a row for a head with n numbers (0 for a head that is not used).

    Example:
        >>> row_length(4), row_length(5), row_length(0)
        (16, 20, 0)
    """
    # never less than eight: from place n on, n numbers are read in vectors of four or more
    return 0 if n == 0 else max(TEAM, -(-(n + n * (n + 1) // 2) // 4) * 4)


def blocks(people: int, floats_per_block: int) -> list[tuple[int, int]]:
    """Return the blocks (first, last + 1) of people; they depend on the sizes alone, never on threads.

    The number of blocks is limited so that their sums are small, the size so that starting a thread pays off.

    Example:
        >>> blocks(2500, 10)
        [(0, 1024), (1024, 2048), (2048, 2500)]
        >>> len(blocks(1_000_000, 10))
        64
    """
    most = min(_MOST_BLOCKS, max(1, _SUMS_BYTES // max(1, floats_per_block * 8)))
    size = max(BLOCK_PEOPLE, -(-people // most))
    return [(first, min(first + size, people)) for first in range(0, people, size)]
