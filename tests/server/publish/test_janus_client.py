"""Janus' messages and the requests to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.publish.janus_client import JanusClient, JanusMessage, Room, parse, with_ice
from moof.server.publish.sfu import SfuError
from moof.server.transport.ice_restart import IceDescription

ROOM = Room.new(7, "north")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["janus", "data", "id", "plugindata", "error", "code", "jsep", "sdp"]), inner
        )
    ),
)


@pytest.fixture
def client() -> JanusClient:
    client = JanusClient(ROOM, "north")
    client.created(parse('{"janus": "success", "transaction": "1", "data": {"id": 5}}'))
    client.attached(parse('{"janus": "success", "transaction": "2", "data": {"id": 6}}'))
    return client


def test_the_secret_of_a_room_is_the_same_after_a_restart_and_the_pin_is_not() -> None:
    again = Room.new(7, "north")
    assert again.secret == ROOM.secret
    assert again.pin != ROOM.pin
    assert Room.new(8, "north").secret != ROOM.secret != Room.new(7, "south").secret
    assert not any(secret in repr(ROOM) for secret in (ROOM.pin, ROOM.secret))


def test_requests_name_session_handle_and_room(client: JanusClient) -> None:
    assert client.has_session
    assert client.keep_alive() == {"janus": "keepalive", "transaction": "1", "session_id": 5}
    request = client.join("v=0")
    assert (request["session_id"], request["handle_id"], request["transaction"]) == (5, 6, "2")
    assert request["body"] | {"pin": ""} == {
        "request": "joinandconfigure",
        "room": 7,
        "ptype": "publisher",
        "id": 1,
        "display": "Moof",
        "pin": "",
    }
    assert request["jsep"] == {"type": "offer", "sdp": "v=0"}
    assert client.end() == {"janus": "destroy", "transaction": "3", "session_id": 5}


def test_a_room_is_for_one_publisher_and_needs_the_key_to_be_made(client: JanusClient) -> None:
    body = client.create_room()["body"]
    assert (body["publishers"], body["is_private"], body["permanent"]) == (1, True, False)
    assert (body["admin_key"], body["pin"], body["secret"]) == ("north", ROOM.pin, ROOM.secret)
    assert "admin_key" not in JanusClient(ROOM, "").create_room()["body"]


def test_candidates_end(client: JanusClient) -> None:
    assert client.trickle(["1 1 udp 1 192.0.2.1 9 typ host"], "0")["candidates"] == [
        {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0},
        {"completed": True},
    ]


def test_errors_of_janus_and_of_the_plugin() -> None:
    of_janus = parse('{"janus": "error", "error": {"code": 458, "reason": "No such session 5"}}')
    with pytest.raises(SfuError, match=r"No such session 5 \(458\)"):
        of_janus.checked()
    data = {"videoroom": "event", "error_code": 426, "error": "No such room"}
    of_plugin = parse(json.dumps({"janus": "event", "plugindata": {"data": data}}))
    assert of_plugin.checked(426) is of_plugin
    with pytest.raises(SfuError, match="No such room"):
        of_plugin.checked()


def test_an_earlier_room_is_destroyed_but_not_somebody_elses(client: JanusClient) -> None:
    client.room_destroyed(JanusMessage("success", data={"videoroom": "destroyed"}))
    client.room_destroyed(JanusMessage("success", code=426))
    with pytest.raises(SfuError, match="room 7 is somebody else's"):
        client.room_destroyed(JanusMessage("success", code=433))


def test_what_ends_an_upload() -> None:
    assert parse('{"janus": "hangup", "sender": 6, "reason": "DTLS alert"}').ends_upload
    assert not parse('{"janus": "webrtcup"}').ends_upload


@given(JSON)
def test_no_message_is_another_error(content: object) -> None:
    try:
        parse(json.dumps(content))
    except SfuError:
        pass


@pytest.mark.parametrize("text", ["", "[]", "null", b"\xff", "{}", '{"janus": 1, "jsep": []}'])
def test_what_is_no_message(text: str | bytes) -> None:
    if text == '{"janus": 1, "jsep": []}':
        assert parse(text).kind == "1"
    else:
        with pytest.raises(SfuError, match="no message of Janus"):
            parse(text)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN"])
def test_numbers_that_are_none_are_no_message(number: str) -> None:
    for text in (
        f'{{"janus": "success", "data": {{"id": {number}}}}}',
        f'{{"janus": "error", "error": {{"code": {number}}}}}',
    ):
        with pytest.raises(SfuError, match="no message of Janus"):
            parse(text)


def test_an_offer_with_other_credentials() -> None:
    offer = "v=0\r\nm=video 9 x 1\r\na=candidate:old\r\na=ice-ufrag:old\r\na=ice-pwd:old\r\na=mid:0\r\n"
    assert with_ice(offer, IceDescription("new", "word", ("one", "two"))) == (
        "v=0\r\nm=video 9 x 1\r\na=candidate:one\r\na=candidate:two\r\na=ice-ufrag:new\r\na=ice-pwd:word\r\n"
        "a=mid:0\r\n"
    )
