from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { Waterfall } = await load("latency/waterfall.js");
const body = document.createElement("tbody");
const waterfall = new Waterfall(body, ["there", "back"], { there: "There", back: "Back", total: "Both" });
const rows = () => [...body.rows].map((row) => [...row.cells].map((cell) => cell.textContent));
const spans = () => [...body.querySelectorAll(".span")].map(({ style }) => [style.left, style.width]);
"""


def test_each_bar_begins_where_the_one_before_ends(run: Run) -> None:
    body = """
    waterfall.update({ there: 1, back: 3, total: 5 }, { there: 2, back: 4.25, total: 6 });
    return [rows(), spans()];
    """
    rows, spans = run(SCENE + body)
    assert rows == [["There", "", "1.0", "2.0"], ["Back", "", "3.0", "4.3"], ["Both", "", "5.0", "6.0"]]
    assert spans == [["0%", "25%"], ["25%", "75%"]]


def test_second_column_is_optional(run: Run) -> None:
    rows = run(SCENE + "waterfall.update({ there: 1, back: 3, total: 4 }); return rows();")
    assert rows == [["There", "", "1.0", ""], ["Back", "", "3.0", ""], ["Both", "", "4.0", ""]]


def test_missing_figures_are_dashes(run: Run) -> None:
    rows = run(SCENE + "waterfall.update(null, null); return rows();")
    assert rows == [[name, "", "–", "–"] for name in ("There", "Back", "Both")]
