"""oneheart: what a gathering wants, in people's own words, with a share for every part.

The whole public way in five lines::

    import oneheart

    gathering = oneheart.read("my-export")
    analysis = oneheart.analyze(gathering, seed=1)
    print(analysis.one_desire.status)

Names are loaded when first used, so that ``oneheart --help`` does not wait for numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from oneheart.version import VERSION

if TYPE_CHECKING:
    from oneheart.engine.analysis import Analysis, analyze
    from oneheart.engine.closeness.inner import oneness
    from oneheart.engine.explained import explain
    from oneheart.engine.side_by_side import side_by_side
    from oneheart.errors import UserError
    from oneheart.formats import from_frames, read, to_frames, write_polis
    from oneheart.formats.contacts import read_attendance, read_column, read_contacts, read_ties
    from oneheart.model.gathering import Gathering
    from oneheart.reports.apart import write_apart
    from oneheart.reports.report import write_report

__version__ = VERSION

__all__ = [
    "Analysis",
    "Gathering",
    "UserError",
    "__version__",
    "analyze",
    "explain",
    "from_frames",
    "oneness",
    "read",
    "read_attendance",
    "read_column",
    "read_contacts",
    "read_ties",
    "side_by_side",
    "to_frames",
    "write_apart",
    "write_polis",
    "write_report",
]

_HOME = {
    "Analysis": "oneheart.engine.analysis",
    "Gathering": "oneheart.model.gathering",
    "UserError": "oneheart.errors",
    "analyze": "oneheart.engine.analysis",
    "explain": "oneheart.engine.explained",
    "from_frames": "oneheart.formats",
    "oneness": "oneheart.engine.closeness.inner",
    "read": "oneheart.formats",
    "read_attendance": "oneheart.formats.contacts",
    "read_column": "oneheart.formats.contacts",
    "read_contacts": "oneheart.formats.contacts",
    "read_ties": "oneheart.formats.contacts",
    "side_by_side": "oneheart.engine.side_by_side",
    "to_frames": "oneheart.formats",
    "write_apart": "oneheart.reports.apart",
    "write_polis": "oneheart.formats",
    "write_report": "oneheart.reports.report",
}


def __getattr__(name: str) -> Any:
    """Return a public name, importing its module only now."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    message = f"module 'oneheart' has no attribute {name!r}"
    raise AttributeError(message)
