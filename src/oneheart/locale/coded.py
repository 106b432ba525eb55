"""Sentences that know the code by which they were chosen, so that pages carry it as a data attribute."""

from __future__ import annotations

from typing import Self

from markupsafe import Markup


class Coded(Markup):
    """A sentence in the reader's language, with the code by which it was chosen.

    Programs and tests read the code from the page (`data-said`, `data-why`, ...), whatever the language.

    Attributes:
        code: of the domain, such as a refusal, a verdict or a band.

    Example:
        >>> sentence = Coded(Markup("Not one yet."), "not yet")
        >>> sentence, sentence.code, Coded(Markup("<b>One</b>"), "one").striptags()
        (Coded('Not one yet.'), 'not yet', 'One')
    """

    code: str

    def __new__(cls, base: object = "", code: str = "") -> Self:
        """Keep the sentence and its code; what is made of a sentence by a method of `str` has no code."""
        self = super().__new__(cls, base)
        self.code = code
        return self
