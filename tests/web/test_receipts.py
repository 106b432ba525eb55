"""Receipts: each answer to a phone or a program has one, and it is proved under the next head, to its person only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.storage.merkle import extends, includes
from oneheart.verifier import check_bundle
from tests.support.gatherings import CODE
from tests.support.heads import end_stage, published

HOME = f"/g/{CODE}"
API = f"/api/v1/gatherings/{CODE}"
JSON = {"accept": "application/json"}


@pytest.fixture
def hall(open_door: Any) -> Any:
    door = open_door()
    for number in range(6):
        door.say(door.join(), f"wish {number}")
    return door


def bearer_of(browser: Any) -> dict[str, str]:
    """Return the header by which a program acts for the seat of a browser."""
    return {"authorization": next(f"Bearer {one.value}" for one in browser.cookies.jar if one.name == "seat")}


def proves(told: dict[str, Any], commitment: str) -> bool:
    """Return whether the server's answer proves that a receipt is under the head that it names."""
    (receipt,) = [one for one in told["receipts"] if one["commitment"] == commitment]
    head = told["head"]
    return receipt["index"] is not None and includes(
        leaf=bytes.fromhex(commitment),
        index=receipt["index"],
        size=head["size"],
        path=[bytes.fromhex(node) for node in receipt["path"]],
        root=bytes.fromhex(head["root"]),
    )


def test_every_kept_answer_has_a_receipt_that_the_next_head_proves(hall: Any) -> None:
    browser = hall.join()
    desire = browser.get(HOME, headers=JSON).json()["next"]["desire"]
    tap = {"key": "one-tap-0001", "desire": desire, "stance": "1"}
    answer = browser.post(f"{HOME}/respond", data=tap, headers=JSON).json()
    assert (len(answer["receipt"]), answer["heads"]) == (64, 0)
    assert browser.post(f"{HOME}/respond", data=tap, headers=JSON).json()["receipt"] == answer["receipt"]
    said = browser.post(f"{HOME}/desire", data={"key": "one-wish-01", "text": "Water for all"}, headers=JSON).json()
    told = browser.get(f"{HOME}/receipts.json").json()
    assert told["head"] is None
    places = {one["commitment"]: one["index"] for one in told["receipts"]}
    assert places == {answer["receipt"]: None, said["receipt"]: None}
    end_stage(hall, "crossing")
    told = browser.get(f"{HOME}/receipts.json").json()
    assert told["head"]["size"] == 50
    assert proves(told, answer["receipt"])
    assert proves(told, said["receipt"])
    assert len(told["receipts"]) == 2


def test_a_page_without_script_shows_the_receipt_of_a_tap(hall: Any) -> None:
    browser = hall.join()
    desire = browser.get(HOME, headers=JSON).json()["next"]["desire"]
    page = browser.post(f"{HOME}/respond", data={"key": "one-tap-0002", "desire": desire, "stance": "0"}).text
    (shown,) = re.findall(r'data-receipt="([0-9a-f]{64})"', page)
    assert f'<code dir="ltr">{shown}</code>' in page
    (kept,) = browser.get(f"{HOME}/receipts.json").json()["receipts"]
    assert kept["commitment"] == shown
    assert "data-receipt" not in browser.get(f"{HOME}?cards=1").text


def test_a_receipt_of_another_person_is_unknown_and_heads_are_for_everybody(hall: Any) -> None:
    ann, bo = hall.join(), hall.join()
    answer = ann.post(f"{HOME}/desire", data={"key": "anns-wish-1", "text": "Bread for all"}, headers=JSON).json()
    end_stage(hall, "crossing")
    bearer = {browser: bearer_of(browser) for browser in (ann, bo)}
    address = f"{API}/me/receipts/{answer['receipt']}"
    mine = ann.get(address, headers=bearer[ann]).json()
    assert mine["commitment"] == answer["receipt"]
    assert mine in ann.get(f"{API}/me/receipts", headers=bearer[ann]).json()["receipts"]
    asked = (answer["receipt"], "0" * 64)
    foreign, nothing = (bo.get(f"{API}/me/receipts/{leaf}", headers=bearer[bo]) for leaf in asked)
    assert (foreign.status_code, foreign.text) == (nothing.status_code, nothing.text)
    assert foreign.status_code == 404
    assert answer["receipt"] not in bo.get(f"{HOME}/receipts.json").text
    heads = bo.get(f"{API}/heads").json()
    assert heads == ann.get(f"{HOME}/heads.json").json()
    assert [set(head) for head in heads["heads"]] == [{"number", "size", "root", "chain"}]


def test_each_head_is_proved_to_extend_every_earlier_one_and_sizes_of_no_head_are_unknown(hall: Any) -> None:
    browser = hall.join()
    stages = ("crossing", "open", "crossing")
    for number, stage in enumerate(stages):
        for seat in range(5):
            hall.submit(f"s{seat}", f"again-{number}-{seat}", ev.SeatChanged(seat, language="en"))
        end_stage(hall, stage)
    heads = browser.get(f"{HOME}/heads.json").json()["heads"]
    assert [head["number"] for head in heads] == [1, 2, 3]
    for first in heads:
        for second in heads:
            answer = browser.get(f"{HOME}/consistency.json?first={first['size']}&second={second['size']}")
            api = browser.get(f"{API}/heads/consistency?first={first['size']}&second={second['size']}")
            if first["size"] > second["size"]:
                assert answer.status_code == api.status_code == 404
                continue
            assert answer.json() == api.json()
            assert extends(
                first=(first["size"], bytes.fromhex(first["root"])),
                second=(second["size"], bytes.fromhex(second["root"])),
                path=[bytes.fromhex(node) for node in answer.json()["path"]],
            )
    for wrong in (
        "first=1&second=50",
        "first=50&second=51",
        "first=-50&second=50",
        "first=٥٠&second=50",
        "",
        "first=" + "9" * 99,
    ):
        assert browser.get(f"{HOME}/consistency.json?first={wrong}").status_code == 404


def test_an_erased_persons_receipts_are_gone_and_the_record_still_extends(hall: Any) -> None:
    browser = hall.join()
    browser.post(f"{HOME}/desire", data={"key": "soon-gone-1", "text": "Gone soon"}, headers=JSON)
    end_stage(hall, "crossing")
    before = browser.get(f"{HOME}/heads.json").json()
    browser.post(f"{HOME}/erase", data={"key": "erase-mine-1", "sure": "yes"})
    assert browser.get(f"{HOME}/receipts.json", headers=JSON).status_code == 401
    assert hall.join().get(f"{HOME}/heads.json").json() == before
    hall.submit("h0", "the-end", ev.Ended())
    published(hall)
    assert [head.size for head in hall.gathering.state.heads.published] == [50, 100]


def test_programs_get_the_receipt_of_what_they_do(hall: Any) -> None:
    browser = hall.join()
    bearer = bearer_of(browser)
    said = browser.post(f"{API}/desires", json={"key": "by-program-1", "text": "Shade for all"}, headers=bearer).json()
    card = browser.get(f"{API}/card", headers=bearer).json()
    assert card["receipt"] == ""
    answered = browser.post(
        f"{API}/responses", json={"key": "by-program-2", "desire": card["card"]["desire"], "stance": 1}, headers=bearer
    ).json()
    told = browser.get(f"{API}/me/receipts", headers=bearer).json()["receipts"]
    assert {one["commitment"] for one in told} == {said["receipt"], answered["receipt"]}


def test_bundles_are_downloaded_by_those_who_may_read_and_hold_what_they_may_read(hall: Any) -> None:
    browser = hall.join()
    browser.post(f"{HOME}/desire", data={"key": "my-own-wish-for-the-bundle", "text": "Secret words of mine"})
    end_stage(hall, "crossing")
    mine = browser.get(f"{HOME}/bundle.json")
    assert mine.headers["content-disposition"] == 'attachment; filename="oneheart-bundle.json"'
    assert len(mine.json()["receipts"]) == 1
    assert "Secret words of mine" not in mine.text
    assert any("proved: " in line for line in check_bundle.check(mine.json())[0])
    script = browser.get("/check_bundle.py")
    assert script.content == Path(check_bundle.__file__).read_bytes()
    for language in ("en", "he", "ru", "es"):
        page = browser.get(f"/verify.html?lang={language}").text
        assert f'<html lang="{language}"' in page
        assert "import " not in page.split("<script")[1].split("\n\n")[0]
        assert not re.search(r'(src|href)="', page), "everything is in one file"
