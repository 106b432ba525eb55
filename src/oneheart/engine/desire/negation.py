"""Negation: how often a text denies something, by lists of denying words of eleven languages.

Languages with lists of their own: en, he, ru, es, de, fr, it, pt, tr, uk, zh.
"""

from __future__ import annotations

import re

from oneheart.engine.desire.scripts import base_language, word_set
from oneheart.engine.desire.wording import normalise

# First the words that deny by themselves, then those that only join in ("no quiero nada", "никто не"): a language with
# such concord denies once, however many of them stand in the sentence.
_DENIALS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "en": (
        word_set(
            "no not never none nothing nobody nowhere neither nor without cannot cant dont doesnt didnt isnt"
            " arent wasnt"
            " werent wont wouldnt shouldnt couldnt mustnt hasnt havent hadnt aint stop against refuse reject oppose"
            " hardly anti non unless"
        ),
        frozenset(),
    ),
    "de": (
        word_set(
            "nicht nichts nie niemals niemand niemanden niemandem nirgends kein keine keinen keinem keiner keines weder"
            " ohne gegen stopp statt nein ablehnen verbieten"
        ),
        frozenset(),
    ),
    "es": (
        word_set("no sin contra jamás"),
        word_set("nunca nada nadie ninguno ninguna ningún ningunos ningunas ni tampoco basta"),
    ),
    "fr": (word_set("ne n non sans contre"), word_set("pas jamais rien personne aucun aucune ni nul nulle guère stop")),
    "it": (
        word_set("non no senza contro"),
        word_set("mai niente nulla nessuno nessuna nessun né neanche nemmeno basta"),
    ),
    "pt": (word_set("não sem contra jamais"), word_set("nunca nada ninguém nenhum nenhuma nem tampouco chega")),
    "ru": (
        word_set("не нет без против нельзя"),
        word_set(
            "ни никогда никто никого никому никем ничего ничто ничему нигде никакой никакая никакие никаких никакого"
            " хватит долой"
        ),
    ),
    "uk": (
        word_set("не нема немає ні без проти"),
        word_set(
            "ані ніколи ніхто нікого нікому нічого ніщо ніде ніякий ніяка ніякі ніяких жодного жодний жоден"
            " жодна досить"
        ),
    ),
    "he": (
        word_set("לא אין אל בלי ללא נגד איני אינני אינו אינה אינם אינן איננו לאו אינך"),
        word_set("אף שום כלום מעולם לעולם די"),
    ),
    "tr": (word_set("değil yok hayır karşı"), word_set("asla hiç hiçbir kimse ne")),
}
_CONTRACTED_NOT = re.compile(r"(?<=n) t(?= |$)")
_TURKISH_DENIAL = re.compile(
    r"\w+(?:m[ıiuü]yor\w*|m[ae]z|m[ae]zl[ae]r|m[ae]d[ıi]\w*|m[ae]m[ıi]ş\w*|m[ae]s[ıi]n(?:l[ae]r)?"
    r"|m[ae]y[ae]c[ae]\w+|s[ıiuü]z)"
)
_CHINESE_DENIAL = re.compile("[不没沒無无非未別别勿莫否]|反对|反對|拒绝|拒絕|禁止|停止")
_OTHER_DENIALS = word_set(
    "لا لم لن ليس ليست بدون ضد غير ما دون بلا نه نیست nie nee niet geen nein ikke inte ingen nem nu"
)
_ALL_DENIALS = frozenset().union(*(denying | joining for denying, joining in _DENIALS.values())) | _OTHER_DENIALS


def negation_count(text: str, language: str | None = None) -> int:
    """Return how often the text denies (0 or more), counted by the lists of its language.

    In English, German and Chinese every denying word counts; in languages with concord (es, fr, it, pt, ru, uk, he,
    tr) words that only join in ("nada", "никто", "pas") count as one where no word denies by itself, else not at all.
    "Stop", "against" and "without" count, in their languages too. For an unknown language the lists of all languages
    are used together, so that too much is found rather than too little.

    Notes:
        A denial inside a word ("unjust", "homeless", Arabic and Hebrew prefixes) or by meaning alone ("lack", "avoid",
        "abolish") is not seen. Cost O(length).

    Example:
        >>> negation_count("We can't and won't", "en"), negation_count("No quiero nada", "es")
        (2, 1)
        >>> negation_count("Paz", "es"), negation_count("我不要戰爭")
        (0, 1)
    """
    code = base_language(language)
    normal = normalise(text)
    tokens = normal.split()
    if code in _DENIALS:
        denying, joining = _DENIALS[code]
        count = sum(word in denying for word in tokens)
        if code == "en":
            count += len(_CONTRACTED_NOT.findall(normal))
        if code == "tr":
            count += sum(word not in denying and _TURKISH_DENIAL.fullmatch(word) is not None for word in tokens)
        return count or int(any(word in joining for word in tokens))
    chinese = len(_CHINESE_DENIAL.findall(normal))
    if code == "zh":
        return chinese
    return chinese + len(_CONTRACTED_NOT.findall(normal)) + sum(word in _ALL_DENIALS for word in tokens)
