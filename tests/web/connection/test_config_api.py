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
