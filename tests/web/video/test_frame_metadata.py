import struct
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

PARSE = """
const { parseFrameInfo, parseTileChunk } = await load("video/frame-metadata.js");
const { kind, bytes } = argument;
const parsed = (kind === "frame" ? parseFrameInfo : parseTileChunk)(Uint8Array.from(bytes).buffer);
return parsed && { ...parsed, payload: parsed.payload && Array.from(parsed.payload) };
"""


@pytest.fixture
def parse(run: Run) -> Callable[[str, bytes], Any]:
    return lambda kind, data: run(PARSE, {"kind": kind, "bytes": list(data)})


TIMES = {"t1": 1000.5, "t2": 2000, "t3": 3000, "t4": 4000, "t5": 5000, "t6": 6000, "t7": 7000.5}


def frame(sequence: int = 7) -> bytes:
    times = (TIMES["t1"], *(1000 * TIMES[f"t{i}"] for i in range(2, 8)))
    return struct.pack("<BB5HIII7d", 1, 1, 511, 33, 1152, 870, 0, 0xF000_0001, 42, sequence, *times)


def rectangle(
    x: int = 8,
    width: int = 16,
    chunk: int = 0,
    chunks: int = 1,
    payload: bytes = b"png",
    file_format: int = 0,
) -> bytes:
    header = struct.pack("<BB7HIHH", 2, 3, x, 4, width, 32, 640, 480, chunk, 9, chunks, file_format)
    return header + payload


def test_frame_message(parse: Callable[[str, bytes], Any]) -> None:
    assert parse("frame", frame()) == {
        "width": 1152,
        "height": 870,
        "cursor": {"x": 511, "y": 33, "visible": True},
        "rtpTimestamp": 0xF000_0001,
        "update": 42,
        "ping": {"sequence": 7, **TIMES},
        "payload": None,
    }


def test_frame_without_a_ping(parse: Callable[[str, bytes], Any]) -> None:
    assert parse("frame", frame(sequence=0))["ping"] is None


def test_rectangle_message(parse: Callable[[str, bytes], Any]) -> None:
    parsed = parse("rectangle", rectangle(chunk=2, chunks=3, file_format=1))
    place = {"x": 8, "y": 4, "width": 16, "height": 32, "screenWidth": 640, "screenHeight": 480}
    flags = {"first": True, "whole": True}
    rest = {"chunk": 2, "chunks": 3, "update": 9, "mime": "image/webp", "payload": list(b"png")}
    assert parsed == flags | place | rest


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("frame", b""),
        ("frame", frame()[:79]),
        ("frame", b"\x02" + frame()[1:]),
        ("rectangle", b""),
        ("rectangle", rectangle(payload=b"")),
        ("rectangle", rectangle(x=639)),
        ("rectangle", rectangle(width=0)),
        ("rectangle", rectangle(chunk=1, chunks=1)),
        ("rectangle", rectangle(file_format=2)),
    ],
)
def test_invalid_messages_are_none(parse: Callable[[str, bytes], Any], kind: str, data: bytes) -> None:
    assert parse(kind, data) is None
