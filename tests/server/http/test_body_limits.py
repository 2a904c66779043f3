from typing import Any

import pytest

from moof.server.http.body_limits import MAX_BODY, BodyLimits

LIMITS = BodyLimits(10 * MAX_BODY)


def request(path: str, method: str = "POST", **headers: str) -> dict[str, Any]:
    """Return the ASGI scope of a request; "_" in a header's name stands for "-"."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": raw}


@pytest.mark.parametrize(("path", "limit"), [("/api/codec", MAX_BODY), ("/api/disks/a", 10 * MAX_BODY)])
def test_limit_depends_on_the_path(path: str, limit: int) -> None:
    assert LIMITS.check(request(path, content_length=str(limit))) is None
    refused = LIMITS.check(request(path, content_length=str(limit + 1)))
    assert refused is not None
    assert refused.status == 413
    assert str(limit) in refused.detail


@pytest.mark.parametrize("headers", [{"transfer_encoding": "chunked"}, {"content_length": "-1"}])
def test_length_must_be_known(headers: dict[str, str]) -> None:
    refused = LIMITS.check(request("/api/codec", **headers))
    assert refused is not None
    assert refused.status == 411


def test_requests_without_a_body_and_websockets_are_allowed() -> None:
    assert LIMITS.check(request("/api/restart")) is None
    assert LIMITS.check(request("/", "GET", content_length="1000000")) is None
    assert LIMITS.check({"type": "websocket"}) is None
