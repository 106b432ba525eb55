"""The errors that a user sees as a sentence instead of a traceback."""

from __future__ import annotations


class UserError(Exception):
    """A mistake in what was given to oneheart: says in one sentence what is wrong and what to do next.

    The command line prints the sentence and ends with exit status 2; nothing half-written stays behind.

    Example:
        >>> raise UserError("There is no folder 'x'; give the path of an export folder or zip file.")
        Traceback (most recent call last):
        ...
        oneheart.errors.UserError: There is no folder 'x'; give the path of an export folder or zip file.
    """


class HeldError(UserError):
    """What was to be opened for writing is open in another process; it may be free later."""
