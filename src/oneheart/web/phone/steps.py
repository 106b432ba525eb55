"""Steps of the reading: one thing on a screen. Each line of the draft, then the whole, then what is asked beside it.

The page holds all steps and shows one of them, so that a phone without network can go on. The address names the step
(`?at=line-2`); without it, it is the first that waits for the person's answer. It works without script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from oneheart.web.words import Plain, Words

WHOLE, END = "whole", "end"
Group = Literal["line", "carry", "whole", "want", "end"]


@dataclass(frozen=True, slots=True)
class ReadingStep:
    """One thing on the page of the reading.

    Attributes:
        name: name of the step in the address: "line-2", "whole", "want-0", "end".
        group: what kind of step it is.
        title: heading of the page at this step.
        label: what the link to it shows; "" for a step without a link of its own.
        done: whether the person has answered it, or there is nothing in it to answer.
    """

    name: str
    group: Group
    title: str
    label: str
    done: bool


def steps_of(about: Mapping[str, Any], words: Words) -> list[ReadingStep]:
    """Return the steps of a reading, in order, from the context of its page."""
    t = words.t
    to_read, to_carry, wants = about["to_read"], about["to_carry"], about["challengers"]
    steps = [
        ReadingStep(
            f"line-{line.number}",
            "line",
            t("Line {n} of {of}", n=Plain(n), of=Plain(len(to_read))),
            str(n),
            bool(line.said) or (line.waits and not line.ask),
        )
        for n, line in enumerate(to_read, start=1)
    ]
    asked = about["second"] and not about["waiting"] and bool(about["lines"])
    steps.append(ReadingStep(WHOLE, "whole", t("The whole"), t("The whole"), about["whole"] or not asked))
    steps += [
        ReadingStep(f"line-{line.number}", "carry", t("Some of us still lack this line"), "", done=True)
        for line in to_carry
    ]
    steps += [
        ReadingStep(
            f"want-{n}",
            "want",
            t("Do you want this yourself?"),
            "",
            want.stance is not None or bool(want.ask),
        )
        for n, want in enumerate(wants)
    ]
    return [*steps, ReadingStep(END, "end", t("Thank you"), "", done=True)]


def step_named(steps: Sequence[ReadingStep], name: str) -> ReadingStep:
    """Return the step of an address; for a name that is none, the first that waits for an answer, else the last.

    A line that is not read anew stands in the whole.
    """
    named = next((step for step in steps if step.name == name), None)
    if named is None and name.startswith("line-"):
        named = next((step for step in steps if step.name == WHOLE), None)
    return named or next((step for step in steps if not step.done), steps[-1])


def step_after(steps: Sequence[ReadingStep], name: str) -> str:
    """Return the name of the step after another one; of the last step for the last one and an unknown name."""
    names = [step.name for step in steps]
    return names[min(names.index(name) + 1, len(names) - 1)] if name in names else names[-1]
