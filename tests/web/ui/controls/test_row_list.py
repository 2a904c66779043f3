from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { RowList } = await load("ui/controls/row-list.js");
document.body.innerHTML = '<ul id="list"></ul>';
const list = document.getElementById("list");
const made = [];
const rows = new RowList(list, (item) => {
  made.push(item.name);
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.textContent = `${item.name} ${item.fact ?? ""}`.trim();
  row.append(button);
  return row;
});
const shown = () => [...list.children].map(({ textContent }) => textContent);
const items = (...names) => names.map((name) => ({ name }));
"""


ORDERS = [["a", "b", "c"], ["c", "a"], ["b", "a", "d", "c"], ["d", "c", "b", "a"], ["e"], []]


def test_a_row_is_made_anew_only_if_its_item_has_changed(run: Run) -> None:
    body = """
    rows.show(items("a", "b"));
    rows.show([{ name: "a" }, { name: "b", fact: "new" }]);
    rows.show([]);
    rows.show(items("a"));
    return [made, shown()];
    """
    assert run(SCENE + body) == [["a", "b", "b", "a"], ["a"]]


def test_rows_stand_in_the_order_of_their_items(run: Run) -> None:
    body = """
    return argument.map((names) => { rows.show(items(...names)); return shown(); });
    """
    assert run(SCENE + body, ORDERS) == ORDERS


def test_other_rows_leave_a_button_its_focus(run: Run) -> None:
    body = """
    rows.show(items("a", "b", "c"));
    const button = list.children[1].firstChild;
    let blurs = 0;
    button.addEventListener("blur", () => { blurs += 1; });
    button.focus();
    rows.show([{ name: "new" }, { name: "b" }, { name: "c", fact: "other" }]);
    return [shown(), document.activeElement === button, blurs];
    """
    assert run(SCENE + body) == [["new", "b", "c other"], True, 0]
