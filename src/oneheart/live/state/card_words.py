"""Card words: in which words a person meets a desire.

They meet it in its own words where these are in the language of their pages. Else they meet words in that language: of
a desire that two hosts called the same, or said by somebody who carried it (`carried_desires`). Else its own words if
they read them, then carried words in another language that they read. A desire of which a person reads no words is not
dealt to them. While nobody has asked them whether they read its language, they meet its own words and can say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.live.state.carried_desires import CarriedWords
from oneheart.live.state.course import Course
from oneheart.live.state.desires import Desires
from oneheart.live.state.people import People


@dataclass(frozen=True, slots=True)
class CardWords:
    """The words of a desire as one person meets them.

    Attributes:
        text: the words.
        language: language code of the words.
        stem: code of the stem that they continue; "" for none, and for carried words, which are whole sentences.
        carried: true if somebody carried the desire into this language.
    """

    text: str
    language: str
    stem: str
    carried: bool = False


@dataclass(frozen=True, slots=True)
class CardTable:
    """The parts of a state that decide in which words desires are met.

    Attributes:
        desires: all desires, with what is carried.
        people: everybody, with the languages that they read.
        course: settings and stage.
    """

    desires: Desires
    people: People
    course: Course

    def words(self, number: int, seat: int) -> CardWords:
        """Return the words in which a person meets a desire; its own where they read none.

        An answer counts for the desire itself, whatever its words. O(1) for words in the language of their pages, else
        O(desires called the same + carried words of this one).
        """
        desire, person = self.desires[number], self.people.seats[seat]
        own = CardWords(desire.text, desire.language, desire.stem)
        if desire.language == person.language:
            return own
        same = self.desires[self.called_the_same(number, seat)]
        if same is not desire:
            return CardWords(same.text, same.language, same.stem)
        carried = self._standing(number, person.language)
        if carried is None and not self.people.reads(seat, desire.language):
            others = (self._standing(number, language) for language in person.also_reads)
            carried = next((words for words in others if words is not None), None)
        return own if carried is None else CardWords(carried.text, carried.language, "", carried=True)

    def in_language(self, number: int, language: str) -> CardWords | None:
        """Return the words of a desire in one language, for nobody in particular; None if it has none.

        They are its own, or those of a desire that two hosts called the same, or carried words.
        """
        desire = self.desires[number]
        if desire.language == language:
            return CardWords(desire.text, desire.language, desire.stem)
        for other in self.desires.confirmed:
            lends = self.desires.may_lend_words(other, language, hold=self.course.hold)
            if lends and self.desires.root(other) == number:
                return CardWords(self.desires[other].text, language, self.desires[other].stem)
        carried = self._standing(number, language)
        return None if carried is None else CardWords(carried.text, language, "", carried=True)

    def called_the_same(self, number: int, seat: int) -> int:
        """Return the desire in the language of a person's pages that two hosts called the same, else the desire itself.

        The person's own desires are left out. An answer counts for the desire itself.
        """
        language = self.people.seats[seat].language
        if self.desires[number].language != language:
            for other in self.desires.confirmed:
                lends = self.desires.may_lend_words(other, language, hold=self.course.hold)
                if lends and self.desires[other].author != seat and self.desires.root(other) == number:
                    return other
        return number

    def hidden_from(self, seat: int, met: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Return which desires are not dealt to a person because they read no words of them, (M,).

        It is the same for everybody with the same languages, but for words of their own. O(M) where they do not read
        some language, else O(1).

        Args:
            seat: number of the seat.
            met: result of `met_in_carried_words` for somebody with the same languages.
        """
        person = self.people.seats[seat]
        hidden = np.zeros(len(self.desires), bool)
        if person.unread:
            hidden[:] = [desire.language in person.unread for desire in self.desires]
            hidden[list(met)] = False
            for number in self.desires.confirmed:
                if self.desires.may_lend_words(number, person.language, hold=self.course.hold):
                    hidden[self.desires.root(number)] = False
        return hidden

    def met_in_carried_words(self, seat: int) -> list[int]:
        """Return the desires whose own words a person does not read, and that they meet in carried words. Ascending.

        By these desires languages meet. O(carried words).
        """
        person = self.people.seats[seat]
        return [
            number
            for number in sorted(self.desires.carried.of_desire)
            if not self.people.reads(seat, self.desires[number].language)
            and any(self._standing(number, language) is not None for language in (person.language, *person.also_reads))
        ]

    def _standing(self, number: int, language: str) -> CarriedWords | None:
        return self.desires.carried.standing(number, language, self.desires, self.people)
