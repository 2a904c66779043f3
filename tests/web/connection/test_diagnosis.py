from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

DIAGNOSE = """
const { diagnose } = await load("connection/diagnosis.js");
const real = globalThis.fetch;
const requests = [];
globalThis.fetch = async (url) => {
  requests.push(String(url));
  if (argument.status === 0) throw new TypeError("Failed to fetch");
  const headers = { "content-type": argument.type };
  return new Response(argument.body, { status: argument.status, headers });
};
const page = { origin: "https://mac.example", host: "mac.example" };
const found = await diagnose(new URL("wss://mac.example/mac/signaling?session=key"), page);
globalThis.fetch = real;
return [requests, found && [found.title, found.detail]];
"""
PROBLEM = "application/problem+json"

OBSERVE = """
const { SignalingDiagnosis } = await load("connection/diagnosis.js");
const real = globalThis.fetch;
let requests = 0;
globalThis.fetch = async () => { requests += 1; return new Response("", { status: 404 }); };
const results = [];
const url = new URL("ws://mac.example/signaling");
const diagnosis = new SignalingDiagnosis(url, (found) => results.push(found?.title ?? null));
for (const state of argument) {
  diagnosis.observe(state);
  await new Promise((resolve) => setTimeout(resolve, 0));
}
globalThis.fetch = real;
return [requests, results.length ? results.at(-1) !== null : null];
"""


@pytest.mark.parametrize(
    ("status", "kind", "body", "title", "detail"),
    [
        (426, PROBLEM, '{"detail": "No Upgrade."}', "does not pass WebSockets on", "proxy_http_version 1.1"),
        (401, PROBLEM, '{"detail": "A token is needed."}', "You are signed out", "A token is needed."),
        (403, PROBLEM, '{"detail": "Another host."}', "refuses this page’s WebSocket", "Another host."),
        (200, "text/html", "<p>Welcome", "does not pass /signaling on", "mac.example itself answers"),
        (502, "text/html", "<p>Bad gateway", "does not answer", "502"),
        (200, PROBLEM, "{}", "does not pass /signaling on", "200"),
    ],
)
def test_the_answer_names_the_reason(
    run: Run, status: int, kind: str, body: str, title: str, detail: str
) -> None:
    requests, found = run(DIAGNOSE, {"status": status, "type": kind, "body": body})
    assert requests == ["https://mac.example/mac/signaling?origin=https%3A%2F%2Fmac.example"]
    assert title in found[0]
    assert detail in found[1]


@pytest.mark.parametrize(("status", "kind", "body"), [(0, "", ""), (403, PROBLEM, "no JSON")])
def test_without_an_answer_nothing_is_known(run: Run, status: int, kind: str, body: str) -> None:
    assert run(DIAGNOSE, {"status": status, "type": kind, "body": body})[1] is None


@pytest.mark.parametrize(
    ("states", "requests", "known"),
    [
        (["connecting", "waiting"], 0, None),
        (["connecting", "waiting", "connecting", "waiting"], 1, True),
        (3 * ["connecting", "waiting"], 2, True),
        (["connecting", "open", "waiting", "connecting", "waiting"], 0, None),
        ([*(2 * ["connecting", "waiting"]), "connecting", "open"], 1, False),
    ],
)
def test_the_second_failure_in_a_row_is_diagnosed(
    run: Run, states: list[str], requests: int, known: bool | None
) -> None:
    assert run(OBSERVE, states) == [requests, known]
