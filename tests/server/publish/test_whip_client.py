"""A WHIP client's requests, and what their answers mean."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.config.options import IceServer
from moof.server.config.publish_options import PublishOptions
from moof.server.publish.sdp_fragment import MEDIA_TYPE
from moof.server.publish.sfu import NoRestartError, SfuError
from moof.server.publish.whip_client import WhipClient, WhipResponse
from moof.server.transport.ice_restart import IceDescription

URL = "https://sfu.example/whip/room"
OFFER = "v=0\r\na=group:BUNDLE 0 1\r\nm=video 9 x 1\r\na=mid:0\r\n"
CREATED = WhipResponse(
    201,
    {
        "content-type": "application/sdp",
        "location": "/session/1",
        "etag": '"a"',
        "link": "<stun:s>; rel=ice-server",
    },
    "v=0\r\n",
)
ICE = IceDescription("user", "password", ("candidate",))
BEARER = "Bearer north"


@pytest.fixture
def client() -> WhipClient:
    return WhipClient(PublishOptions(URL, "north"))


@pytest.fixture
def opened(client: WhipClient) -> WhipClient:
    client.post(OFFER)
    client.opened(CREATED, 0)
    return client


def test_the_offer_and_its_answer(client: WhipClient) -> None:
    request = client.post(OFFER)
    assert (request.method, request.url, request.body) == ("POST", URL, OFFER)
    assert request.headers == {
        "content-type": "application/sdp",
        "accept": "application/sdp",
        "authorization": BEARER,
    }
    assert "north" not in repr(request)
    answer = client.opened(CREATED, 0)
    assert (answer.sdp, answer.ice_servers) == ("v=0\r\n", (IceServer("stun:s"),))


def test_without_a_token_there_is_no_authorization() -> None:
    assert "authorization" not in WhipClient(PublishOptions(URL)).post(OFFER).headers


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_repeats_the_offer(client: WhipClient, status: int) -> None:
    client.post(OFFER)
    request = client.redirected(WhipResponse(status, {"location": "/elsewhere"}))
    assert request is not None
    assert (request.method, request.url, request.body) == ("POST", "https://sfu.example/elsewhere", OFFER)
    assert request.headers["authorization"] == BEARER
    client.opened(replace(CREATED, headers={**CREATED.headers, "location": "session"}), 0)
    assert (ended := client.delete()) is not None
    assert ended.url == "https://sfu.example/session"


def test_another_origin_does_not_get_the_token(client: WhipClient) -> None:
    client.post(OFFER)
    request = client.redirected(WhipResponse(307, {"location": "https://other.example/whip"}))
    assert request is not None
    assert "authorization" not in request.headers
    assert client.host == "other.example"


@pytest.mark.parametrize(
    "target",
    [
        "http://sfu.example/",
        "ftp://a/",
        "javascript:x",
        "https://[::1",
        "https://a:99999/",
        "https://a:x/",
    ],
)
def test_redirects_that_are_not_followed(client: WhipClient, target: str) -> None:
    client.post(OFFER)
    with pytest.raises(SfuError, match="redirects to where no offer is sent"):
        client.redirected(WhipResponse(307, {"location": target}))


def test_redirects_end(client: WhipClient) -> None:
    client.post(OFFER)
    redirect = WhipResponse(308, {"location": "/"})
    for _ in range(5):
        assert client.redirected(redirect) is not None
    with pytest.raises(SfuError, match="more than 5 times"):
        client.redirected(redirect)


@pytest.mark.parametrize("status", [200, 204, 301, 302, 400, 401, 404, 500])
def test_other_answers_are_refusals(client: WhipClient, status: int) -> None:
    client.post(OFFER)
    assert client.redirected(WhipResponse(status)) is None
    with pytest.raises(SfuError, match=f"answers {status}") as refused:
        client.opened(WhipResponse(status), 0)
    assert refused.value.retry_after is None
    assert client.delete() is None


def test_retry_after_is_passed_on(client: WhipClient) -> None:
    with pytest.raises(SfuError) as refused:
        client.opened(WhipResponse(503, {"retry-after": "7"}), 0)
    assert refused.value.retry_after == 7


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("location", ""),
        ("location", "ftp://a/"),
        ("location", "https://[::1"),
        ("location", "https://a:99999/"),
        ("content-type", "text/html"),
    ],
)
def test_answers_that_cannot_be_used(client: WhipClient, header: str, value: str) -> None:
    with pytest.raises(SfuError, match="its answer"):
        client.opened(replace(CREATED, headers={**CREATED.headers, header: value}), 0)


@given(st.text(), st.text())
def test_any_address_in_an_answer_is_used_or_refused(first: str, second: str) -> None:
    client = WhipClient(PublishOptions(URL, "north"))
    client.post(OFFER)
    with contextlib.suppress(SfuError):
        client.redirected(WhipResponse(307, {"location": first}))
        client.opened(replace(CREATED, headers={**CREATED.headers, "location": second}), 0)
        assert client.delete() is not None
    assert client.host


def test_candidates_have_the_entity_tag(opened: WhipClient) -> None:
    request = opened.trickle(ICE)
    assert request is not None
    assert (request.method, request.url) == ("PATCH", "https://sfu.example/session/1")
    assert request.headers == {"content-type": MEDIA_TYPE, "if-match": '"a"', "authorization": BEARER}
    assert request.body.startswith("a=group:BUNDLE 0 1\r\nm=video 9 x 1\r\na=mid:0\r\n")
    opened.trickled(WhipResponse(204))
    assert opened.trickle(ICE) is not None
    opened.trickled(WhipResponse(405))
    assert opened.trickle(ICE) is None


def test_without_an_entity_tag_nothing_must_match(client: WhipClient) -> None:
    headers = {name: value for name, value in CREATED.headers.items() if name != "etag"}
    client.opened(replace(CREATED, headers=headers), 0)
    request = client.trickle(ICE)
    assert request is not None
    assert "if-match" not in request.headers


def test_a_restart_of_ice_has_another_entity_tag(opened: WhipClient) -> None:
    assert opened.restart(ICE).headers["if-match"] == "*"
    body = "a=ice-ufrag:u\r\na=ice-pwd:p\r\na=candidate:c\r\n"
    answer = WhipResponse(200, {"content-type": MEDIA_TYPE, "etag": '"b"'}, body)
    assert opened.restarted(answer) == IceDescription("u", "p", ("c",))
    request = opened.trickle(ICE)
    assert request is not None
    assert request.headers["if-match"] == '"b"'


@pytest.mark.parametrize(
    "response", [WhipResponse(405), WhipResponse(204), WhipResponse(200, {"content-type": MEDIA_TYPE}, "x")]
)
def test_refused_restarts(opened: WhipClient, response: WhipResponse) -> None:
    with pytest.raises(NoRestartError):
        opened.restarted(response)


def test_the_session_is_deleted_once(opened: WhipClient) -> None:
    request = opened.delete()
    assert request is not None
    assert (request.method, request.url) == ("DELETE", "https://sfu.example/session/1")
    assert request.headers == {"authorization": BEARER}
    assert opened.delete() is None


def test_a_session_in_plain_sight_does_not_get_the_token(client: WhipClient) -> None:
    headers = {**CREATED.headers, "location": "http://media.example/1"}
    client.opened(replace(CREATED, headers=headers), 0)
    assert (request := client.delete()) is not None
    assert "authorization" not in request.headers
