"""The commands of a live gathering: what they make, and one sentence for every mistake."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from oneheart.cli import app
from oneheart.commands.making import make, settings_for
from oneheart.errors import UserError

pytestmark = pytest.mark.process

ENVIRONMENT = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


def oneheart(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", "-m", "oneheart.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60, env=ENVIRONMENT)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    done = oneheart("new", tmp_path / "hall", "--name", "Hall", "--circles", "3", "--question", "he=מה?")
    assert done.returncode == 0, done.stderr
    return tmp_path / "hall.oneheart"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a gathering that no test changes, beside a file that is none."""
    folder = tmp_path_factory.mktemp("hall")
    make(folder / "hall", settings_for(name="Hall", questions=(), voice="ten", languages=("en",)), circles=1)
    (folder / "other.txt").write_text("no gathering " * 50)
    return folder / "hall.oneheart"


def test_a_new_gathering_has_its_settings_circles_and_a_code(made: Path) -> None:
    from oneheart.live.gathering import LiveGathering

    gathering = LiveGathering.open(made)
    try:
        settings = gathering.state.settings
        assert settings is not None
        assert (settings.name, settings.question["he"], settings.question["en"]) == ("Hall", "מה?", "What do you want?")
        assert settings.languages == ["en", "he", "ru", "es", "uk", "de"]
        assert len(gathering.state.circles) == 3
        assert len({circle.key for circle in gathering.state.circles}) == 3
        assert re.fullmatch(r"[3-9A-Z]{8}", gathering.code)
    finally:
        gathering.shut()


def test_in_a_folder_the_file_is_named_by_its_code(tmp_path: Path) -> None:
    done = oneheart("new", tmp_path)
    code = done.stdout.split("join code ")[1].split("\n")[0].replace(" ", "")
    assert (tmp_path / f"{code}.oneheart").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "{made}"), "exists already"),
        (("new", "{folder}/no/where"), "There is no folder"),
        (("new", "{folder}/b", "--language", "xx"), "There is no language 'xx'"),
        (("new", "{folder}/b", "--language", "en", "--question", "he=מה?"), "add --language he"),
        (("serve", "{folder}/none"), "There is no gathering at"),
        (("serve", "{folder}/other.txt"), "restore it from a backup"),
        (("serve", "{made}", "--host", "192.0.2.77", "--port", "0"), "is no address of this machine"),
        (("serve", "{made}", "--port", "0", "--https"), "--public-url"),
        (("serve", "{made}", "--port", "0", "--public-url", "heart.example"), "is no address of a server"),
        (("replay", "{folder}/none"), "There is no gathering at"),
        (("rehearse", "nonsense"), "is no address of a gathering"),
        (("rehearse", "http://127.0.0.1:1/"), "names no gathering"),
        (("rehearse", "http://127.0.0.1:1/j/ABCD3456"), "Nobody answers at"),
        (("rehearse", "http://8.8.8.8/j/ABCD3456"), "--i-may"),
        (("rehearse", "http://8.8.8.8/j/ABCD3456", "--i-may", "--people", "501"), "at most 500"),
        (("rehearse", "http://127.0.0.1:1/j/ABCD3456", "--from", "{folder}/none"), "none"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(hall: Path, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UserError) as told:
        app([word.format(made=hall, folder=hall.parent) for word in words], standalone_mode=False)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


def test_a_port_in_use_is_told(made: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = oneheart("serve", made, "--host", "127.0.0.1", "--port", str(port))
    assert done.returncode == 2
    assert done.stderr == f"Port {port} is in use by another program; end that one, or choose another with --port.\n"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_is_alone_with_its_file_and_ends_cleanly(made: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-X", "utf8", "-m", "oneheart.cli", "serve", made, "--host", "127.0.0.1", "--port", "0"]
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=ENVIRONMENT)
    assert serving.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = serving.stdout.readline()
        assert line, said
        said += line
    assert re.search(r"phones {2}http://127\.0\.0\.1:\d+/j/[3-9A-Z]{8}\n", said)
    assert re.search(r"host {4}http://127\.0\.0\.1:\d+/host/enter/[\w-]{20,}", said)
    second = oneheart("serve", made, "--host", "127.0.0.1", "--port", "0")
    assert (second.returncode, "already served" in second.stderr) == (2, True)
    serving.send_signal(how)
    rest = serving.stdout.read()
    serving.stdout.close()
    assert serving.wait(timeout=20) == 0
    assert rest.endswith("Ended; everything is kept.\n")


def test_a_sound_record_holds_and_has_the_same_digest_each_time(made: Path) -> None:
    first, second = oneheart("replay", made, "--digest"), oneheart("replay", made, "--digest")
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert "people few · desires few · responses few · circles 3" in first.stdout
    assert re.search(r"^digest 2:[0-9a-f]{64}$", first.stdout, re.MULTILINE)


def test_a_changed_record_is_found_out_at_its_place(made: Path) -> None:
    file = sqlite3.connect(made)
    file.execute("DROP TRIGGER events_keep")
    file.execute("""UPDATE events SET body = replace(body, '"circle"', '"circlf"') WHERE seq = 3""")
    file.commit()
    file.close()
    done = oneheart("replay", made)
    assert done.returncode == 1
    why = "one of its columns does not fit its commitment"
    assert done.stdout == f"The record breaks at event 3: it is not as it was written ({why}).\n"
