import struct
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SPLIT = """
const { splitBinaryMessage } = await load("connection/websocket-media.js");
const parts = splitBinaryMessage(Uint8Array.from(argument).buffer);
return parts.map((part) => [...new Uint8Array(part)]);
"""
IS_AUDIO = """
const { isAudio } = await load("connection/websocket-media.js");
return isAudio(Uint8Array.from(argument).buffer);
"""


def test_each_part_has_its_length_in_front(run: Run) -> None:
    parts = [b"\x02tile", b"\x01frame"]
    message = b"".join(struct.pack("<I", len(part)) + part for part in parts)
    assert [bytes(part) for part in run(SPLIT, list(message))] == parts


def test_an_incomplete_length_ends_the_message(run: Run) -> None:
    assert run(SPLIT, [1, 0, 0, 0, 7, 9, 9]) == [[7]]


@pytest.mark.parametrize(
    ("part", "expected"), [([3] + 8 * [0], True), ([3] + 7 * [0], False), ([2] + 30 * [0], False)]
)
def test_audio_parts_have_type_3_and_a_packet(run: Run, part: list[int], expected: bool) -> None:
    assert run(IS_AUDIO, part) is expected


def test_input_is_sent_with_the_backlog_limit(run: Run) -> None:
    body = """
    const { WebSocketMedia } = await load("connection/websocket-media.js");
    const { INPUT_BACKLOG } = await load("connection/webrtc-peer.js");
    const calls = [];
    const transmit = (message, backlog) => {
      calls.push([message.byteLength, backlog === INPUT_BACKLOG]);
      return true;
    };
    const media = new WebSocketMedia(transmit, () => {});
    const sent = media.send(new ArrayBuffer(4));
    media.close();
    return { sent, calls, taken: media.takesInput };
    """
    assert run(body) == {"sent": True, "calls": [[4, True]], "taken": True}


def test_audio_is_played_where_the_browser_decodes_it(run: Run) -> None:
    body = """
    const { WebSocketMedia } = await load("connection/websocket-media.js");
    const part = Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0xfc, 0xff, 0xfe).buffer;
    const decoder = globalThis.AudioDecoder;
    const silent = new WebSocketMedia(() => true, () => { throw new Error("there is no decoder"); });
    globalThis.AudioDecoder = undefined;
    silent.play(part);
    globalThis.AudioDecoder = decoder;
    const kind = await new Promise((resolve) => {
      const media = new WebSocketMedia(() => true, (stream) => resolve([media, stream.getTracks()[0].kind]));
      media.play(part);
    });
    kind[0].close();
    silent.close();
    return kind[1];
    """
    assert run(body) == "audio"
