from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { confirmClicks } = await load("ui/controls/confirmed-button.js");
const button = document.createElement("button");
document.body.replaceChildren(button);
let [acted, needed] = [0, true];
const forget = confirmClicks(button, {
  text: "Reset", question: "Really?", name: "the Mac", needed: () => needed, act: () => { acted += 1; },
});
const click = () => { button.click(); return [button.textContent, button.ariaLabel, acted]; };
"""


def test_second_click_acts(run: Run) -> None:
    assert run(SCENE + "return [click(), click()];") == [
        ["Really?", "Reset: the Mac. Really?", 0],
        ["Reset", "Reset: the Mac", 1],
    ]


def test_first_click_acts_where_nothing_can_be_lost(run: Run) -> None:
    assert run(SCENE + "needed = false; return click();") == ["Reset", "Reset: the Mac", 1]


def test_question_is_forgotten_when_the_button_is_left(run: Run) -> None:
    body = """
    click();
    button.dispatchEvent(new Event("blur"));
    const left = click();
    forget();
    return [left, click()];
    """
    question = ["Really?", "Reset: the Mac. Really?", 0]
    assert run(SCENE + body) == [question, question]
