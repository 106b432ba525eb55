"""Every figure of the report page has a row in docs/reference/numbers.md."""

from __future__ import annotations

from oneheart.engine.analysis import Analysis
from oneheart.reports import numbers, rendering
from tests.support.figures import bare, without_row


def test_every_figure_of_the_report_page_outside_of_a_sentence_has_a_row_and_a_new_one_is_seen(
    measured: Analysis,
) -> None:
    page = rendering.render(numbers.build(measured))
    assert len(bare(page)) > 20
    assert without_row(page) == []
    broken = page.replace("</main>", "<p><b>42</b> of 100</p></main>")
    assert without_row(broken) == ["42", "of 100"]
