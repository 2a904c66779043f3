from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { PeopleApi } = await load("connection/people-api.js");
const real = globalThis.fetch;
const sent = [];
globalThis.fetch = async (url, { method, body }) => {
  sent.push([method, url, body && JSON.parse(body)]);
  return method === "DELETE" ? new Response(null, { status: 204 }) : new Response('{"name": "Anna"}');
};
const api = new PeopleApi();
"""


def test_routes(run: Run) -> None:
    body = """
    const wanted = { role: "viewer", name: "Room 3", expires: 3600 };
    const answers = [await api.me(), await api.sessions(), await api.tokens(), await api.addToken(wanted)];
    await api.endSession("a/b");
    await api.removeToken("t1");
    await api.signOut();
    globalThis.fetch = real;
    return [sent, answers];
    """
    sent, answers = run(SCENE + body)
    assert sent == [
        ["GET", "api/me", None],
        ["GET", "api/sessions", None],
        ["GET", "api/tokens", None],
        ["POST", "api/tokens", {"role": "viewer", "name": "Room 3", "expires": 3600}],
        ["DELETE", "api/sessions/a%2Fb", None],
        ["DELETE", "api/tokens/t1", None],
        ["POST", "sign-out", {}],
    ]
    assert answers == 4 * [{"name": "Anna"}]
