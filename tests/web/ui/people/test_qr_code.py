from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { QrCode } = await load("ui/people/qr-code.js");
const svg = (side) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}"/>`;
"""


def test_code_is_shown_and_hidden(run: Run) -> None:
    body = """
    const code = new QrCode(async () => svg(9));
    const before = code.element.hidden;
    await code.show("a");
    const shown = [code.element.hidden, code.element.firstElementChild instanceof SVGSVGElement];
    await code.show("");
    return [before, shown, code.element.hidden];
    """
    assert run(SCENE + body) == [True, [False, True], True]


def test_code_that_comes_late_is_not_shown_for_another_text(run: Run) -> None:
    body = """
    const answers = [];
    const code = new QrCode(() => new Promise((resolve) => answers.push(resolve)));
    const shows = [code.show("first"), code.show("second")];
    answers[1](svg(2));
    answers[0](svg(1));
    await Promise.all(shows);
    return code.element.firstElementChild.getAttribute("viewBox");
    """
    assert run(SCENE + body) == "0 0 2 2"


def test_server_without_codes_leaves_the_link(run: Run) -> None:
    body = """
    const code = new QrCode(async () => { throw new Error("404"); });
    await code.show("a");
    return code.element.hidden;
    """
    assert run(SCENE + body) is True
