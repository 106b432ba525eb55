"""Gatherings from data frames and back, by narwhals: pandas, polars, pyarrow and whatever else it knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from oneheart.errors import UserError
from oneheart.formats.cells import cell_of
from oneheart.formats.csv import header_key
from oneheart.formats.tables.assembling import NEEDED, OPTIONAL, Tables, assemble
from oneheart.formats.tables.writing import rows_of
from oneheart.model.gathering import Gathering

_OPTIONAL = OPTIONAL | {"participants": ("circle", "circle-name")}


class Frames(NamedTuple):
    """The three data frames of a gathering.

    Attributes:
        responses: participant, desire (labels), stance (1 want, 0 not mine, -1 against); one row per response.
        desires: desire (label), text, author (label), language, moderated, meta, seed; M rows.
        participants: participant (label), circle (label), circle_name; N rows.
    """

    responses: Any
    desires: Any
    participants: Any


def from_frames(responses: Any, desires: Any, participants: Any = None, *, question: str = "") -> Gathering:
    """Return the gathering that data frames hold; columns as in the tables of `docs/reference/formats.md`.

    Args:
        responses: participant, desire, stance (a word, or 1 for want, 0 for not mine, -1 for against), optionally at.
        desires: desire, text, optionally author, language, moderated, meta, seed.
        participants: participant, optionally circle and circle_name; people without responses belong here.
        question: what was asked.

    Raises:
        UserError: when something is no data frame, lacks a column, or holds a stance that is none.

    Notes:
        Copies columns into lists: some 100 bytes a response while it runs.

    Source:
        Ours.

    Example:
        >>> import pandas as pd
        >>> r = pd.DataFrame({"participant": [7, 8], "desire": [1, 1], "stance": ["mine too", "not mine"]})
        >>> from_frames(r, pd.DataFrame({"desire": [1], "text": ["Peace"]})).participants
        ('7', '8')
    """
    people = {} if participants is None else _columns("participants", participants)
    circles: dict[str, str] = {}
    for circle, name in zip(people.get("circle", ()), people.get("circle-name", ()), strict=False):
        if circle:
            circles.setdefault(circle, name)
    tables = Tables(
        responses=_columns("responses", responses),
        desires=_columns("desires", desires),
        participants=people,
        circles={"circle": list(circles), "name": list(circles.values())},
        question=question,
        source="data frames",
    )
    return assemble(tables)[0]


def _columns(name: str, frame: Any) -> dict[str, list[str]]:
    import narwhals as nw  # noqa: PLC0415 - loaded only by those who use frames

    try:
        known = nw.from_native(frame)
    except TypeError:
        message = (
            f"{name} is no data frame that we know ({type(frame).__name__}); give one of pandas, polars or pyarrow."
        )
        raise UserError(message) from None
    if isinstance(known, nw.LazyFrame):
        known = known.collect()
    by_name = {header_key(str(column)): column for column in known.columns}
    for column in NEEDED[name]:
        if column not in by_name:
            message = (
                f"The data frame of {name} has no column '{column}'; its columns are "
                f"{', '.join(map(str, known.columns)) or 'none'}."
            )
            raise UserError(message)
    wanted = [column for column in (*NEEDED[name], *_OPTIONAL[name]) if column in by_name]
    return {column: list(map(cell_of, known[by_name[column]].to_list())) for column in wanted}


def to_frames(gathering: Gathering, like: Literal["pandas", "polars"] = "pandas") -> Frames:
    """Return the gathering as three data frames, from which `from_frames` makes the same gathering again.

    Stances are numbers (int8): 1 want, 0 not mine, -1 against; a pair without a row was not asked. Missing authors,
    languages and circles are missing values, not empty text. Circles without members are not kept.

    Raises:
        UserError: when the library is not installed, or is another one.

    Source:
        Ours.

    Example:
        >>> from oneheart.model.desire import Desire
        >>> from oneheart.model.gathering import Gathering, Responses
        >>> g = Gathering("Why?", ("ann",), (Desire("1", "Peace"),), Responses.of([0], [0], [1]))
        >>> to_frames(g).responses["stance"].tolist()
        [1]
    """
    if like not in ("pandas", "polars"):
        message = f"like must be 'pandas' or 'polars', not {like!r}."
        raise UserError(message)
    import narwhals as nw  # noqa: PLC0415 - loaded only by those who use frames

    names = {circle.label: circle.name for circle in gathering.circles}
    rows = rows_of(gathering)
    people = [(who, circle, names.get(str(circle))) for who, circle in rows["participants"]]
    text = nw.String()
    flag = nw.Boolean()
    shapes: dict[str, tuple[Iterable[Sequence[object]], Mapping[str, Any]]] = {
        "responses": (rows["responses"], {"participant": text, "desire": text, "stance": nw.Int8()}),
        "desires": (
            rows["desires"],
            {
                "desire": text,
                "text": text,
                "author": text,
                "language": text,
                "moderated": text,
                "meta": flag,
                "seed": flag,
            },
        ),
        "participants": (people, {"participant": text, "circle": text, "circle_name": text}),
    }
    frames = {}
    for name, (table, schema) in shapes.items():
        columns = list(zip(*table, strict=True)) or [()] * len(schema)
        data = {column: list(values) for column, values in zip(schema, columns, strict=True)}
        try:
            frames[name] = nw.from_dict(data, schema, backend=like).to_native()
        except ImportError:
            message = f"{like} is not installed; install it, or ask for the other of pandas and polars."
            raise UserError(message) from None
    return Frames(**frames)
