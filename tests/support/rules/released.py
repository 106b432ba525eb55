"""The rules of what leaves: outputs that hosts take, and consent to rows."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from tests.support.rules.people import NOBODY
from tests.support.rules.scene import AT, Row, hall

HALL = hall()
UNKNOWN, STALE = Refusal.UNKNOWN, Refusal.STALE
ONE = [*HALL, ev.OutputTaken("report", 1, 4)]


def taken(output: ev.Output, position: int, people: int, *, rows: bool = False) -> dict[str, object]:
    """Return how the newest output of a hall looks in the state."""
    return {"output": output, "position": position, "people": people, "rows": rows, "at": AT}


def changed(place: int, values: dict[str, object]) -> dict[str, object]:
    """Return the values of an output that was added at a place of the list."""
    return {f"released.outputs[{place}].{name}": value for name, value in values.items()}


ROWS = [
    Row("of a place below the first", HALL, ev.OutputTaken("report", 0, 4), UNKNOWN),
    Row("of a place that is to come", HALL, ev.OutputTaken("report", 1001, 4), UNKNOWN),
    Row("another host was faster", ONE, ev.OutputTaken("export", 1, 4), STALE),
    Row("the first", HALL, ev.OutputTaken("report", 1, 4), 1, changed(0, taken("report", 1, 4))),
    Row(
        "rows of the same place",
        ONE,
        ev.OutputTaken("export", 1, 4, rows=True, version=1),
        2,
        changed(1, taken("export", 1, 4, rows=True)),
    ),
    *(Row(why, HALL, ev.RowsConsented(number, on=True), UNKNOWN) for number, why in NOBODY),
    Row("agreed", HALL, ev.RowsConsented(0, on=True), 0, {"people.seats[0].rows": True}),
    Row(
        "taken back",
        [*HALL, ev.RowsConsented(0, on=True)],
        ev.RowsConsented(0, on=False),
        0,
        {"people.seats[0].rows": False},
    ),
]
