"""The commands of a live gathering, for the command line. Heavy modules are imported when a command runs."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from oneheart.errors import UserError
from oneheart.model.near_by import NearBy
from oneheart.model.prayer import DraftsBy
from oneheart.model.round import Voice


class Truth(str, Enum):
    """The true relation, among simulated people, of being at the same occasions and wanting the same."""

    none = "none"
    confounded = "confounded"
    real = "real"


EVERYWHERE = "0.0.0.0"  # noqa: S104  phones in the hall must reach it
HostOption = Annotated[str, typer.Option("--host", help="Address to listen at; by default all networks.")]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen at; 0 takes any.")]
PublicUrlOption = Annotated[
    str | None, typer.Option("--public-url", help="Address that people use if a proxy is in front.")
]
HttpsOption = Annotated[bool, typer.Option("--https", help="The proxy in front speaks https.")]
ProxyOption = Annotated[
    str | None, typer.Option("--proxy", help="Address of the proxy that is trusted to name the senders.")
]


class SceneName(str, Enum):
    """The scenes of the demo, see `rehearsal.scenes`."""

    ten = "ten"
    evening = "evening"
    assembly = "assembly"
    disagreement = "disagreement"
    days = "days"


class KeysAt(str, Enum):
    """Where the keys of sealed words are."""

    beside = "beside"
    inside = "inside"


def register(app: typer.Typer) -> None:
    """Add the commands of a live gathering to the command line."""
    for command in (new, serve, rehearse, demo, replay, bundle, verify, backup, restore, move):
        app.command()(command)
    tables = typer.Typer(help="The tables of oneheart in a database of PostgreSQL.", no_args_is_help=True)
    tables.command()(upgrade)
    tables.callback()(lambda: None)
    app.add_typer(tables, name="db")
    app.command(name="import")(bring_in)


def new(
    path: Annotated[str, typer.Argument(help="The file to make, a folder to make it in, or an address of PostgreSQL.")],
    name: Annotated[str, typer.Option("--name", help="Name of the gathering (default: name of the file).")] = "",
    question: Annotated[
        list[str] | None,
        typer.Option("--question", help="The question; for one language only: he=TEXT. May be given several times."),
    ] = None,
    voice: Annotated[
        Voice, typer.Option("--voice", help="ten: nobody is against; assembly: one may be against.")
    ] = Voice.TEN,
    language: Annotated[
        list[str] | None,
        typer.Option("--language", help="A language of the pages (default: all). May be given several times."),
    ] = None,
    circles: Annotated[int, typer.Option("--circles", min=0, max=2000, help="Number of circles to begin with.")] = 0,
    cards: Annotated[int, typer.Option("--cards", min=1, max=50, help="Cards per stage before the end page.")] = 8,
    keep: Annotated[
        int, typer.Option("--keep", min=0, max=365, help="Days after the end until everything personal is erased.")
    ] = 30,
    by: Annotated[str, typer.Option("--by", help="Who runs it and how to reach them; people read it first.")] = "",
    drafts: Annotated[
        DraftsBy,
        typer.Option(
            "--drafts",
            help="Who drafts lines in other languages, for people who read both to check: nobody, a model here, or the "
            "language model at ONEHEART_LLM_URL.",
        ),
    ] = DraftsBy.NOBODY,
    keys: Annotated[
        KeysAt,
        typer.Option(
            "--keys",
            help="beside: words are sealed with keys in a second file, so erasing reaches all copies; inside: no "
            "second file that could be lost, but what is erased stays readable in older copies.",
        ),
    ] = KeysAt.beside,
) -> None:
    """Make a gathering and print its join code."""
    from oneheart.commands.making import make, make_in_database, settings_for  # noqa: PLC0415
    from oneheart.commands.serving import spoken  # noqa: PLC0415
    from oneheart.storage.keyring import keyring_path  # noqa: PLC0415
    from oneheart.storage.postgres import is_address  # noqa: PLC0415

    in_database = is_address(path)
    if in_database and keys is KeysAt.inside:
        message = "In a database the keys are always apart from the words; leave --keys out."
        raise UserError(message)
    settings = settings_for(
        name=name or ("" if in_database else Path(path).resolve().stem),
        questions=question or (),
        voice=voice.value,
        languages=language or (),
        cards=cards,
        keep=keep,
        run_by=by,
        drafts=drafts,
    )
    if in_database:
        where, code = make_in_database(path, settings, circles)
        typer.echo(f"join code {spoken(code)}")
        typer.echo(f"Serve it with: oneheart serve {quote(where)}")
        typer.echo("Servers of this database that run already do not know it: start them again, one after the other.")
        typer.echo(f"Keep {code}.keys in the folder of keys, and copy it too: without it nobody can read its words.")
        return
    file, code = make(Path(path), settings, circles, keys="inside" if keys is KeysAt.inside else "beside")
    typer.echo(f"join code {spoken(code)}")
    typer.echo(f"Serve it with: oneheart serve {file}")
    if keys is KeysAt.beside:
        typer.echo(f"Keep {keyring_path(file).name} with it, and copy both: without it nobody can read its words.")


def serve(
    path: Annotated[
        str,
        typer.Argument(help="A file that `oneheart new` made, a folder of them, or an address of PostgreSQL."),
    ],
    host: HostOption = EVERYWHERE,
    port: PortOption = 8000,
    public_url: PublicUrlOption = None,
    https: HttpsOption = False,
    proxy: ProxyOption = None,
    backup: Annotated[
        Path | None, typer.Option("--backup", help="Folder for copies of every gathering, on another disk if possible.")
    ] = None,
    every: Annotated[str, typer.Option("--every", help="Time between two copies: 10s, 5m, 1h.")] = "10s",
    keep_backups: Annotated[
        int, typer.Option("--keep-backups", min=1, max=10_000, help="Number of copies kept of each gathering.")
    ] = 12,
    invite: Annotated[
        bool, typer.Option("--invite", help="Print a one-time link to each desk, also where hosts have one already.")
    ] = False,
    translate: Annotated[
        Path | None,
        typer.Option("--translate", help="Folder of translation models, which draft lines for people to check."),
    ] = None,
    standby: Annotated[
        bool, typer.Option("--standby", help="Wait while another process serves these files; in PostgreSQL both serve.")
    ] = False,
) -> None:
    """Serve gatherings to phones, the hall screen and hosts until Ctrl-C."""
    from oneheart.commands.backups import BackupPlan, seconds_of  # noqa: PLC0415
    from oneheart.commands.serving import Serving  # noqa: PLC0415
    from oneheart.commands.serving import serve as run  # noqa: PLC0415
    from oneheart.rehearsal.wire import many_files  # noqa: PLC0415

    many_files()
    plan = None if backup is None else BackupPlan(backup, seconds_of(every), keep_backups)
    for line in run(Serving(path, host, port, public_url, https, proxy, plan, invite, translate, standby)):
        typer.echo(line)


def examine_server(path: str, host: str, port: int, public_url: str | None, *, https: bool, proxy: str | None) -> int:
    """Print what a server of this path would meet on this machine; return the exit status."""
    from oneheart.commands.server_doctor import examine, exit_status  # noqa: PLC0415
    from oneheart.commands.serving import Serving  # noqa: PLC0415

    checks = []
    for check in examine(Serving(path, host, port, public_url, https, proxy)):
        checks.append(check)
        for finding in check.findings:
            typer.echo(f"[{finding.severity}] {check.name}: {finding.sentence}")
    return exit_status(checks)


def bring_in(
    gathering: Annotated[
        str, typer.Argument(help="A gathering file that nobody serves, or the one-time link of a host of a served one.")
    ],
    circles: Annotated[
        Path | None,
        typer.Option("--circles", help="CSV of circles: name, name_he and so on, parent, place, size."),
    ] = None,
    occasions: Annotated[
        Path | None,
        typer.Option("--occasions", help="CSV of occasions: name, name_he and so on, kind, begins, ends."),
    ] = None,
    desires: Annotated[Path | None, typer.Option("--desires", help="CSV of first desires: text, language.")] = None,
    contacts: Annotated[
        Path | None,
        typer.Option("--contacts", help="List of who was near whom, in any shape that closeness reads."),
    ] = None,
    near_by: Annotated[
        NearBy, typer.Option("--near-by", help="What counts as near in it: badges, phones or one table.")
    ] = NearBy.BADGES,
    look: Annotated[bool, typer.Option("--look", help="Only look at the list of contacts; keep nothing.")] = False,
) -> None:
    """Bring lists into a gathering, each wholly or not at all. The same list twice adds nothing twice."""
    from oneheart.commands.bringing import bring, bring_contacts  # noqa: PLC0415

    named = {"circles": circles, "occasions": occasions, "desires": desires}
    files = {what: path for what, path in named.items() if path is not None}
    for what, done in bring(gathering, files) if files or contacts is None else ():  # type: ignore[arg-type]
        typer.echo(f"{what:<10} {done.added} new · {done.present} there already")
    if contacts is not None:
        told = bring_contacts(gathering, contacts, near_by, keep=not look)
        known = f"{told.known} or more known" if told.known else "too few known"
        end = "looked at" if look else "kept" if told.kept else "nothing new"
        counted = f"in {told.unit}" if told.unit else "by groups"
        typer.echo(f"contacts   {told.lines} lines · {told.listed} people · {counted} · {known} · {end}")


def rehearse(
    url: Annotated[str, typer.Argument(help="Address of the gathering, as on the hall screen.")],
    people: Annotated[int, typer.Option("--people", min=1, max=20_000, help="Number of phones.")] = 100,
    minutes: Annotated[float, typer.Option("--minutes", min=0.05, max=600, help="Duration in minutes.")] = 3.0,
    sleepy: Annotated[float, typer.Option("--sleepy", min=0, max=1, help="Share of phones that fall asleep.")] = 0.1,
    flaky: Annotated[
        float, typer.Option("--flaky", min=0, max=0.9, help="Share of taps that lose the network before the answer.")
    ] = 0.05,
    from_export: Annotated[
        Path | None, typer.Option("--from", help="A Polis export whose people take part and answer as they did.")
    ] = None,
    relation: Annotated[
        Truth | None,
        typer.Option(
            "--relation",
            help="Phones check in to occasions, with this true relation to wanting the same (none, confounded by "
            "language, real).",
        ),
    ] = None,
    occasion: Annotated[
        list[str] | None,
        typer.Option("--occasion", help="Code of an occasion at which phones check in; once for each, in their order."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of all random choices.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    far: Annotated[
        bool, typer.Option("--i-may", help="The server is not on this network, and its owner agreed to this.")
    ] = False,
) -> None:
    """Simulate many phones in a gathering, then check that nothing was lost, doubled or left apart.

    The simulated people speak the languages of the gathering. Left apart are desires with the same words in the same
    language that the server did not join. An answer to a desire that its author erased is counted as erased, not as
    lost. Exit status 1 if something was lost, doubled or left apart.
    """
    from oneheart.commands.rehearsing import Rehearsing, sentences  # noqa: PLC0415
    from oneheart.commands.rehearsing import rehearse as run  # noqa: PLC0415

    truth = None if relation is None else relation.value
    how = Rehearsing(url, people, minutes, sleepy, flaky, from_export, seed, far, truth, tuple(occasion or ()))  # type: ignore[arg-type]
    summary = run(how, tell=lambda line: typer.echo(line, err=True))
    if as_json:
        typer.echo(json.dumps(summary.as_json(), ensure_ascii=False))
    else:
        for line in sentences(summary):
            typer.echo(line)
    if not summary.well:
        raise typer.Exit(1)


def demo(
    people: Annotated[int, typer.Option("--people", min=1, max=2000, help="Number of simulated people.")] = 120,
    speed: Annotated[
        float, typer.Option("--speed", min=0.1, max=1000, help="Factor by which it is faster than a hall.")
    ] = 6.0,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port to listen at; by default 8000 or any.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="End after the round, with a summary in JSON on standard output.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON at the end.")] = False,
    stay: Annotated[
        float, typer.Option("--stay", min=0, max=1440, help="Minutes that it stays open after the round.")
    ] = 10.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of all random choices.")] = 0,
    scene: Annotated[
        SceneName | None,
        typer.Option("--scene", help="Play a scene whose end is known; exit status 1 if it ends otherwise."),
    ] = None,
) -> None:
    """Play a gathering of simulated people on a real server; join it with your own phone or browser."""
    from oneheart.commands.demo import Play, play  # noqa: PLC0415
    from oneheart.rehearsal.wire import many_files  # noqa: PLC0415

    many_files()
    on_error = once or as_json
    played = play(
        Play(people, speed, port, once, 60 * stay, seed, scene.value if scene else ""),
        tell=lambda line: typer.echo(line, err=on_error),
    )
    if once or as_json:
        typer.echo(json.dumps(played.as_json(), ensure_ascii=False))
    if not played.well:
        raise typer.Exit(1)


def replay(
    path: Annotated[str, typer.Argument(help="A file that `oneheart new` made, or an address of PostgreSQL.")],
    digest: Annotated[bool, typer.Option("--digest", help="Also print the fingerprint of its state.")] = False,
) -> None:
    """Read the record of a gathering from its beginning and check that it is valid. Exit status 1 if it is not."""
    from oneheart.commands.record import read_record, sentences  # noqa: PLC0415

    record = read_record(path)
    for line in sentences(record, digest=digest):
        typer.echo(line)
    if record.first_break is not None or record.spoiled is not None:
        raise typer.Exit(1)


def bundle(
    path: Annotated[
        str, typer.Argument(help="A file that `oneheart new` made, or an address; it may be served meanwhile.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The bundle to write; it must not exist.")],
) -> None:
    """Write heads, commitments and sealed texts of a gathering into one file that anybody can check.

    Check it with `oneheart verify`, or without this program with check_bundle.py or the page verify.html.
    """
    from oneheart.commands.bundling import write_bundle  # noqa: PLC0415

    heads = write_bundle(path, out)
    typer.echo(f"Heads of the record: {heads}. Check it with: oneheart verify {out}")


def verify(
    path: Annotated[
        str,
        typer.Argument(help="A file that `oneheart new` made, a backup of it, an address of PostgreSQL, or a bundle."),
    ],
    root: Annotated[str, typer.Option("--root", help="A root that you kept, from the book or a screen.")] = "",
    size: Annotated[int, typer.Option("--size", min=0, help="The size that stood beside it.")] = 0,
    last: Annotated[
        bool, typer.Option("--last", help="It was the last root of the gathering: nothing may follow it.")
    ] = False,
    older_copy: Annotated[
        bool,
        typer.Option("--older-copy", help="The file is an older copy: events erased since may have lost their keys."),
    ] = False,
) -> None:
    """Prove that a record is complete and that its sealed texts match it. Exit status 1 if not.

    The exit status is 2 if a bundle cannot be read, and 3 if a text in it is not proved.

    Events that cannot be read, and that no erasure names, are a fault too. The file may be served meanwhile.
    """
    from oneheart.commands.bundling import is_bundle, proof_of_bundle  # noqa: PLC0415
    from oneheart.commands.proving import proof  # noqa: PLC0415

    if is_bundle(Path(path)):
        lines, status = proof_of_bundle(Path(path), root)
    else:
        lines, well = proof(path, root, size, last=last, older_copy=older_copy)
        status = 0 if well else 1
    for line in lines:
        typer.echo(line)
    if status:
        raise typer.Exit(status)


def backup(
    path: Annotated[
        str, typer.Argument(help="A file that `oneheart new` made, or an address; it may be served meanwhile.")
    ],
    to: Annotated[Path, typer.Option("--to", help="Folder of the copy, on another disk if possible.")],
) -> None:
    """Copy a gathering in its present state, and verify the copy by reading it from its beginning."""
    from oneheart.commands.keeping import back_up  # noqa: PLC0415

    typer.echo(f"Kept and read anew: {back_up(path, to)}")


def restore(
    path: Annotated[Path, typer.Argument(help="A backup, or a folder of them, whose newest is taken.")],
    to: Annotated[Path, typer.Option("--to", help="The file to make; it must not exist.")],
) -> None:
    """Restore a backup as a gathering that can be served. Whoever erased everything of theirs stays erased."""
    import time  # noqa: PLC0415

    from oneheart.commands import backups, keeping  # noqa: PLC0415

    copy = backups.newest_copy(path) if path.is_dir() else path
    keeping.restore(copy, to)
    last = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(backups.last_event_at(to) / 1000))
    typer.echo(f"{copy} holds everything up to {last}. Whatever was said later is lost.")
    typer.echo(f"The record holds. Serve it with: oneheart serve {to}")


def move(
    source: Annotated[
        str, typer.Argument(help="A file that nobody serves, or an address: postgresql://user@host/database#CODE.")
    ],
    target: Annotated[
        str,
        typer.Argument(help="Address of the database to move it to, or the file to make of a database's gathering."),
    ],
    public_url: Annotated[
        str, typer.Option("--public-url", help="Address of the new server; the former one then sends phones there.")
    ] = "",
) -> None:
    """Move a gathering into PostgreSQL, or back into a file, with its whole record and its keys.

    Both sides are read from their beginning and compared. Then the source ends and says where the gathering is.
    """
    from oneheart.commands.moving import move as run  # noqa: PLC0415

    for line in run(source, target, public_url):
        typer.echo(line)


def upgrade(
    address: Annotated[str, typer.Argument(help="Address of the database: postgresql://user@host/database.")],
) -> None:
    """Make the tables of oneheart in a database, or bring them up to date. Twice does nothing more."""
    from oneheart.commands.moving import upgrade_database  # noqa: PLC0415

    typer.echo(upgrade_database(address))
