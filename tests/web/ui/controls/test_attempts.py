from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { Attempts, sentenceIn } = await load("ui/controls/attempts.js");
const { RequestError } = await load("connection/request-json.js");
const told = [];
const attempts = new Attempts((sentence) => told.push(sentence));
const refuse = async () => { throw new RequestError("There is no such Mac.", 404); };
"""


def test_an_attempt_answers_with_its_result_and_tells_what_is_going_on(run: Run) -> None:
    body = 'return [await attempts.try(async () => 7, "Copying…"), await attempts.try(async () => {}), told];'
    assert run(SCENE + body) == [7, None, ["Copying…", ""]]


def test_a_failure_is_told(run: Run) -> None:
    body = 'return [await attempts.try(refuse, "Copying…"), told];'
    assert run(SCENE + body) == [None, ["Copying…", "There is no such Mac."]]


def test_a_change_during_another_one_is_not_begun(run: Run) -> None:
    body = """
    let end;
    const first = attempts.change(() => new Promise((resolve) => { end = resolve; }));
    const meanwhile = [attempts.isBusy, await attempts.change(async () => "second")];
    end("first");
    return [meanwhile, await first, attempts.isBusy, await attempts.change(async () => "third")];
    """
    assert run(SCENE + body) == [[True, None], "first", False, "third"]


def test_another_change_can_follow_one_that_failed(run: Run) -> None:
    body = "return [await attempts.change(refuse), attempts.isBusy, await attempts.change(async () => 1)];"
    assert run(SCENE + body) == [None, False, 1]


def test_a_sentence_is_shown_and_hidden(run: Run) -> None:
    body = """
    const element = document.createElement("p");
    const tell = sentenceIn(element);
    const shown = () => [element.textContent, element.hidden];
    tell("No.");
    const first = shown();
    tell("");
    return [first, shown()];
    """
    assert run(SCENE + body) == [["No.", False], ["", True]]
