"""The hall screen: what it says, what it never says, and its stream over real connections."""

from __future__ import annotations

import contextlib
import html
import http.client
import json
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from oneheart.engine.disclosure import RESPONSES_STEP, show_steps
from oneheart.live import events as ev
from oneheart.live.snapshot import Text, TextLine
from oneheart.model.round import Stage
from oneheart.web import streams
from oneheart.web.hall import figure, screen
from oneheart.web.hall.by_turns import LANGUAGE_SECONDS
from oneheart.web.hall.screen import turns
from oneheart.web.memory import memory_of
from oneheart.web.reach import Reach
from tests.support.desks import Desk
from tests.support.gatherings import FAST

Serve = Callable[..., Any]
Open = Callable[..., Any]


def fill(gathering_call: Any, gathering: Any, count: int, first: int = 0) -> None:
    """Let so many people in."""
    for number in range(first, first + count):
        gathering_call(gathering.take_seat(f"key-of-{number}", language="en"))


def told(server: Any) -> dict[str, Any]:
    """Return what the screen is told at this moment."""

    async def now() -> bytes:
        server.gathering.tick()
        return screen.encode(server.gathering, server.gathering.snapshot)

    decoded: dict[str, Any] = json.loads(server.call(now()))
    return decoded


def opened(server: Any, *, last: str = "", receive: int = 0) -> socket.socket:
    """Return a connection on which the stream was asked for; `receive` is how much it takes in unread."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.socket()
    if receive:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    connection.settimeout(10)
    connection.connect((host, int(port)))
    more = f"Last-Event-ID: {last}\r\n" if last else ""
    asked = f"GET /hall/{server.code}/events HTTP/1.1\r\nHost: {host}:{port}\r\n{more}\r\n"
    connection.sendall(asked.encode())
    return connection


def read_until(connection: socket.socket, sign: bytes, read: bytes = b"") -> bytes:
    while sign not in read:
        piece = connection.recv(65536)
        if not piece:
            break
        read += piece
    return read


def data_in(read: bytes) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in read.split(b"\n") if line.startswith(b"data: {")]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_it_asks_the_question_in_every_language_up_to_three_at_a_time_each_in_its_own_direction(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = open_door(languages=["he", "ru", "es", "en"])
    monkeypatch.setattr(time, "time", lambda: 3 * LANGUAGE_SECONDS + 0.5)  # the second turn
    page = door.browser().get(f"/hall/{door.gathering.code}").text
    section = r'<section lang="(\w+)" dir="(\w+)" data-turn="(\d)"( data-away)?>\s*<p class="round"[^>]*>[^<]*</p>\s*'
    columns = re.findall(section + r'<p class="question"><bdi dir="auto" lang="(\w+)">([^<]+)', page)
    assert columns == [
        ("he", "rtl", "0", " data-away", "he", "מה אתם רוצים?"),
        ("ru", "ltr", "0", " data-away", "ru", "Чего вы хотите?"),
        ("es", "ltr", "1", "", "es", "¿Qué queréis?"),
        ("en", "ltr", "1", "", "en", "What do you want?"),
    ]
    assert page.startswith('<!doctype html>\n<html lang="he" dir="rtl">')


def test_the_code_the_address_and_a_picture_of_both_are_always_there(open_door: Open) -> None:
    door = open_door()
    for stage in ("open", "crossing", "weaving", "reading", "second reading", "sealed", "said"):
        door.lead_to(stage)
        door.gathering.tick()
        page = door.browser().get(f"/hall/{door.gathering.code}").text
        assert '<p class="code" dir="ltr">ABCD 3456</p>' in page
        assert '<p class="address" dir="ltr">testserver</p>' in page
        assert 'class="qr"' in page


def test_the_address_on_it_is_the_one_that_people_were_told_to_use(open_door: Open) -> None:
    door = open_door()
    browser = door.browser()
    browser.app.state.reach = Reach(public="https://heart.example")
    assert '<p class="address" dir="ltr">heart.example</p>' in browser.get(f"/hall/{door.gathering.code}").text


def test_it_works_without_script_and_comes_anew_by_itself(open_door: Open) -> None:
    door = open_door()
    for number in range(12):
        door.submit("door", f"seat-{number}", ev.SeatTaken("", "en"))
    door.submit(
        "h0", "shown", ev.DesiresShown([door.submit("h0", "seed", ev.DesireSaid(None, "Peace in every house", "en"))])
    )
    door.submit("h0", "clock", ev.ClockSet(300))
    door.gathering.tick()
    page = door.browser().get(f"/hall/{door.gathering.code}").text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert '<p class="desire" lang="en" dir="auto">Peace in every house</p>' in page
    assert '<dd dir="ltr">10</dd>' in page
    assert re.search(r'<span data-clock-digits dir="ltr">(5:00|4:5\d)</span>', page)
    assert page.count(' on" transform') == figure.ring_count(10) == 2
    assert "style=" not in page


def screen_told(door: Any) -> dict[str, Any]:
    door.gathering.tick()
    told = re.search(r'data-now="([^"]*)"', door.browser().get(f"/hall/{door.gathering.code}").text)
    assert told is not None
    return dict(json.loads(html.unescape(told[1])))


def test_a_clock_of_hours_is_told_in_words_and_stops_at_the_end(open_door: Open) -> None:
    door = open_door()
    door.submit("h0", "clock", ev.ClockSet(23 * 3600))
    told = screen_told(door)
    assert len(told["clock_words"]) == 4
    assert all(re.search(r"\d+:\d\d", words["tomorrow"]) for words in told["clock_words"])
    page = door.browser().get(f"/hall/{door.gathering.code}").text
    assert re.search(r'data-clock-digits dir="ltr" hidden', page)
    assert not re.search(r"data-clock-words[^>]* hidden", page)
    door.submit("h0", "end", ev.Ended())
    assert (screen_told(door)["clock_end"], screen_told(door)["clock_words"]) == (None, [])


def test_the_code_fills_half_the_screen_until_something_else_is_shown(open_door: Open) -> None:
    door = open_door()
    assert screen_told(door)["arrives"]
    seed = door.submit("h0", "seed", ev.DesireSaid(None, "Peace in every house", "en"))
    door.submit("h0", "shown", ev.DesiresShown([seed]))
    assert not screen_told(door)["arrives"]
    door.submit("h0", "hidden", ev.DesiresShown([]))
    assert screen_told(door)["arrives"]
    door.move("crossing")
    door.move("open")
    assert not screen_told(door)["arrives"], "in a second round everybody is in"


def test_a_screen_for_a_broadcast_has_one_part_no_ground_and_the_languages_that_were_asked(open_door: Open) -> None:
    door = open_door()
    address = f"/hall/{door.gathering.code}"
    page = door.browser().get(f"{address}?show=line&ground=none&lang=he,xx").text
    assert 'data-ground="none"' in page
    assert 'data-show="line" data-only="he"' in page
    assert '<html lang="he" dir="rtl"' in page
    shown = re.findall(r'<section lang="(\w\w)" dir="\w+" data-turn="0">', page)
    assert set(shown) == {"he"}
    plain = door.browser().get(f"{address}?show=everything&ground=paper&lang=xx").text
    assert not re.search(r"<html[^>]*data-ground|<body[^>]*data-(show|only)", plain)


def test_a_lost_server_is_told_in_all_languages_at_once(open_door: Open) -> None:
    page = open_door().browser().get("/hall/ABCD3456").text
    waiting = page.split('<p id="waiting"')[1].split("</p>")[0]
    assert re.findall(r'<span lang="(\w\w)"', waiting) == ["en", "he", "ru", "es"]
    assert "data-away" not in waiting


def test_words_stand_on_it_only_when_a_host_chose_them(open_door: Open) -> None:
    door = open_door()
    person = door.join()
    door.say(person, "nobody chose this")
    door.gathering.tick()
    assert "nobody chose this" not in door.browser().get(f"/hall/{door.gathering.code}").text


def test_it_never_speaks_of_a_person_by_a_number_that_moves_by_one(serve: Serve) -> None:
    server = serve()
    seen = []
    for number in range(11):
        now = told(server)
        seen.append((now["counts"]["people"], len(now["figure"]["rings"]), now["figure"]["shine"]))
        fill(server.call, server.gathering, 1, number)
    assert [count for count, _, _ in seen] == [""] * 5 + ["5"] * 5 + ["10"]
    assert [rings for _, rings, _ in seen] == [0] * 5 + [1] * 5 + [2]
    assert len({shine for _, _, shine in seen[5:10]}) == 1


def test_its_words_carry_no_number_that_tells_an_order(serve: Serve) -> None:
    server = serve()
    numbers = [server.say(text) for text in ("first", "second", "third")]
    server.submit("h0", "show", ev.DesiresShown(numbers))
    shown = told(server)["shown"]
    assert [one["text"] for one in shown] == ["first", "second", "third"]
    assert {tuple(sorted(one)) for one in shown} == {("id", "language", "text")}
    assert all(re.fullmatch("[0-9a-f]{32}", one["id"]) for one in shown)


def test_a_withdrawn_or_rejected_desire_leaves_the_screen(serve: Serve) -> None:
    server = serve()
    one, two, three = (server.say(text) for text in ("one", "two", "three"))
    server.submit("h0", "show", ev.DesiresShown([one, two, three]))
    author = server.gathering.state.desires[one].author
    server.submit(f"s{author}", "back", ev.DesireWithdrawn(author, one))
    server.submit("h0", "no", ev.Moderated(two, "rejected"))
    assert [desire["text"] for desire in told(server)["shown"]] == ["three"]


def test_an_unknown_code_shows_the_same_page_as_everywhere_and_is_counted(open_door: Open) -> None:
    browser = open_door().browser()
    statuses = [browser.get(f"/hall/WXYZ{number:04d}".replace("0", "3")).status_code for number in range(11)]
    assert statuses == [404] * 10 + [429]
    assert browser.get("/hall/WXYZ9999/events").status_code == 429


def test_texts_of_any_length_have_room() -> None:
    assert turns([140, 20, 20]) == [[0, 1], [2]]
    assert turns([140, 140]) == [[0], [1]]
    assert turns([30] * 9) == [[0, 1, 2, 3], [4, 5, 6, 7], [8]]
    assert sorted(place for turn in turns([1, 500, 3, 140, 60]) for place in turn) == [0, 1, 2, 3, 4]


def test_figures_only_grow_as_a_gathering_grows() -> None:
    before = figure.measure(show_steps(0), show_steps(0), show_steps(0))
    for people in (5, 10, 50, 55, 100, 1000, 7000, 100_000):
        now = figure.measure(show_steps(people), show_steps(people), show_steps(8 * people, RESPONSES_STEP))
        assert (len(now.rings), now.heart, now.shine) >= (len(before.rings), before.heart, before.shine)
        assert list(now.rings) == sorted(now.rings)
        assert now.rings[0] > now.heart
        assert now.rings[-1] <= figure.WIDEST
        before = now


def test_rings_never_cross() -> None:
    """Two neighbours of the fullest figure keep apart everywhere."""
    shapes, radii = (
        figure.shapes("ABCD3456"),
        figure.measure(show_steps(100_000), show_steps(1000), show_steps(0)).rings,
    )
    outlines = [
        [complex(*map(float, point)) for point in re.findall(r"(-?\d+) (-?\d+)(?=C|Z)", shape)] for shape in shapes
    ]
    for inner, outer in zip(range(len(radii) - 1), range(1, len(radii)), strict=True):
        pairs = zip(outlines[inner], outlines[outer], strict=True)
        assert all(abs(a) * radii[inner] < abs(b) * radii[outer] for a, b in pairs)


# --- the stream -------------------------------------------------------------------------------------------------------


def test_all_screens_read_the_same_bytes_encoded_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server, made = serve(), []
    encode = screen.encode

    def counted(*about: Any) -> bytes:
        made.append(encode(*about))
        return made[-1]

    monkeypatch.setattr(screen, "encode", counted)
    connections = [opened(server) for _ in range(6)]
    first = [read_until(one, b'"settings"') for one in connections]
    made.clear()
    server.submit("h0", "seed", ev.DesireSaid(None, "Peace", "en"))
    server.submit("h0", "show", ev.DesiresShown([0]))
    read = [read_until(one, b'"Peace"', before) for one, before in zip(connections, first, strict=True)]
    assert len({part.split(b"id: ")[-1] for part in read}) == 1
    assert len(made) == 1
    for one in connections:
        one.close()


def test_it_says_a_wait_before_coming_back_that_differs_between_screens(serve: Serve) -> None:
    server = serve()
    waits = set()
    for _ in range(4):
        connection = opened(server)
        found = re.search(rb"retry: (\d+)", read_until(connection, b'"settings"'))
        assert found is not None
        waits.add(int(found[1]))
        connection.close()
    assert len(waits) > 1
    assert all(2000 <= wait < 5000 for wait in waits)


def test_whoever_comes_back_is_told_what_is_new_and_nothing_else(serve: Serve) -> None:
    server = serve()
    server.submit("h0", "seed", ev.DesireSaid(None, "Peace", "en"))

    async def tick() -> None:
        server.gathering.tick()

    server.call(tick())
    connection = opened(server)
    last = re.search(rb"id: (\w+)", read_until(connection, b'"settings"'))
    assert last is not None
    connection.close()
    again = opened(server, last=last[1].decode())
    quiet = read_until(again, b"retry: ")
    server.submit("h0", "show", ev.DesiresShown([0]))
    heard = data_in(read_until(again, b'"Peace"', quiet))
    assert [one["shown"][0]["text"] for one in heard] == ["Peace"]
    again.close()
    old = opened(server, last="1")
    assert data_in(read_until(old, b'"settings"'))[0]["shown"]
    old.close()


def test_a_quiet_hall_is_heard(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.2)
    connection = opened(serve())
    assert read_until(connection, b"event: beat\ndata:\n\n").count(b"event: beat") == 1
    connection.close()


def test_a_slow_screen_misses_some_but_never_the_last(serve: Serve) -> None:
    server = serve()
    slow = opened(server, receive=4096)
    read = read_until(slow, b'"settings"')
    long = "x" * 3000
    desires = [server.submit("h0", f"seed-{n}", ev.DesireSaid(None, f"wish {n} {long}", "en")) for n in range(30)]

    async def show(count: int) -> None:
        await server.gathering.submit("h0", f"show-{count}", ev.DesiresShown([*desires, *desires[: count % 31]]))
        server.gathering.tick()

    for count in range(60):
        server.call(show(count))
        time.sleep(0.01)  # the stream is woken between two
    slow.settimeout(1.5)
    with contextlib.suppress(TimeoutError):
        while piece := slow.recv(1 << 20):
            read += piece
    slow.close()
    heard = data_in(read)
    assert len(heard[-1]["shown"]) == 30 + 59 % 31
    assert len(heard) < 50


def test_many_streams_of_one_address_push_out_their_own_oldest_only(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_AN_ADDRESS", 3)
    server = serve()
    connections = []
    for _ in range(4):
        connections.append(opened(server))
        read_until(connections[-1], b'"settings"')
    assert b"0\r\n\r\n" in read_until(connections[0], b"0\r\n\r\n")
    assert len(memory_of(server.gathering).screens) == 3
    for one in connections:
        one.close()
    end = time.monotonic() + 3
    while len(memory_of(server.gathering).screens) and time.monotonic() < end:
        time.sleep(0.02)
    assert len(memory_of(server.gathering).screens) == 0


def test_a_stream_ends_when_its_gathering_is_erased(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.2)
    server = serve()
    connection = opened(server)
    read_until(connection, b'"settings"')
    server.call(server.house.forget(server.gathering))
    assert b"0\r\n\r\n" in read_until(connection, b"0\r\n\r\n")
    connection.close()


def test_each_column_of_the_text_comes_with_its_direction(open_door: Open) -> None:
    door = open_door(languages=["he", "ur", "en"])
    lines = (TextLine("Peace", "en", changed=False, carried=(("he", "שלום"), ("ur", "امن"))),)
    text = Text(1, lines, (), "", (), show_steps(0), "")
    snapshot = replace(door.gathering.snapshot, stage=Stage.READING, text=text)
    columns = json.loads(screen.encode(door.gathering, snapshot))["text"]["columns"]
    assert [(column["language"], column["dir"]) for column in columns] == [("he", "rtl"), ("ur", "rtl"), ("en", "ltr")]


def columns_of(door: Any, *lines: tuple[str, str]) -> list[dict[str, Any]]:
    """Return the columns of a text of lines (words, language) that nobody carried."""
    told = tuple(TextLine(text, language, changed=False, carried=()) for text, language in lines)
    snapshot = replace(door.gathering.snapshot, stage=Stage.READING, text=Text(1, told, (), "", (), show_steps(0), ""))
    columns: list[dict[str, Any]] = json.loads(screen.encode(door.gathering, snapshot))["text"]["columns"]
    return columns


def test_lines_of_a_gathering_of_one_language_stand_in_one_column_without_direction(open_door: Open) -> None:
    columns = columns_of(open_door(languages=["en"]), ("Peace", "en"), ("Bread", "en"))
    assert [(column["language"], column["dir"]) for column in columns] == [("", "")]
    assert [line["text"] for line in columns[0]["lines"]] == ["Peace", "Bread"]


def test_a_line_stands_in_its_own_words_only_and_says_elsewhere_that_it_is_missing(open_door: Open) -> None:
    columns = columns_of(open_door(languages=["he", "en", "ru", "es"]), ("Peace", "en"), ("שלום", "he"))
    assert [(column["language"], column["turn"]) for column in columns] == [("he", 0), ("en", 0), ("ru", 1), ("es", 1)]
    missing = {column["language"]: [line["missing"] for line in column["lines"]] for column in columns}
    assert missing == {"he": [True, False], "en": [False, True], "ru": [True, True], "es": [True, True]}
    assert {line["language"] for line in columns[2]["lines"]} == {"ru"}


def test_a_line_in_a_language_that_the_gathering_has_no_more_is_not_lost(open_door: Open) -> None:
    columns = columns_of(open_door(languages=["en"]), ("Peace", "en"), ("Paz", "es"))
    assert [column["language"] for column in columns] == ["en", "es"]
    assert columns[1]["lines"][1] == {"text": "Paz", "language": "es", "changed": False, "missing": False}


def test_the_page_and_the_stream_say_the_same(serve: Serve) -> None:
    server = serve()
    fill(server.call, server.gathering, 7)
    time.sleep(3 * FAST.tick)
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.request("GET", f"/hall/{server.code}")
    found = re.search(r'data-now="([^"]*)"', connection.getresponse().read().decode())
    connection.close()
    assert found is not None
    on_page = json.loads(html.unescape(found[1]))
    stream = opened(server)
    streamed = data_in(read_until(stream, b'"long":0}'))[0]
    stream.close()
    assert {**on_page, "now": 0} == {**streamed, "now": 0}


def test_the_second_round_is_told_in_the_hall_on_phones_and_on_the_desk(open_door: Open) -> None:
    door = open_door(languages=["en", "he"])
    phone, desk = door.join(), Desk(door)
    for number in (1, 2):
        door.gathering.tick()
        page = phone.get("/hall/ABCD3456").text
        assert json.loads(html.unescape(re.findall(r'data-now="([^"]*)"', page)[0]))["round"] == number
        assert len(re.findall(r'<p class="round" [^>]*(?<! hidden)>', page)) == (0 if number == 1 else 2)
        for shown in (phone.get("/g/ABCD3456").text, desk.page()):
            assert ('id="round" data-round="2"' in shown) is (number == 2)
        for stage in ("crossing", "open") if number == 1 else ():
            door.move(stage)
