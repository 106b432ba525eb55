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
