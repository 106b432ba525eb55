"""String similarity of desires, and which of them are surely the same (deduplication).

A similarity score cannot merge: "80 km/h in towns" and "100 km/h in towns", "abolish it" and "do not abolish it" are
more alike than most true duplicates. So similarity only *suggests* (`TrigramIndex.nearest`). Together with how people
answered it tells which desires need only one line (`same_wish`). Desires that are merged without asking anyone
(`merge_same`) must have the same words.

Letters: M desires, n texts.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.negation import negation_count
from oneheart.engine.desire.scripts import base_language, likely_language
from oneheart.engine.desire.wording import normalise, numbers, words
from oneheart.model.desire import Desire
from oneheart.model.gathering import Responses

# --- likeness ---------------------------------------------------------------------------------------------------


def _trigrams(text: str) -> frozenset[str]:
    normal = normalise(text)
    if not normal:
        return frozenset()
    padded = f" {normal} "
    return frozenset(map("".join, zip(padded, padded[1:], padded[2:], strict=False)))


def similarity(a: str, b: str) -> float:
    """Return the similarity of two texts, 0 to 1: shared letter trigrams among all trigrams of both (Jaccard).

    Symmetric; 1 for texts that are equal after normalisation (and for a few more, such as a repeated phrase), 0 where
    no trigram is shared. A text without words has similarity 0 to every text, also to itself.

    Notes:
        Says that two texts use the same letters, never that they mean the same: a text and its negation are about .9
        alike. Blind across languages. Cost O(length).

    Source: ours; compared with TF-IDF, MinHash, rapidfuzz and sentence embeddings for suggestions, it was as good.

    Example:
        >>> similarity("Peace for all!", "peace for all"), similarity("Peace", "שלום")
        (1.0, 0.0)
    """
    first, second = _trigrams(a), _trigrams(b)
    shared = len(first & second)
    union = len(first) + len(second) - shared
    return shared / union if union else 0.0


def similarity_matrix(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return (n, n) float64: the `similarity` of every two texts, 0 to 1.

    Symmetric, the diagonal 1 except for texts without words, where the whole row is 0. For shortlists of up to a few
    hundred.

    Notes:
        Cost O(n² times the number of different trigrams) in one matrix product; 300 texts of 100 letters take well
        under a second and some 20 MB.

    Example:
        >>> similarity_matrix(["Peace", "peace!", "שלום"]).tolist()
        [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    number_of: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, text in enumerate(texts):
        found = [number_of.setdefault(trigram, len(number_of)) for trigram in sorted(_trigrams(text))]
        rows.extend([row] * len(found))
        columns.extend(found)
    holds = np.zeros((len(texts), len(number_of)), np.float32)
    holds[rows, columns] = 1
    # Counts below 2**24 are exact in float32.
    shared = (holds @ holds.T).astype(np.float64)
    sizes = np.diagonal(shared)
    union = sizes[:, None] + sizes[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


class TrigramIndex:
    """An inverted index of letter trigrams, for nearest-neighbour search among texts.

    It maps each trigram to the texts that have it, so that a query reads only texts that share one. Texts are numbered
    0, 1, ... in the order in which they were added.

    Notes:
        Build O(total length); 11,000 short texts take about half a second and 20 MB. `add` O(length).

    Example:
        >>> index = TrigramIndex(["Peace for all", "More trees", "Peace for everyone"])
        >>> [number for number, _ in index.nearest("peace for all of us", count=2)]
        [0, 2]
    """

    __slots__ = ("_holders", "_known_sizes", "_sizes")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """Add the texts in their order."""
        self._holders: dict[str, array[int]] = {}
        self._sizes = array("i")
        self._known_sizes: npt.NDArray[np.int64] | None = None
        for text in texts:
            self.add(text)

    def __len__(self) -> int:
        """Return the number of texts in the index."""
        return len(self._sizes)

    def add(self, text: str) -> int:
        """Add one text and return its number.

        Example:
            >>> index = TrigramIndex(["Peace"])
            >>> index.add("Bread"), len(index)
            (1, 2)
        """
        number = len(self._sizes)
        trigrams = _trigrams(text)
        for trigram in trigrams:
            holders = self._holders.get(trigram)
            if holders is None:
                self._holders[trigram] = array("i", (number,))
            else:
                holders.append(number)
        self._sizes.append(len(trigrams))
        self._known_sizes = None
        return number

    def nearest(self, text: str, count: int = 3, exclude: Collection[int] = ()) -> tuple[tuple[int, float], ...]:
        """Return up to `count` pairs (number, similarity), the most alike first, earlier texts first where two tie.

        Exactly what comparing with every text by `similarity` would give. Texts that share no trigram are never
        returned, so there may be fewer than `count`; numbers in `exclude` are passed over.

        Notes:
            Cost O(texts that share something); a few milliseconds over 11,000 short texts.

        Example:
            >>> TrigramIndex(["Peace", "peace!", "Bread"]).nearest("Peace", exclude=(0,))
            ((1, 1.0),)
        """
        trigrams = _trigrams(text)
        held = [np.frombuffer(self._holders[t], np.intc) for t in trigrams if t in self._holders]
        if not held or count < 1:
            return ()
        if self._known_sizes is None:
            self._known_sizes = np.array(self._sizes, np.int64)
        shared = np.bincount(np.concatenate(held), minlength=len(self))
        left_out = [number for number in exclude if 0 <= number < len(self)]
        shared[left_out] = 0
        alike = np.flatnonzero(shared)
        score = shared[alike] / (len(trigrams) + self._known_sizes[alike] - shared[alike])
        if len(alike) > count:
            least = np.partition(score, len(score) - count)[len(score) - count]
            alike, score = alike[score >= least], score[score >= least]
        best = np.lexsort((alike, -score))[:count]
        return tuple(zip(alike[best].tolist(), score[best].tolist(), strict=True))


# --- surely the same --------------------------------------------------------------------------------------------

# Words that can go without changing what is wished. Short on purpose: gendered articles tell words apart ("el capital",
# "la capital"), German ones tell who does what to whom, "very" makes other people of "the rich", and "are" for
# "should be" makes a complaint of a wish.
_DROPPED: dict[str, frozenset[str]] = {
    "en": frozenset({"a", "an", "the", "please", "indeed", "here"}),
    "he": frozenset({"בבקשה", "כאן"}),
    "ru": frozenset({"пожалуйста", "здесь", "тут"}),
    "uk": frozenset({"тут"}),
    "es": frozenset({"aquí"}),
    "de": frozenset({"bitte", "hier"}),
    "fr": frozenset({"ici"}),
    "it": frozenset({"qui"}),
    "pt": frozenset({"aqui"}),
    "tr": frozenset({"lütfen", "burada"}),
}

# "I want peace" answers "What do you want?" as "Peace" does. Only first person singular: who "we" are, matters.
_OPENINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    code: tuple(tuple(opening.split()) for opening in openings)
    for code, openings in {
        "en": ("i want", "i would like", "i d like", "i wish for"),
        "he": ("אני רוצה", "הייתי רוצה", "אני מבקש", "אני מבקשת"),
        "ru": ("я хочу", "хочу", "я хотел бы", "я хотела бы", "мне хочется"),
        "uk": ("я хочу", "хочу", "я хотів би", "я хотіла б", "мені хочеться"),
        "es": ("yo quiero", "quiero", "me gustaría", "quisiera", "deseo"),
        "de": ("ich will", "ich möchte", "ich wünsche mir"),
        "fr": ("je veux", "je voudrais", "je souhaite"),
        "it": ("io voglio", "voglio", "vorrei"),
        "pt": ("eu quero", "quero", "eu gostaria de", "gostaria de"),
        "zh": ("我 想 要", "我 要", "我 希 望"),
    }.items()
}
_QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u037e")
_PART, _BETWEEN = "\x1e", "\x1f"


def _is_question(text: str) -> bool:
    return text.rstrip(" \t\r\n\"'»”’)").endswith(_QUESTION_MARKS)


def _exact_key(text: str) -> str:
    """Return the normalised text with its numbers and whether it asks; "" for a text without words."""
    normal = normalise(text)
    if not normal:
        return ""
    return _PART.join((normal, _BETWEEN.join(numbers(text)), "?" if _is_question(text) else ""))


def strict_key(text: str, language: str | None = None) -> str:
    """Return a key that two texts share only if they say the same in the same words; "" for a text without words.

    Two texts share a key where they are equal once normalised; or where neither holds a denying word and both have
    the same words in the same order, without words such as "please", the English articles and an opening "I want".
    In both cases their numbers are equal, and both or neither are a question.

    Notes:
        Equality of keys is an equivalence, so that merging M texts costs O(M). Word order counts ("A before B" is not
        "B before A"). With language None the words that may go are those of `likely_language`.

    Source: ours, after the only rule that merged no two different statements among labelled pairs in English and
    German; stricter than that rule, which ignored word order and dropped modal verbs.

    Example:
        >>> strict_key("We need a WHOLE FOOD store.") == strict_key("We need a whole food store here.")
        True
        >>> strict_key("Do not stop here") == strict_key("Do not stop")
        False
    """
    exact = _exact_key(text)
    # The union of all lists denies more, so it is asked besides the language's own.
    if not exact or negation_count(text, language) or negation_count(text):
        return exact
    listed = base_language(language) or likely_language(text)
    found = words(text)
    dropped = _DROPPED.get(listed, frozenset())
    kept = tuple(word for word in found[:-1] if word not in dropped)
    # A last word stays where it may be a name ("plan A"), and goes where it is an adverb ("here").
    kept += tuple(word for word in found[-1:] if word not in dropped or word in {"a", "an", "the"})
    for opening in _OPENINGS.get(listed, ()):
        if kept[: len(opening)] == opening and len(kept) > len(opening):
            kept = kept[len(opening) :]
            break
    asked = "?" if _is_question(text) else ""
    return _PART.join((" ".join(kept or found), _BETWEEN.join(numbers(text)), asked))


def strict_same(a: str, b: str, language: str | None = None) -> bool:
    """Return whether two texts are surely the same wish: whether they share a `strict_key`.

    Symmetric and transitive; a text is the same as itself unless it has no words. The only rule that may merge
    without a person.

    Example:
        >>> strict_same("I want peace!", "Peace"), strict_same("Open the gate", "Do not open the gate")
        (True, False)
    """
    key = strict_key(a, language)
    return bool(key) and key == strict_key(b, language)


VETO_PEOPLE = 15
VETO_CONCORDANCE = 0.85


def is_vetoed(people: int, alike: int) -> bool:
    """Return whether people's own answers forbid merging two desires.

    The veto falls where at least 15 people answered both and fewer than 85 % of them answered both alike. "Not mine" on
    one and "want" on the other is not alike, so the veto works where nobody can be against. With fewer people it is
    False: nothing is known, which is not the same as "alike".

    Args:
        people: people who answered both.
        alike: those of them who gave the same answer to both.

    Example:
        >>> is_vetoed(20, 18), is_vetoed(20, 10), is_vetoed(14, 0)
        (False, True, False)
    """
    return people >= VETO_PEOPLE and alike / people < VETO_CONCORDANCE


def merge_same(desires: Sequence[Desire], responses: Responses, *, veto: bool = True) -> tuple[tuple[int, ...], ...]:
    """Return the groups of columns that surely say the same, each ascending, ordered by their smallest column.

    Only groups of two or more; each column in one group at most; a desire without words in none. All members share
    a `strict_key` in their language, or, whatever their languages, the very same normalised text; with `veto`, no two
    members of a group were answered differently by the people who answered both (`is_vetoed`). A desire without a
    declared language may join any one language.

    Notes:
        Which columns are together does not depend on their order in the gathering: where a veto splits a group,
        members are placed by how many answered, then by how many want, and only where both are alike by label. Cost
        O(M + responses + for each person the square of how many wordings of one group they answered).

    Example:
        >>> desires = (Desire("1", "Peace"), Desire("2", "Bread"), Desire("3", "peace!"))
        >>> merge_same(desires, Responses.of([0, 0], [0, 2], [1, 1]))
        ((0, 2),)
    """
    candidates = _same_words(desires)
    vetoed = _vetoed_pairs(candidates, responses, len(desires)) if veto else {}
    asked = np.bincount(responses.desire, minlength=len(desires))
    wanted = np.bincount(responses.desire, weights=responses.stance == 1, minlength=len(desires))
    place = sorted(range(len(desires)), key=lambda c: (-asked[c], -wanted[c], desires[c].label))
    rank = dict(zip(place, range(len(place)), strict=True))
    groups = [
        tuple(sorted(group))
        for columns in candidates
        for group in _split(sorted(columns, key=rank.__getitem__), desires, vetoed)
        if len(group) > 1
    ]
    return tuple(sorted(groups))


def _same_words(desires: Sequence[Desire]) -> list[list[int]]:
    """Return columns linked by equal keys, groups of two or more, by union-find over the keys."""
    parent = list(range(len(desires)))

    def root(column: int) -> int:
        while parent[column] != column:
            parent[column] = parent[parent[column]]
            column = parent[column]
        return column

    first_with: dict[tuple[str, str], int] = {}
    for column, desire in enumerate(desires):
        exact = _exact_key(desire.text)
        if not exact:
            continue
        for key in (("exact", exact), ("strict", strict_key(desire.text, desire.language))):
            parent[root(column)] = root(first_with.setdefault(key, column))
    together: defaultdict[int, list[int]] = defaultdict(list)
    for column in range(len(desires)):
        together[root(column)].append(column)
    return [columns for columns in together.values() if len(columns) > 1]


def _vetoed_pairs(candidates: Sequence[Sequence[int]], responses: Responses, count: int) -> dict[int, set[int]]:
    """Return for each column the columns of its candidate group that it must not be merged with, by `is_vetoed`."""
    group_of = np.full(count, -1, np.int64)
    for number, columns in enumerate(candidates):
        group_of[list(columns)] = number
    asked = np.flatnonzero(group_of[responses.desire] >= 0)
    person, column = responses.participant[asked].astype(np.int64), responses.desire[asked].astype(np.int64)
    stance, group = responses.stance[asked], group_of[column]
    order = np.lexsort((column, person, group))
    person, column, stance, group = person[order], column[order], stance[order], group[order]
    alike_of: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for step in range(1, len(column)):
        both = np.flatnonzero((person[step:] == person[:-step]) & (group[step:] == group[:-step]))
        if not len(both):
            break
        pair = column[both] * count + column[both + step]
        agreed = stance[both] == stance[both + step]
        found, where = np.unique(pair, return_inverse=True)
        people, alike = np.bincount(where), np.bincount(where, weights=agreed)
        for key, n, k in zip(found.tolist(), people.tolist(), alike.tolist(), strict=True):
            alike_of[key][0] += n
            alike_of[key][1] += int(k)
    vetoed: defaultdict[int, set[int]] = defaultdict(set)
    for key, (n, k) in alike_of.items():
        if is_vetoed(n, k):
            a, b = divmod(key, count)
            vetoed[a].add(b)
            vetoed[b].add(a)
    return dict(vetoed)


class _Group:
    """One group that is being filled: its members, its one language, or its one wording."""

    __slots__ = ("languages", "members", "texts")

    def __init__(self) -> None:
        self.members: set[int] = set()
        self.languages: set[str] = set()
        self.texts: set[str] = set()

    def takes(self, language: str, text: str, apart: set[int]) -> bool:
        one_language = len(self.languages | {language} - {""}) <= 1
        one_text = len(self.texts | {text}) <= 1
        return (one_language or one_text) and self.members.isdisjoint(apart)

    def take(self, column: int, language: str, text: str) -> None:
        self.members.add(column)
        self.languages |= {language} - {""}
        self.texts.add(text)


def _split(columns: Sequence[int], desires: Sequence[Desire], vetoed: dict[int, set[int]]) -> list[set[int]]:
    """Return the columns in groups without veto and, unless their texts are equal, of one language."""
    groups: list[_Group] = []
    for column in columns:
        language, text = base_language(desires[column].language), normalise(desires[column].text)
        apart = vetoed.get(column, set())
        group = next((group for group in groups if group.takes(language, text, apart)), None)
        if group is None:
            group = _Group()
            groups.append(group)
        group.take(column, language, text)
    return [group.members for group in groups]
