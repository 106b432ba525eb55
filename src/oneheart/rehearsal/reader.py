"""How a simulated person reads: each line, the challengers, amendments, translations, then the whole text.

It fills in the forms of the present page, one at a time, each once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oneheart.rehearsal.friends import Friend
from oneheart.rehearsal.page import PageForm, form_to


@dataclass(slots=True)
class Reader:
    """What one friend has done with the texts of a gathering.

    Attributes:
        friend: the person who reads.
        done: names of finished acts.
    """

    friend: Friend
    done: set[str] = field(default_factory=set)

    def next(self, forms: list[PageForm]) -> tuple[PageForm, dict[str, str]] | None:
        """Return the form to fill in now and its values; None for nothing."""
        for ending, fill in (
            ("/unread", self._say_what_they_read),
            ("/say-words", self._say_words),
            ("/same-words", self._say_whether_same),
            ("/read", self._read),
            ("/challenger", self._challenge),
            ("/amend", self._amend),
            ("/say-in", self._carry),
            ("/confirm", self._confirm),
        ):
            for form in forms:
                if form.method == "post" and form.action.endswith(ending):
                    values = fill(form)
                    if values is not None:
                        return form, {**form.fields, **values}
        return self._whole_or_amen(forms)

    def languages_asked(self, forms: list[PageForm]) -> tuple[PageForm, dict[str, str]] | None:
        """Return the form of a card that asks whether the friend reads its language, and its values; None for none."""
        form = form_to(forms, "/unread")
        if form is None or form.fields.get("language", "") in {"", self.friend.language}:
            return None
        values = self._say_what_they_read(form)
        return None if values is None else (form, {**form.fields, **values})

    def _once(self, name: str) -> bool:
        """Return whether an act is new, and record it."""
        first = name not in self.done
        self.done.add(name)
        return first

    def _say_what_they_read(self, form: PageForm) -> dict[str, str] | None:
        asks = form.choices.get("on") == ["0", "1"]  # a form with one button changes an earlier answer
        if not asks or not self._once(f"reads {form.fields.get('language')}"):
            return None
        return {"on": "0" if self.friend.reads_language(form.fields.get("language", "")) else "1"}

    def _say_words(self, form: PageForm) -> dict[str, str] | None:
        if not self._once(f"words {form.fields.get('desire')}"):
            return None
        text = self.friend.carries(form.before, form.fields.get("language", ""))
        return {"text": text} if text else {"skip": "1"}

    def _say_whether_same(self, form: PageForm) -> dict[str, str] | None:
        if not self._once(f"same {form.fields.get('carried')}"):
            return None
        return {"same": "yes" if self.friend.confirms(form.before) else "skip"}

    def _read(self, form: PageForm) -> dict[str, str] | None:
        if not self._once(f"read {form.fields.get('draft')} {form.fields.get('line')}"):
            return None
        reading, critique = self.friend.reads(form.before)
        return {"reading": reading, "critique": critique}

    def _challenge(self, form: PageForm) -> dict[str, str] | None:
        if not self._once(f"challenger {form.fields.get('draft')} {form.fields.get('desire')}"):
            return None
        may_be_against = "-1" in form.choices.get("stance", [])
        return {"stance": str(self.friend.stance(form.before, may_be_against=may_be_against))}

    def _amend(self, form: PageForm) -> dict[str, str] | None:
        name = f"amend {form.fields.get('draft')} {form.fields.get('line')}"
        if "asked" not in form.fields or name in self.done:
            return None
        text = self.friend.amends(self.friend.says())
        self.done.add(name)
        return {"text": text} if text else None

    def _carry(self, form: PageForm) -> dict[str, str] | None:
        language = form.fields.get("language", "")
        name = f"carry {form.fields.get('draft')} {form.fields.get('line')} {language}"
        if "again" in form.fields or not self._once(name):
            return None
        text = self.friend.carries(form.before, language)
        return {"text": text} if text else None

    def _confirm(self, form: PageForm) -> dict[str, str] | None:
        name = f"confirm {form.fields.get('carried')}"
        if name in self.done or not self.friend.confirms(form.before):
            return None
        self.done.add(name)
        return {}

    def _whole_or_amen(self, forms: list[PageForm]) -> tuple[PageForm, dict[str, str]] | None:
        whole = form_to(forms, "/whole")
        if whole is not None and self._once(f"whole {whole.fields.get('draft')}"):
            return whole, {**whole.fields, "on": "1" if self.friend.affirms() else "0"}
        amen = form_to(forms, "/amen")
        if amen is not None and self._once(f"amen {sum(name.startswith('whole') for name in self.done)}"):
            return amen, dict(amen.fields)
        return None
