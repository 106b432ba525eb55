"""Compare this tree with a former commit: are the numbers of every report the same, and how much faster is it?

    python benchmarks/same_numbers.py --former 5a2e00aa [--data FOLDER] [--pairs 3] [--made 10000x500x20] [--most .005]

Each input is analysed by both trees, as whole commands in turn, with one thread. Inputs are the conversations in the
folder (each a folder that `oneheart analyze` reads) and made-up gatherings, people x desires x answers of each. All
numbers of every report.json are compared, place by place. Ends with status 1 where a number differs by more than asked,
where a text or verdict differs, or where a place is in one of the reports only.

The former commit is checked out into a folder of its own, which is removed at the end. Both trees use the Python that
runs this script. What is timed is the processor time and peak memory of the whole process, report and imports included.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_MEBIBYTE = 1024.0
_START = "from oneheart.cli import main; main()"


class Run(NamedTuple):
    """One whole command: seconds of the processor and peak memory."""

    seconds: float
    mebibytes: float


def main() -> int:
    """Compare, print a row for each input, and return 1 where numbers differ."""
    options = _options()
    differs = False
    with tempfile.TemporaryDirectory() as place, _tree(options.former, Path(place) / "former") as former:
        inputs = sorted(path for path in options.data.iterdir() if path.is_dir()) if options.data.is_dir() else []
        inputs += [_made(spec, Path(place)) for spec in options.made]
        if not inputs:
            print(f"There are no conversations in {options.data}; give --data or --made.", file=sys.stderr)
            return 1
        print(f"{'input':34} {'s before':>9} {'s now':>8} {'times':>6} {'MiB':>12} {'greatest difference':>20}  where")
        for path in inputs:
            pairs = [
                tuple(_analyse(tree, path, Path(place) / name) for name, tree in (("a", former), ("b", ROOT)))
                for _ in range(options.pairs)
            ]
            before, now = ([pair[k] for pair in pairs] for k in (0, 1))
            a, b = (json.loads((Path(place) / name / "report.json").read_text(encoding="utf-8")) for name in "ab")
            greatest, where, other = compared(a, b)
            if options.keep is not None:
                shutil.copytree(Path(place) / "a", options.keep / path.name / "former", dirs_exist_ok=True)
                shutil.copytree(Path(place) / "b", options.keep / path.name / "now", dirs_exist_ok=True)
            differs |= greatest > options.most or bool(other)
            ratio = statistics.median(x.seconds / y.seconds for x, y in zip(before, now, strict=True))
            memory = "/".join(f"{max(run.mebibytes for run in runs):.0f}" for runs in (before, now))
            times = f"{_middle(before):9.2f} {_middle(now):8.2f} {ratio:6.2f}"
            print(f"{path.name:34} {times} {memory:>12} {greatest:20.5f}  {where}", flush=True)
            for line in other[:10]:
                print(f"    {line}", flush=True)
    return 1 if differs else 0


def compared(former: Any, now: Any, path: str = "") -> tuple[float, str, list[str]]:
    """Return the greatest difference of two numbers at one place, that place, and what else differs.

    Entries with an id are compared by it, so their order does not count. Version, sweeps and the estimated rest are not
    compared: they describe how, not what.

    Example:
        >>> compared({"a": [1.0, 2.0], "b": "x"}, {"a": [1.0, 2.5], "b": "y"})
        (0.5, '/a/1', ["/b: 'x' became 'y'"])
    """
    if isinstance(former, dict) and isinstance(now, dict):
        missing = [f"{path}/{key}: in one report only" for key in former.keys() ^ now.keys()]
        keys = [key for key in former if key in now and key not in {"version", "sweeps", "rest"}]
        parts = [compared(former[key], now[key], f"{path}/{key}") for key in keys]
    elif _have_ids(former) and _have_ids(now):
        return compared(*({entry["id"]: entry for entry in entries} for entries in (former, now)), path)
    elif isinstance(former, list) and isinstance(now, list):
        missing = [] if len(former) == len(now) else [f"{path}: {len(former)} entries became {len(now)}"]
        parts = [compared(a, b, f"{path}/{k}") for k, (a, b) in enumerate(zip(former, now, strict=False))]
    elif _is_number(former) and _is_number(now):
        return abs(float(former) - float(now)), path, []
    else:
        return 0.0, path, [] if former == now else [f"{path}: {former!r} became {now!r}"]
    greatest, where, _ = max(parts, key=lambda part: part[0], default=(0.0, path, []))
    return greatest, where, missing + [line for part in parts for line in part[2]]


def _have_ids(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _middle(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _analyse(tree: Path, path: Path, out: Path) -> Run:
    """Analyse an input with a tree, and return what the whole process took."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ONEHEART_THREADS"), "1")
    environment = os.environ | one | {"PYTHONPATH": str(tree / "src")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is not compiled at each start
    command = [sys.executable, "-c", _START, "analyze", str(path), "--out", str(out)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{path} with {tree} ended with {process.returncode}:\n{said.decode(errors='replace')}"
        raise SystemExit(message)
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / _MEBIBYTE)


@contextlib.contextmanager
def _tree(commit: str, place: Path) -> Iterator[Path]:
    """Yield a folder with a commit of this repository, or the folder that was given instead of one."""
    if Path(commit, "src").is_dir():
        yield Path(commit).resolve()
        return
    subprocess.run(["git", "-C", str(ROOT), "worktree", "add", "--quiet", "--detach", str(place), commit], check=True)
    try:
        yield place
    finally:
        subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(place)], check=True)


def _made(spec: str, place: Path) -> Path:
    """Write a made-up gathering of PEOPLExDESIRESxANSWERS as our own tables, and return the folder."""
    import numpy as np  # noqa: PLC0415

    from oneheart.engine.synthetic import made_up_words  # noqa: PLC0415

    people, desires, answers = (int(part) for part in spec.split("x"))
    folder = place / f"made-{spec}"
    folder.mkdir()
    rng = np.random.default_rng(0)
    share = np.array([0.4, 0.25, 0.15, 0.12, 0.08])  # parts of the gathering
    common = rng.permutation(desires) < round(0.15 * desires)
    home = rng.integers(0, len(share), desires)
    pull = np.where(common | (np.arange(len(share))[:, None] == home), 1.8, -1.2)
    pull = pull + 0.4 * rng.normal(size=pull.shape)
    words = [made_up_words(rng) for _ in range(desires)]
    listed = "".join(f"{d},{text}\n" for d, text in enumerate(words))
    (folder / "desires.csv").write_text("desire,text\n" + listed, encoding="utf-8")
    names = np.array(["against", "not mine", "mine too"])
    with (folder / "responses.csv").open("w", encoding="utf-8") as file:
        file.write("participant,desire,stance\n")
        for person in range(people):
            asked = rng.choice(desires, answers, replace=False)
            part = rng.choice(len(share), p=share)
            chance = 1 / (1 + np.exp(-pull[part, asked] - 0.5 * rng.normal(size=answers)))
            drawn = rng.random(answers)
            stance = np.where(drawn < chance, 2, np.where(drawn < chance + 0.6 * (1 - chance), 0, 1))
            file.writelines(f"p{person},{d},{name}\n" for d, name in zip(asked, names[stance], strict=True))
    return folder


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--former", required=True, help="a commit, or a folder with one checked out")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "polis", help="conversations")
    parser.add_argument("--made", nargs="*", default=[], help="made-up gatherings: PEOPLExDESIRESxANSWERS")
    parser.add_argument("--pairs", type=int, default=1, help="how often each input is analysed by both, in turn")
    parser.add_argument("--keep", type=Path, help="folder in which the reports are kept, to look at")
    parser.add_argument("--most", type=float, default=0.005, help="greatest difference that counts as the same")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
