from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_a_row_has_a_name_and_a_list_that_is_disabled(run: Run) -> None:
    body = """
    const { createChoiceRow } = await load("ui/controls/choice-row.js");
    const row = createChoiceRow("colour", "Colour", [["", "none"], ["1", "<b>one</b>"]]);
    document.body.replaceChildren(row);
    const list = document.getElementById("colour");
    const shown = [row.className, row.firstChild.control === list, list.disabled, row.firstChild.innerText];
    return [...shown, [...list.options].map(({ value, text }) => [value, text])];
    """
    assert run(body) == ["choice-row setting", True, True, "Colour", [["", "none"], ["1", "<b>one</b>"]]]
