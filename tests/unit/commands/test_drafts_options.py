"""Who drafts lines: `new --drafts`, `serve --translate`, and the whole way from a model on this machine to a box."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from oneheart.commands.making import settings_for
from oneheart.commands.serving import engines_by
from oneheart.connecting import Endpoint, checked
from oneheart.connecting.models import ENGINE
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live import opened
from oneheart.live.aside import Aside
from oneheart.live.drafting import draft_due
from oneheart.live.gathering import LiveGathering, create
from oneheart.model.prayer import DraftsBy
from tests.support.gatherings import CODE, make_settings

ENDPOINT = Endpoint(checked("https://models.example.org/v1"), "a-model")
needs_engine = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ENGINE), reason="the extra `translate` is not installed here"
)


def made(drafts: DraftsBy) -> ev.Settings:
    return settings_for(name="x", questions=(), voice="ten", languages=["en"], drafts=drafts)


def test_a_new_gathering_keeps_the_name_of_the_address_that_people_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "MODEL", "KEY", "PRIVATE"):
        monkeypatch.delenv(f"ONEHEART_LLM_{name}", raising=False)
    assert (made(DraftsBy.NOBODY).drafts_address, made(DraftsBy.HERE).drafts_address) == ("", "")
    with pytest.raises(UserError, match="ONEHEART_LLM_URL"):
        made(DraftsBy.ADDRESS)
    monkeypatch.setenv("ONEHEART_LLM_URL", "https://models.example.org/v1")
    monkeypatch.setenv("ONEHEART_LLM_MODEL", "a-model")
    assert made(DraftsBy.ADDRESS).drafts_address == "models.example.org"


def test_a_server_offers_what_its_operator_configured() -> None:
    assert engines_by(None, None, None).offered == (DraftsBy.NOBODY,)
    by_address = engines_by(ENDPOINT, None, None)
    assert (by_address.offered, by_address.address_name) == (
        (DraftsBy.NOBODY, DraftsBy.ADDRESS),
        "models.example.org",
    )


@needs_engine
@pytest.mark.process
def test_a_model_in_a_folder_drafts_the_card_of_a_reader_of_both(tmp_path: Path) -> None:
    from tests.support import tiny_model

    tiny_model.make(
        tmp_path / "models" / "en-es", [("I want peace for all", "Quiero paz para todos"), ("Bread", "Pan")]
    )
    path = tmp_path / "g.oneheart"
    create(path, make_settings(languages=["en", "es"], keep_days=30, cards=1, drafts=DraftsBy.HERE), code=CODE)

    async def work() -> tuple[str, bool]:
        gathering = LiveGathering.open(path)
        gathering.drafts.engines = engines_by(None, tmp_path / "models", aside)
        try:
            for seat in range(2):
                await gathering.take_seat(f"seat-number-{seat}", language="en", consent=1)
            await gathering.submit("s1", "reads-both-1", ev.LanguageUnread(1, "es", on=False))
            await gathering.submit("s0", "says-peace-1", ev.DesireSaid(0, "peace for all", "en", "want"))
            await gathering.submit("h0", "to-crossing", ev.StageMoved("crossing", 0))  # type: ignore[arg-type]
            gathering.dealer.carrying.chance = np.ones(1)
            assert aside.pid is None, "no process before the first line"
            await draft_due(gathering)
            card = opened.carrying_in_hand(gathering, 1, finished=True)
            assert card is not None
            return card.draft, bool(gathering.state.desires.carried.words)
        finally:
            await gathering.close()

    aside = Aside(niceness=10)
    try:
        assert asyncio.run(work()) == ("paz para todos", False)
    finally:
        aside.close()
