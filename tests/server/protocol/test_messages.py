import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.protocol.latency_messages import Latency, PathTimes
from moof.server.protocol.messages import (
    MAX_CANDIDATE,
    MAX_SDP,
    Answer,
    Bye,
    Candidate,
    ClientMessage,
    CodecChanged,
    CodecOffer,
    CommandRequest,
    EmulatorView,
    Error,
    Hello,
    Join,
    Offer,
    Restart,
    ServerMessage,
    SetCodec,
    SignalingError,
    Status,
    encode,
    parse,
    schema,
)

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"type": "join", "codec": "png"}, Join("png")),
        ({"type": "join", "codec": None}, Join(None)),
        ({"type": "join"}, Join(None)),
        ({"type": "join", "media": "socket"}, Join(None, "socket")),
        ({"type": "join", "media": "meanwhile"}, Join(None, "meanwhile")),
        ({"type": "join", "media": "offered"}, Join(None, "offered")),
        ({"type": "join", "media": ["rtp"]}, Join(None)),
        ({"type": "answer", "sdp": "v=0"}, Answer("v=0")),
        ({"type": "candidate", "candidate": "candidate:1", "mid": "0"}, Candidate("candidate:1", "0")),
        ({"type": "codec", "codec": "h264"}, SetCodec("h264")),
        ({"type": "restart"}, Restart()),
        ({"type": "command", "command": "pause"}, CommandRequest("pause")),
        ({"type": "restart", "unknown": "fields are left alone"}, Restart()),
    ],
)
def test_each_client_message_is_parsed(fields: dict[str, object], message: ClientMessage) -> None:
    assert parse(json.dumps(fields)) == message


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 10_000, "not JSON"),
        ("[" * 100_000, "more than"),
        ("[]", "a JSON object"),
        ('"join"', "a JSON object"),
        ("{}", "type must be one of"),
        ('{"type": 3}', "type must be one of"),
        ('{"type": ["join"]}', "type must be one of"),
        ('{"type": "offer", "sdp": ""}', "type must be one of"),
        ('{"type": "join", "codec": 1}', "needs a text 'codec'"),
        ('{"type": "answer"}', "needs a text 'sdp'"),
        ('{"type": "candidate", "candidate": "x"}', "needs a text 'mid'"),
        ('{"type": "codec"}', "needs a text 'codec'"),
        ('{"type": "command", "command": "stop"}', "one of 'reset', 'pause' or 'resume'"),
        (json.dumps({"type": "answer", "sdp": "x" * (MAX_SDP + 1)}), "longer than"),
        (
            json.dumps({"type": "candidate", "candidate": "x" * (MAX_CANDIDATE + 1), "mid": "0"}),
            "longer than",
        ),
    ],
)
def test_an_invalid_message_raises_signaling_error_with_a_reason(text: str, complaint: str) -> None:
    with pytest.raises(SignalingError, match=complaint):
        parse(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["type", "codec", "sdp", "mid"]) | st.text(), inner)
    ),
    max_leaves=10,
)


@given(st.text() | JSON.map(json.dumps))
def test_any_text_is_a_message_or_a_signaling_error(text: str) -> None:
    try:
        parse(text)
    except SignalingError:
        pass


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (
            Hello(
                "0.1.0", "a1", "h264", (CodecOffer("h264", "H.264", "rtp"),), ({"urls": "stun:example.org"},)
            ),
            {
                "type": "hello",
                "version": "0.1.0",
                "viewer": "a1",
                "codec": "h264",
                "codecs": [{"name": "h264", "label": "H.264", "transport": "rtp"}],
                "iceServers": [{"urls": "stun:example.org"}],
                "role": "player",
                "session": "",
                "resumed": False,
                "qualities": ["sharp", "balanced", "saving"],
            },
        ),
        (
            Offer("v=0", ({"urls": "turn:example.org"},)),
            {"type": "offer", "sdp": "v=0", "iceServers": [{"urls": "turn:example.org"}]},
        ),
        (CodecChanged("png", "auto"), {"type": "codec", "codec": "png", "choice": "auto"}),
        (
            Status(EmulatorView(True, 1, "running", 640, 480), "note"),
            {
                "type": "status",
                "emulator": {
                    "connected": True,
                    "pid": 1,
                    "state": "running",
                    "width": 640,
                    "height": 480,
                    "capturing": False,
                    "responding": True,
                },
                "note": "note",
                "off": False,
            },
        ),
        (Error("what"), {"type": "error", "message": "what"}),
        (Error("\udcff"), {"type": "error", "message": "\udcff"}),
        (Bye("why", final=True), {"type": "bye", "message": "why", "final": True}),
    ],
)
def test_server_messages_are_encoded(message: ServerMessage, fields: dict[str, object]) -> None:
    assert json.loads(encode(message)) == fields


TIMES = {part.name: 1.5 for part in dataclasses.fields(PathTimes)}
LATENCY: dict[str, Any] = {
    "type": "latency",
    "samples": 3,
    "clockOffset": -2.5,
    "median": TIMES,
    "late": TIMES,
}


def test_a_latency_report_is_read() -> None:
    times = PathTimes(**TIMES)
    assert parse(json.dumps(LATENCY | {"more": 1})) == Latency(3, -2.5, times, times)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("samples", 0),
        ("samples", True),
        ("samples", 10**9),
        ("clockOffset", None),
        ("clockOffset", math.nan),
        ("median", []),
        ("median", {}),
        ("late", TIMES | {"mac": -1}),
        ("late", TIMES | {"mac": math.inf}),
        ("late", TIMES | {"mac": "1"}),
        ("late", TIMES | {"mac": True}),
    ],
)
def test_a_latency_report_with_a_value_out_of_range_is_refused_by_its_name(name: str, value: Any) -> None:
    with pytest.raises(SignalingError, match=name):
        parse(json.dumps(LATENCY | {name: value}))


def test_the_schema_in_docs_is_that_of_the_messages() -> None:
    written = json.loads((ROOT / "docs/signaling.schema.json").read_text("utf-8"))
    assert written == schema(), "run scripts/schema"


def test_the_schema_requires_the_type() -> None:
    assert schema()["client"]["$defs"]["Restart"]["required"] == ["type"]
