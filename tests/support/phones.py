"""What a person does on a phone in a browser test, and what they wait for."""

from __future__ import annotations

import re
from typing import Any

ITS_OWN_WAY = re.compile("interrupted by another navigation|ERR_ABORTED")
ANYTHING = "form[data-tap]:visible, #foreign:visible, #carry:visible, #end, #nothing"


def go(page: Any, address: str) -> Any:
    """Open an address and return the answer; retry where the page moves on by itself at this moment.

    Raises `playwright.sync_api.Error` for every other failure, and after five tries.
    """
    from playwright.sync_api import Error  # the other tests run without a browser

    for _ in range(4):
        try:
            return page.goto(address)
        except Error as error:
            if not ITS_OWN_WAY.search(str(error)):
                raise
            page.wait_for_timeout(300)
    return page.goto(address)


def card_page(hall: Any, watched: Any, viewport: dict[str, int], *, language: str = "") -> Any:
    """Return the page of a new person of a hall, open and ready, with a card on it.

    Args:
        hall: the server.
        watched: makes browsers.
        viewport: width and height.
        language: language that they choose at the door; "" for that of the browser.
    """
    page = watched(hall.url, viewport=viewport).page()
    page.goto(f"{hall.url}/j/{hall.code}" + (f"?lang={language}" if language else ""))
    page.click("button.primary")
    go(page, f"{hall.url}/g/{hall.code}?cards=1")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def answer_card(page: Any, stance: int = 1) -> bool:
    """Answer the card that a phone shows and wait for the next page or card; return whether there was one.

    Where the card asks first whether the person reads its language, say yes.
    """
    page.locator(ANYTHING).first.wait_for()
    if page.locator("#foreign:visible").count():
        page.click("#foreign button[value='0']")
        page.locator("form[data-tap]:visible, #end, #nothing").first.wait_for()
    if not page.locator("form[data-tap]:visible").count():
        return False
    before = page.get_attribute("#deal", "data-desire")
    page.click(f"form[data-tap] button[value='{stance}']")
    page.wait_for_function("d => document.getElementById('deal')?.dataset.desire !== d", arg=before)
    return True


def at_step(page: Any, name: str) -> None:
    """Show one step of the reading ("line-0", "whole", "want-1", "end"), with and without script."""
    there = page.locator(f"#steps a[data-step='{name}']")
    there.first.wait_for(state="attached")
    if there.first.get_attribute("aria-current"):
        return
    if page.locator("html[data-ready]").count():
        there.first.evaluate("link => link.click()")
        page.locator(f"#steps a[data-step='{name}'][aria-current]").first.wait_for(state="attached")
    else:
        go(page, f"{page.url.split('?')[0].split('#')[0]}?at={name}")


def accessible(page: Any, role: str, *, focused: bool | None = None) -> list[dict[str, Any]]:
    """Return what the browser tells a screen reader of one role: names and the text within."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}

    def text(node: dict[str, Any]) -> str:
        own = node.get("name", {}).get("value", "") if node.get("role", {}).get("value") == "StaticText" else ""
        return own + "".join(text(by_id[child]) for child in node.get("childIds", ()) if child in by_id)

    out = []
    for node in nodes:
        if node.get("ignored") or node.get("role", {}).get("value") != role:
            continue
        about = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
        if focused is None or bool(about.get("focused")) is focused:
            out.append({"name": node.get("name", {}).get("value", ""), "text": text(node)})
    return out
