from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_routes(run: Run) -> None:
    body = """
    const { ConfigApi } = await load("connection/config-api.js");
    const real = globalThis.fetch;
    const sent = [];
    globalThis.fetch = async (url, { method, body }) => {
      sent.push([method, url, body && JSON.parse(body)]);
      return new Response('{"ram": 8}');
    };
    const api = new ConfigApi();
    const answers = [await api.config(), await api.setConfig({ ram: 16 })];
    globalThis.fetch = real;
    return [sent, answers];
    """
    sent, answers = run(body)
    assert sent == [["GET", "api/config", None], ["PUT", "api/config", {"ram": 16}]]
    assert answers == 2 * [{"ram": 8}]


def test_an_older_server_has_no_route_for_emulators(run: Run) -> None:
    body = """
    const { ConfigApi } = await load("connection/config-api.js");
    const real = globalThis.fetch;
    const answers = [];
    for (const status of [200, 404, 409]) {
      globalThis.fetch = async () => new Response('{"detail": "No."}', { status });
      answers.push(await new ConfigApi().emulators().catch((error) => error.message));
    }
    globalThis.fetch = real;
    return answers;
    """
    assert run(body) == [{"detail": "No."}, None, "No."]
