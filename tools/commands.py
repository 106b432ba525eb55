"""Write the tables of `commands.md` from the command line itself; cog runs it (`make docs`, `make check`)."""

from __future__ import annotations

import inspect
import types
import typing
from enum import Enum
from pathlib import Path

from typer.models import ArgumentInfo, OptionInfo

from oneheart.cli import app

_KINDS = {Path: "PATH", int: "NUMBER", str: "TEXT", float: "NUMBER", bool: ""}


def values(hint: object) -> str:
    """Return what may be given for a parameter: its kind, or the words that are understood."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " or ".join(f"`{member.value}`" for member in hint)
    kind = _KINDS[hint] if isinstance(hint, type) else ""
    return f"`{kind}`" if kind else ""


def commands() -> dict[str, typing.Callable[..., None]]:
    """Return the function of each command by its name."""
    found = [("", command) for command in app.registered_commands]
    for group in app.registered_groups:
        within = group.typer_instance.registered_commands if group.typer_instance is not None else []
        found += [(f"{group.name} ", command) for command in within]
    functions = ((before, command.name, command.callback) for before, command in found)
    return {before + (name or function.__name__): function for before, name, function in functions if function}


def rows(function: typing.Callable[..., None]) -> list[tuple[str, str, str, str]]:
    """Return name, values, help and default of each argument and option of a command, arguments first."""
    hints = typing.get_type_hints(function, include_extras=True)
    arguments, options = [], []
    for name, parameter in inspect.signature(function).parameters.items():
        hint, *notes = typing.get_args(hints[name])
        info = next(note for note in notes if isinstance(note, (ArgumentInfo, OptionInfo)))
        default = getattr(parameter.default, "value", parameter.default)
        shown = "needed" if default is inspect.Parameter.empty else "" if default in {None, ""} else default
        shown = "" if shown is False else shown
        if isinstance(info, ArgumentInfo):
            arguments.append((name.upper(), values(hint), info.help or "", str(shown)))
        else:
            # inside Annotated the first name stands where a default would
            option = info.param_decls[0] if info.param_decls else str(info.default)
            options.append((option, values(hint), info.help or "", str(shown)))
    return arguments + options


def page() -> str:
    """Return the part of the page that lists every command."""
    out = []
    for name, function in commands().items():
        listed = rows(function)
        given = [row[0] if not row[0].startswith("-") else f"{row[0]} …" for row in listed if row[3] == "needed"]
        out += [f"## oneheart {name}", "", inspect.getdoc(function) or "", ""]
        out += ["```text", " ".join(["oneheart", name, *given, "[OPTIONS]"]), "```", ""]
        out += ["| | takes | | default |", "|---|---|---|---|"]
        out += [f"| `{shown}` | {taken} | {text} | {default} |" for shown, taken, text, default in listed]
        out.append("")
    return "\n".join(out)
