"""Where QR codes lead: to an address that phones can open, also from a desk that was opened on the machine itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from oneheart.web import reach
from oneheart.web.app import make_app
from oneheart.web.reach import Reach
from tests.support.desks import Desk
from tests.support.gatherings import CODE, Browser, Door

HERE, LAN, OTHER = "http://127.0.0.1:8000", "http://10.0.0.7:8000", "http://192.168.1.4:8000"


class AtHome(Browser):
    """A browser on the machine of the server."""

    def post(self, url: str, **more: Any) -> Any:  # type: ignore[override]
        """Send a form as our own page would."""
        return super().post(url, headers={"origin": HERE}, **more)


class Machine(Door):
    """A house whose pages are opened on its own machine."""

    def browser(self) -> Browser:
        """Return another browser, without any cookie."""
        other = AtHome(self._app, base_url=HERE, follow_redirects=False)
        other.portal = self._first.portal
        return other


@pytest.fixture
def at_loopback(make_gathering: Callable[..., Any]) -> Iterator[Callable[[Reach], Desk]]:
    """Return what opens a desk at an address of the machine alone, given what is known of its networks."""
    clients: list[Browser] = []

    def opened(known: Reach) -> Desk:
        house = make_gathering()
        client = AtHome(make_app(house, hosts=["127.0.0.1"], reach=known), base_url=HERE, follow_redirects=False)
        client.__enter__()
        clients.append(client)
        return Desk(Machine(house, client))

    yield opened
    for client in clients:
        client.__exit__(None, None, None)


def told(page: str) -> list[str]:
    return re.findall(r"data-base>([^<]*)<", page)


def leads_to(page: str) -> set[str]:
    """Return the addresses at which somebody is told to join."""
    return {*re.findall(r"https?://[0-9.]+:\d+(?=/j/)", page)}


def test_a_desk_at_loopback_names_an_address_of_the_network_and_offers_the_others(
    at_loopback: Callable[[Reach], Desk],
) -> None:
    desk = at_loopback(Reach(find=lambda: (LAN, OTHER)))
    page = desk.page()
    assert (told(page), leads_to(page)) == ([LAN], {LAN})
    assert f'name="base" value="{OTHER}"' in page
    assert told(desk.page("/cards")) == [LAN]
    assert LAN.split("://")[1] in desk.browser.get(f"/hall/{CODE}").text
    assert f'value="{LAN}/host/enter/' in desk.browser.post(f"{desk.home}/invite").text
    assert desk.browser.post(f"{desk.home}/reach", data={"base": OTHER}).status_code == 303
    assert (told(desk.page()), leads_to(desk.page())) == ([OTHER], {OTHER})


def test_only_an_offered_address_can_be_chosen(at_loopback: Callable[[Reach], Desk]) -> None:
    desk = at_loopback(Reach(find=lambda: (LAN,)))
    assert desk.browser.post(f"{desk.home}/reach", data={"base": "http://evil.example"}).status_code == 404
    assert told(desk.page()) == [LAN]


def test_a_machine_without_a_network_says_that_no_phone_can_come(at_loopback: Callable[[Reach], Desk]) -> None:
    assert 'data-reaches="0"' in at_loopback(Reach()).page()


def test_with_a_public_address_every_code_leads_there_and_nothing_is_asked(
    at_loopback: Callable[[Reach], Desk],
) -> None:
    page = at_loopback(Reach(public="https://heart.example")).page()
    assert told(page) == []
    assert "https://heart.example/j/" in page


def test_a_build_that_takes_loopback_for_an_address_of_the_network_is_found_out(
    at_loopback: Callable[[Reach], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "is_loopback", lambda _base: False)
    page = at_loopback(Reach(find=lambda: (LAN, OTHER))).page()
    assert (told(page), leads_to(page)) == ([], {HERE})


def test_the_networks_are_looked_at_once_in_ten_seconds() -> None:
    looked: list[int] = []

    def find() -> tuple[str, ...]:
        looked.append(1)
        return (LAN,)

    known = Reach(find=find)
    assert [known.base(HERE, "") for _ in range(3)] == [LAN] * 3
    assert len(looked) == 1
