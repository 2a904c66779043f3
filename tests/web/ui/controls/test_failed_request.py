from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_a_refusal_has_the_servers_sentence_and_other_errors_one_of_the_page(run: Run) -> None:
    body = """
    const { describeFailure } = await load("ui/controls/failed-request.js");
    const { RequestError } = await load("connection/request-json.js");
    const errors = [new RequestError("There is no such Mac.", 404), new TypeError("Failed to fetch")];
    return errors.map(describeFailure);
    """
    assert run(body) == ["There is no such Mac.", "The server does not answer."]


def test_a_sentence_has_its_values_and_other_errors_what_they_say(run: Run) -> None:
    body = """
    const { describeFailure, reasonOf } = await load("ui/controls/failed-request.js");
    const { refusal } = await load("connection/request-json.js");
    const answer = { detail: "No disk a.", sentence: "No disk {disk}.", values: { disk: "b" } };
    const error = refusal(answer, 409);
    const others = [new Error("Cut."), "x"].map(reasonOf);
    return [describeFailure(error), reasonOf(error), ...others, error.message];
    """
    assert run(body) == ["No disk b.", "No disk b.", "Cut.", "x", "No disk a."]
