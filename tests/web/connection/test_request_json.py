from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def test_a_refusal_keeps_the_sentence_and_its_values(run: Run) -> None:
    body = """
    const { refusal } = await load("connection/request-json.js");
    const values = { disk: "a" };
    return [
      refusal({ detail: "No a.", sentence: "No {disk}.", values }, 409),
      refusal({ detail: "No." }, 404),
      refusal(null, 502),
    ].map(({ message, status, said }) => [message, status, said]);
    """
    assert run(body) == [
        ["No a.", 409, {"sentence": "No {disk}.", "values": {"disk": "a"}}],
        ["No.", 404, {"sentence": "No.", "values": {}}],
        ["HTTP status 502", 502, {"sentence": "HTTP status 502", "values": {}}],
    ]


REQUEST = """
const { requestJson } = await load("connection/request-json.js");
const real = globalThis.fetch;
const sent = [];
globalThis.fetch = async (url, { method, body }) => {
  sent.push([method, url, body]);
  return new Response(argument.body || null, { status: argument.status });
};
const failed = (error) => [error.status, error.message];
const answer = await requestJson(argument.method, "api/x", argument.sent).catch(failed);
globalThis.fetch = real;
return [...sent, answer];
"""


@pytest.mark.parametrize(
    ("request_", "sent", "answer"),
    [
        ({"method": "POST", "sent": {"a": 1}, "status": 200, "body": '{"id": 5}'}, '{"a":1}', {"id": 5}),
        ({"method": "POST", "status": 204}, "{}", None),
        ({"method": "DELETE", "status": 204}, None, None),
        ({"method": "GET", "status": 403, "body": '{"detail": "Not yours."}'}, None, [403, "Not yours."]),
        ({"method": "GET", "status": 500}, None, [500, "HTTP status 500"]),
    ],
)
def test_requests_for_people(run: Run, request_: dict[str, Any], sent: str | None, answer: Any) -> None:
    assert run(REQUEST, request_) == [[request_["method"], "api/x", sent], answer]
