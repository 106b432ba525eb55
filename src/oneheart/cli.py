"""The command line: its commands and options, and one sentence for each mistake of a user.

Heavy modules are imported inside the commands, so that ``oneheart --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oneheart import __version__
from oneheart.commands import live
from oneheart.errors import UserError
from oneheart.locale import languages
from oneheart.model.near_by import NearBy
from oneheart.settings import ONE_THREAD

if TYPE_CHECKING:
    from oneheart.bench import BenchResult
    from oneheart.engine.analysis import Analysis
    from oneheart.engine.side_by_side import SideBySide
    from oneheart.model.gathering import Gathering
    from oneheart.model.presence import Attendance
    from oneheart.model.sealed import HallRecord

app = typer.Typer(
    name="oneheart",
    help="Find what a gathering wants together, in people's own words, and say how sure it is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_STEPS = {
    "fit": "Learning how each person stands to each desire",
    "check": "Checking against answers kept aside",
    "choose": "Choosing the lines that give every part its share",
    "interval": "Finding how sure it is",
    "desires": "Exchanging people by lot: being near and wanting alike",
    "ties": "Exchanging people by lot: being near and declared ties",
    "same": "Exchanging people by lot: being near and being of one kind",
    "read": "Reading the rows, in hundredths",
    "sort": "Sorting them by person",
    "write": "Writing blocks of people",
}


_APART = "report-apart"  # kept apart from what people want, so never in one file


class Shape(str, Enum):
    """The file formats for a written gathering."""

    polis = "polis"
    tables = "tables"


class Bench(str, Enum):
    """The benchmarks."""

    predict = "predict"
    replay = "replay"
    share = "share"
    stability = "stability"
    attack = "attack"
    weave = "weave"
    halls = "halls"
    fifths = "fifths"
    printed = "printed"
    audit = "audit"
    closeness = "closeness"
    babel = "babel"
    fit = "fit"


class Sign(str, Enum):
    """Which vote value means agreement, if the files cannot tell."""

    plus = "+1"
    minus = "-1"


class Shuffling(str, Enum):
    """Among whom people are exchanged in a temporal null model."""

    times = "times"
    days = "days"


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"oneheart {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options common to all commands."""


AnyPath = Annotated[Path, typer.Argument(help="An export folder or zip file (Polis), or a folder with two CSV tables.")]
AgreeOption = Annotated[
    Sign | None, typer.Option("--agree", help="Which vote value means agreement, if the files cannot tell.")
]
LanguageOption = Annotated[
    str, typer.Option("--language", help=f"Language of the report: {', '.join(languages.LANGUAGES)}.")
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of all random choices.")]


@app.command()
def analyze(
    path: AnyPath,
    out: Annotated[Path, typer.Option("--out", help="Folder for report.html and report.json.")],
    lines: Annotated[
        int | None, typer.Option("--lines", min=1, max=50, help="Greatest number of lines (default 3, 5 or 7 by size).")
    ] = None,
    seed: SeedOption = 0,
    language: LanguageOption = "en",
    leave_out: Annotated[
        Path | None,
        typer.Option("--leave-out", help="File of ids or exact texts, one a line, that never become lines."),
    ] = None,
    agree: AgreeOption = None,
    credit: Annotated[str, typer.Option("--credit", help="Owner and licence of the data, printed in the report.")] = "",
    executor: Annotated[
        str | None,
        typer.Option(
            "--executor",
            help="Where blocks of answers are worked on: threads, processes (either with =NUMBER of them), or "
            "dask=ADDRESS of a scheduler. The result does not depend on it.",
        ),
    ] = None,
) -> None:
    """Find the one desire of a gathering and write it as a page and as a file for further computation.

    If the export says who was at which occasion, closeness is written to a page of its own beside it, report-
    apart.html.

    A folder of blocks with more than a hundred thousand people is not read into memory. If such an analysis is ended,
    the same command goes on where it stopped.
    """
    from dataclasses import replace  # noqa: PLC0415

    from oneheart import engine  # noqa: F401, PLC0415  the heavy part begins here
    from oneheart.engine.analysis import analyze as run  # noqa: PLC0415
    from oneheart.formats import read_and_diagnose  # noqa: PLC0415
    from oneheart.formats.contacts import attendance_beside  # noqa: PLC0415
    from oneheart.reports.report import check_language, write_report  # noqa: PLC0415

    check_language(language)
    left_out = _left_out(leave_out)
    if executor is not None or _is_large(path):
        _analyze_blocks(path, out, lines, seed, language, left_out, credit, executor)
        return
    gathering, diagnosis = read_and_diagnose(path, sign=_sign(agree))
    labels = {d.label for d in gathering.desires} | {d.text.strip() for d in gathering.desires}
    unknown = sorted(left_out - labels)
    if unknown:
        message = f"{leave_out}: no desire has the id or text {unknown[0]!r}; take ids from comments.csv or the report."
        raise UserError(message)
    for finding in diagnosis.findings:
        if finding.severity == "warning":
            typer.echo(f"[warning] {finding.sentence}", err=True)
    attendance = attendance_beside(path)
    if credit.strip():
        gathering = replace(gathering, credits=credit.strip())
    with _progress() as tell:
        analysis = run(gathering, seed=seed, lines=lines, leave_out=left_out, progress=tell)
        apart = None if attendance is None else _apart(attendance, gathering, seed, tell)
    beside = "" if apart is None else f"{_APART}.html"
    page, numbers = write_report(analysis, out, language=language, sign=diagnosis.public_sign or None, beside=beside)
    _say(analysis)
    typer.echo(f"\n{page}\n{numbers}")
    if apart is not None:
        from oneheart.reports.apart import write_apart  # noqa: PLC0415

        page, numbers = write_apart(apart, out, language=language, name=_APART)
        typer.echo(f"{page}\n{numbers}")


def _is_large(path: Path) -> bool:
    """Return whether a path is a folder of blocks that is too large to be read into memory."""
    from oneheart.formats.blocks import is_blocks  # noqa: PLC0415

    if not is_blocks(path):
        return False
    from oneheart.commands.analysing_blocks import takes  # noqa: PLC0415

    return takes(path, None)


def _analyze_blocks(
    path: Path,
    out: Path,
    lines: int | None,
    seed: int,
    language: str,
    left_out: frozenset[str],
    credit: str,
    executor: str | None,
) -> None:
    """Analyse a folder of blocks block by block, and write its report."""
    from oneheart.commands import analysing_blocks as large  # noqa: PLC0415
    from oneheart.reports.report import write_report  # noqa: PLC0415

    large.takes(path, executor)
    with _progress() as tell:
        found = large.analyze_folder(
            path,
            out,
            executor_name=executor or "threads",
            seed=seed,
            lines=lines,
            leave_out=left_out,
            credit=credit,
            tell=tell,
        )
    for sentence in found.warnings:
        typer.echo(f"[warning] {sentence}", err=True)
    page, numbers = write_report(found.analysis, out, language=language, sign=found.sign or None, beside="")
    large.done(out)
    _say(found.analysis)
    if found.left_out:
        typer.echo("\nMore people answered than a hundred thousand, so a sample of them was at hand:")
        for sentence in found.left_out:
            typer.echo(f"  - {sentence}")
    typer.echo(f"\n{page}\n{numbers}")


def _apart(
    attendance: Attendance, gathering: Gathering, seed: int, tell: Callable[[str, int, int], None]
) -> SideBySide:
    """Return outward and inner closeness of a gathering with both; the effect of common circles is removed."""
    from oneheart.engine.side_by_side import side_by_side  # noqa: PLC0415

    return side_by_side(attendance=attendance, desires=gathering, same_circle=True, seed=seed, progress=tell)


def _left_out(path: Path | None) -> frozenset[str]:
    """Return the ids or texts in a leave-out file. Blank lines and lines that begin with # are skipped."""
    if path is None:
        return frozenset()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"Cannot read the leave-out file {path}: give a UTF-8 text file with one id or text a line."
        raise UserError(message) from error
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _sign(agree: Sign | None) -> int | None:
    return None if agree is None else int(agree.value)


def _say(analysis: Analysis) -> None:
    """Print the result in a few lines; it shows nothing that the page does not show."""
    from oneheart.model.verdict import Status  # noqa: PLC0415
    from oneheart.reports.numbers import build, plain  # noqa: PLC0415
    from oneheart.reports.sentences import why_not, without_line  # noqa: PLC0415
    from oneheart.reports.translation import Translation  # noqa: PLC0415

    result, desires = analysis.one_desire, analysis.gathering.desires
    if analysis.gathering.hall is not None and analysis.gathering.hall.texts:
        _say_sealed(analysis.gathering.hall)
    if not analysis.measured:
        english = Translation("en", analysis.gathering.asks)
        typer.echo("Not measured yet.")
        for code in analysis.why_not:
            typer.echo(why_not(english, code, analysis.method.people_answered).unescape())
        return
    if "nothing wanted" in analysis.method.notes:
        _say_nothing_wanted(analysis)
        return
    is_one = result.status is Status.ONE_DESIRE
    if is_one:
        typer.echo("One desire, as far as these answers go:")
    else:
        typer.echo("Not one yet. Nearest to it:" if result.lines else "Not one yet. No desire is common yet.")
    for line in result.lines:
        typer.echo(f"  · {' '.join(desires[line.desire].text.split())}")
    coverage = plain(build(analysis))["one_desire"]["coverage"]
    if coverage is not None:
        typer.echo(without_line(Translation("en", analysis.gathering.asks), coverage).unescape())


def _say_nothing_wanted(analysis: Analysis) -> None:
    """Print that nothing is wanted by more people than are against it, with the shares that the page shows."""
    from oneheart.reports.numbers import build  # noqa: PLC0415
    from oneheart.reports.sentences import nothing_wanted  # noqa: PLC0415
    from oneheart.reports.translation import Translation  # noqa: PLC0415

    source = build(analysis).source
    want, against = (
        None if shown.value is None else float(shown.value) for shown in (source.answers_want, source.answers_against)
    )
    typer.echo(nothing_wanted(Translation("en", analysis.gathering.asks), want, against).unescape())


def _say_sealed(hall: HallRecord) -> None:
    """Print the newest sealed text, its verdict and the failed conditions, before the computed lines.

    No verdict and no condition is printed where the words do not match the hash of the text.
    """
    from oneheart.reports.sealed_sentences import matching, missing, unmatched, verdict  # noqa: PLC0415
    from oneheart.reports.translation import Translation  # noqa: PLC0415

    english, text = Translation("en"), hall.texts[0]
    if hall.name.strip():
        typer.echo(hall.name.strip())
    matches = text.matches_digest
    typer.echo((verdict(english, text.verdict) if matches else unmatched(english)).unescape())
    for line in text.lines:
        if line.text:
            typer.echo(f"  · {' '.join(line.text.split())}")
    for sentence in missing(english, text.missing, text.share) if matches else ():
        typer.echo(sentence.unescape())
    if not matches:
        typer.echo(matching(english, words_match=False).unescape())
    typer.echo("\nWhat the calculation would choose by share alone:")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that moves progress bars on standard error."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                for task in tasks.values():
                    bars.update(task, completed=bars.tasks[task].total)
                tasks[step] = bars.add_task(_STEPS.get(step, step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell
        for task in tasks.values():
            bars.update(task, completed=bars.tasks[task].total)


@app.command()
def doctor(
    path: Annotated[
        str,
        typer.Argument(
            help="An export folder or zip file (Polis), or a folder with two CSV tables; with --server a gathering, a "
            "folder of them, or an address of PostgreSQL."
        ),
    ],
    agree: AgreeOption = None,
    server: Annotated[
        bool, typer.Option("--server", help="Check this machine as a server of the gathering or folder at PATH.")
    ] = False,
    host: live.HostOption = live.EVERYWHERE,
    port: live.PortOption = 8000,
    public_url: live.PublicUrlOption = None,
    https: live.HttpsOption = False,
    proxy: live.ProxyOption = None,
) -> None:
    """Describe an export, or with --server this machine as a server, in plain sentences with all that is unusual.

    Exit status 0 fine, 1 warnings, 2 unreadable, its sign undecidable, or people could not be served.
    """
    from oneheart.formats import inspect  # noqa: PLC0415

    if server:
        raise typer.Exit(live.examine_server(path, host, port, public_url, https=https, proxy=proxy))
    diagnosis = inspect(Path(path), sign=_sign(agree))
    for sentence in diagnosis.read_as():
        typer.echo(sentence)
    for finding in diagnosis.findings:
        typer.echo(f"[{finding.severity}] {finding.sentence}")
    if not diagnosis.findings:
        typer.echo("Nothing odd was found.")
    raise typer.Exit(diagnosis.exit_status)


@app.command(name="privacy-report")
def privacy_report(path: AnyPath, agree: AgreeOption = None) -> None:
    """Tell how many people of a file of answers can be told from all others: by all answers, and by four or eight."""
    from oneheart.engine.uniqueness import uniqueness  # noqa: PLC0415
    from oneheart.formats import read  # noqa: PLC0415
    from oneheart.live.export import with_wants_of_authors  # noqa: PLC0415

    told = uniqueness(with_wants_of_authors(read(path, sign=_sign(agree))))
    typer.echo(f"{told.people.value} people or more answered.")
    if told.whole.is_withheld:
        typer.echo("They are too few to say how many of them stand alone.")
        return
    typer.echo(f"Of a hundred, {told.whole.value} have answers that nobody else has.")
    for count, share in told.known:
        if share.is_withheld:
            typer.echo(f"Too few gave {count} answers or more.")
        else:
            typer.echo(f"Whoever knows {count} answers of a person finds {share.value} of a hundred by them.")


@app.command()
def export(
    path: AnyPath,
    out: Annotated[Path, typer.Option("--out", help="New or empty folder to write into.")],
    to: Annotated[Shape, typer.Option("--to", help="The format to write.")] = Shape.polis,
    agree: AgreeOption = None,
) -> None:
    """Write a gathering in a strict format: as a Polis export, or as plain tables."""
    from oneheart.formats import read, write_polis, write_tables  # noqa: PLC0415

    gathering = read(path, sign=_sign(agree))
    (write_polis if to is Shape.polis else write_tables)(gathering, out)
    typer.echo(str(out))


@app.command()
def convert(
    path: AnyPath,
    out: Annotated[Path, typer.Argument(help="New or empty folder to write into, such as votes.blocks.")],
    agree: AgreeOption = None,
) -> None:
    """Write a gathering of any size as a folder of blocks: answers sorted by person, for computing without memory.

    The numbers are those that all other commands read. If it was stopped, run the same command again: it goes on.
    """
    from oneheart.formats.conversion.converting import convert as run  # noqa: PLC0415

    try:
        with _progress() as tell:
            made = run(path, out, sign=_sign(agree), progress=tell)
    except KeyboardInterrupt:
        typer.echo("Stopped. Run the same command again: it goes on.", err=True)
        raise typer.Exit(130) from None
    for finding in made.provenance.findings:
        typer.echo(f"[{finding.severity}] {finding.sentence}", err=True)
    typer.echo(f"{made.people:,} people, {made.desires:,} desires, {made.answers:,} last answers of {made.rows:,}.")
    typer.echo(str(made.path))


@app.command()
def closeness(
    contacts: Annotated[
        Path, typer.Argument(help="Contacts of people (t i j, pairs, scans), or a log of who was at which occasion.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for report.html and report.json.")],
    ties: Annotated[Path | None, typer.Option("--ties", help="Declared ties (friendship), a list of pairs.")] = None,
    asked: Annotated[
        Path | None,
        typer.Option("--asked", help="Table of all who were asked for ties, ids in its first column; else found."),
    ] = None,
    desires: Annotated[
        Path | None, typer.Option("--desires", help="The same people's answers: an export folder or two CSV tables.")
    ] = None,
    people: Annotated[
        Path | None, typer.Option("--people", help="A table of the people, ids in its first column.")
    ] = None,
    strata: Annotated[
        str | None,
        typer.Option("--strata", help="Column of --people; people with equal values are exchanged."),
    ] = None,
    same: Annotated[
        str | None,
        typer.Option("--same", help="Column of --people: are people with equal values nearer to each other?"),
    ] = None,
    weight: Annotated[str | None, typer.Option("--weight", help="Column with duration or number of contacts.")] = None,
    near_by: Annotated[
        NearBy | None, typer.Option("--near-by", help="What the list of contacts counts as near, for the page to say.")
    ] = None,
    formula: Annotated[
        str | None,
        typer.Option(
            "--formula", help="Several explaining variables: ties ~ near + desires + same(COLUMN) + alike(COLUMN)."
        ),
    ] = None,
    shuffle: Annotated[
        list[Shuffling] | None,
        typer.Option(
            "--shuffle", help="Also exchange people only among those of one moment, or one day; may be repeated."
        ),
    ] = None,
    permutations: Annotated[int, typer.Option("--permutations", min=19, help="Number of random permutations.")] = 999,
    language: LanguageOption = "en",
    seed: SeedOption = 0,
    agree: AgreeOption = None,
) -> None:
    """Measure outward and inner closeness separately, and test whether they are related."""
    from dataclasses import replace  # noqa: PLC0415

    from oneheart.engine.explained import explain, read_formula  # noqa: PLC0415
    from oneheart.engine.shuffled import SHUFFLES  # noqa: PLC0415
    from oneheart.engine.side_by_side import side_by_side  # noqa: PLC0415
    from oneheart.formats import read  # noqa: PLC0415
    from oneheart.formats.contacts import (  # noqa: PLC0415
        is_attendance,
        read_attendance,
        read_column,
        read_contacts,
        read_ties,
    )
    from oneheart.reports.apart import write_apart  # noqa: PLC0415
    from oneheart.reports.translation import check_language  # noqa: PLC0415

    check_language(language)
    asked_for = None if formula is None else read_formula(formula)
    named = [term.of for term in asked_for.terms if term.kind in {"same", "alike"}] if asked_for else []
    wanted = [name for name in (strata, same, *named) if name is not None]
    columns = {name: read_column(people, name) for name in wanted if people is not None}
    if (people is None) != (not wanted):
        message = (
            "Give --people FILE together with --strata COLUMN (people are exchanged within its values), "
            "--same COLUMN (were those of one value nearer to each other?) or a --formula that names a column."
        )
        raise UserError(message)
    if asked is not None and ties is None:
        message = "Give --asked FILE together with --ties FILE: it says who was asked for those ties."
        raise UserError(message)
    log = is_attendance(contacts)
    near = None if log else read_contacts(contacts, weight=weight)
    shuffles = tuple(among for among in SHUFFLES if among in {one.value for one in shuffle or ()})
    if shuffles and (near is None or near.timed is None):
        message = f"{contacts} does not say when two people met; --shuffle needs a list of contacts with their times."
        raise UserError(message)
    met = None if near is None else near.contacts
    if met is not None and near_by is not None:
        met = replace(met, near_by=near_by.value)
    occasions = read_attendance(contacts) if log else None
    answers = None if desires is None else read(desires, sign=_sign(agree))
    declared = None if ties is None else read_ties(ties, asked=asked)
    explained = None
    with _progress() as tell:
        if asked_for is not None:
            explained = explain(
                asked_for,
                met,
                occasions,
                desires=answers,
                declared=declared,
                people=columns,
                strata=columns.get(strata or ""),
                permutations=permutations,
                seed=seed,
                progress=tell,
            )
        result = side_by_side(
            met,
            occasions,
            desires=answers,
            declared=declared,
            strata=columns.get(strata or ""),
            strata_name=strata or "",
            same=columns.get(same or ""),
            same_name=same or "",
            timed=None if near is None else near.timed,
            shuffles=shuffles,
            permutations=permutations,
            seed=seed,
            progress=tell,
        )
    page, numbers = write_apart(result, out, explained=explained, language=language)
    for sentence in () if near is None else near.left_out():
        typer.echo(sentence)
    typer.echo(f"{page}\n{numbers}")


@app.command()
def bench(
    kind: Annotated[Bench, typer.Argument(help="What to measure.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            help="One conversation, or a folder of them; may be repeated. Simulations (halls, fifths, printed, audit, "
            "closeness, babel) need none.",
        ),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the result to this file.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Exit status 1 if a gate is missed.")] = False,
    seed: SeedOption = 0,
    repeats: Annotated[int | None, typer.Option("--repeats", min=1, help="Number of random splits or seeds.")] = None,
) -> None:
    """Compare the engine with its rivals on real conversations, or in simulated gatherings whose truth is known."""
    import json  # noqa: PLC0415

    from oneheart.bench import run  # noqa: PLC0415

    with _progress() as tell:
        result = run(kind.value, data or (), seed=seed, repeats=repeats, progress=lambda d, t, label: tell(label, d, t))
    _print_table(result)
    if json_file is not None:
        try:
            json_file.write_text(json.dumps(result.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            message = f"Cannot write {json_file}: {error.strerror}; give a path in a folder that you may write to."
            raise UserError(message) from error
    missed = [gate for gate in result.gates if not gate.met]
    for gate in result.gates:
        typer.echo(f"{'met   ' if gate.met else 'MISSED'} {gate.name}: {gate.measured} (needed {gate.needed})")
    if check and missed:
        raise typer.Exit(1)


def _print_table(result: BenchResult) -> None:
    """Print a benchmark's table and the skipped cases."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=result.title)
    for column in result.columns:
        table.add_column(column, justify="left" if column == result.columns[0] else "right")
    for row in result.rows:
        table.add_row(*(f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row))
    Console(width=160).print(table)
    for sentence in result.skipped:
        typer.echo(f"skipped: {sentence}")


live.register(app)


def main() -> None:
    """Run the command line. A user's mistake is printed as one sentence, with exit status 2."""
    for name, count in ONE_THREAD.items():
        os.environ.setdefault(name, count)
    try:
        app()
    except UserError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing half-written was left.", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
