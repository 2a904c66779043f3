import pytest

from moof.server.http.body_limits import MAX_BODY, BodyLimits


def scope(path: str = "/api/codec", method: str = "POST", **headers: str) -> dict[str, object]:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": raw}


@pytest.mark.parametrize("length", ["", "-1", "1e3", "a", "٣"])
def test_length_must_be_a_number(length: str) -> None:
    refused = BodyLimits().check(scope(content_length=length))
    assert refused is not None
    assert refused.status == 411


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("length", [{}, {"content_length": "2"}])
def test_chunked_body_is_refused_with_and_without_a_length(method: str, length: dict[str, str]) -> None:
    refused = BodyLimits().check(scope(method=method, transfer_encoding="chunked", **length))
    assert refused is not None
    assert refused.status == 411


def test_request_without_a_body_needs_no_length() -> None:
    assert BodyLimits().check(scope()) is None
    assert BodyLimits().length(scope()) == 0
    assert BodyLimits().length(scope(content_length="12")) == 12


@pytest.mark.parametrize(
    ("path", "most"), [("/api/codec", MAX_BODY), ("/api/disks/a.img", 10**9), ("/api/roms/a.rom", 10**9)]
)
def test_limit_depends_on_the_path(path: str, most: int) -> None:
    limits = BodyLimits(max_upload=10**9)
    assert limits.check(scope(path, content_length=str(most))) is None
    refused = limits.check(scope(path, content_length=str(most + 1)))
    assert refused is not None
    assert (refused.status, str(most) in refused.detail) == (413, True)


@pytest.mark.parametrize("path", ["/api/prefs", "/api/capture"])
def test_preferences_and_recordings_may_be_longer(path: str) -> None:
    assert BodyLimits().check(scope(path, content_length=str(MAX_BODY + 1))) is None


def test_reading_may_have_a_small_body_only() -> None:
    assert BodyLimits().check(scope(method="GET", content_length="2")) is None
    refused = BodyLimits(10**9).check(scope("/api/disks/a", "GET", content_length=str(MAX_BODY + 1)))
    assert refused is not None
    assert refused.status == 413


def test_length_of_thousands_of_digits_is_too_large() -> None:
    refused = BodyLimits().check(scope(content_length="9" * 5_000))
    assert refused is not None
    assert refused.status == 413


def test_websockets_are_not_limited() -> None:
    assert BodyLimits().check({**scope(content_length="x"), "type": "websocket"}) is None
