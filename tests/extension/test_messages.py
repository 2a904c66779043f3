"""The messages' bodies, byte by byte, and bodies that do not fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.extension.errors import ExtensionError
from moof.extension.framing import RawMessage
from moof.extension.messages import (
    MAX_CLIPBOARD_BYTES,
    Capability,
    ClipboardText,
    ExtensionHello,
    ExtensionMessage,
    KeysRead,
    LayoutName,
    ReadScreen,
    ScreenText,
    SoundSource,
    WheelTurn,
    WindowSize,
    capability_of,
    pack,
    unpack,
    unpack_hello,
)
from moof.extension.screen_parts import PartKind, PartState, ScreenPart
from moof.extension.state_messages import StateOperation, StateRequest, StateResult

PARTS = (ScreenPart(PartKind.BUTTON, PartState.ACTIVE, "OK"), ScreenPart(PartKind.TEXT, PartState.NONE, ""))
I16 = st.integers(-0x8000, 0x7FFF)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
MESSAGES = st.one_of(
    st.builds(WheelTurn, I16, I16),
    st.builds(LayoutName, NAMES),
    st.builds(KeysRead, st.integers(0, 2**32 - 1)),
    st.builds(SoundSource, st.booleans()),
    st.builds(StateRequest, st.integers(0, 2**32 - 1), st.sampled_from(StateOperation), NAMES),
    st.builds(StateResult, st.integers(0, 2**32 - 1), NAMES),
    st.builds(WindowSize, st.integers(0, 65_535), st.integers(0, 65_535)),
    st.builds(ReadScreen, st.booleans()),
    st.just(ScreenText(PARTS)),
    st.builds(ClipboardText, st.text(st.characters(exclude_categories=["Cs"]))),
)


@given(MESSAGES)
def test_messages_survive_the_wire(message: ExtensionMessage) -> None:
    assert unpack(pack(message)) == message


@given(st.frozensets(NAMES, max_size=64))
def test_hello_survives_the_wire(capabilities: frozenset[str]) -> None:
    assert unpack_hello(pack(ExtensionHello(capabilities))).capabilities == capabilities


@pytest.mark.parametrize(
    ("message", "kind", "body"),
    [
        (ExtensionHello(frozenset({"wheel", "a"})), 1, b"MOOF\x01\0\x02\0\x01a\x05wheel"),
        (WheelTurn(-2, 300), 2, b"\xfe\xff\x2c\x01"),
        (LayoutName("québec"), 3, b"qu\xc3\xa9bec"),
        (KeysRead(0x01020304), 4, b"\x04\x03\x02\x01"),
        (SoundSource(True), 5, b"\x01"),
        (SoundSource(False), 5, b"\0"),
        (ClipboardText("é\n"), 6, b"\xc3\xa9\n"),
        (ClipboardText(""), 6, b""),
        (ReadScreen(True), 8, b"\1"),
        (ScreenText(PARTS), 9, b"button 4 OK\x1etext 0 \x1e"),
        (StateRequest(258, StateOperation.LOAD, "é"), 16, b"\x02\x01\0\0\x02\0\xc3\xa9"),
        (StateResult(1, "no"), 17, b"\x01\0\0\0no"),
        (WindowSize(1366, 657), 7, b"\x56\x05\x91\x02"),
    ],
)
def test_bodies_byte_by_byte(message: ExtensionMessage | ExtensionHello, kind: int, body: bytes) -> None:
    assert pack(message) == RawMessage(kind, body)


@pytest.mark.parametrize(
    ("message", "capability"),
    [
        (WheelTurn(0, 1), Capability.WHEEL),
        (LayoutName("us"), Capability.KEYBOARD_LAYOUT),
        (KeysRead(1), Capability.KEYS_READ),
        (SoundSource(True), Capability.SOUND_SOURCE),
        (ClipboardText("x"), Capability.CLIPBOARD),
        (ReadScreen(True), Capability.SCREEN_TEXT),
        (ScreenText(()), Capability.SCREEN_TEXT),
        (StateRequest(1, StateOperation.BACK), Capability.STATES),
        (StateResult(1), Capability.STATES),
        (WindowSize(1, 1), Capability.WINDOW_SIZE),
    ],
)
def test_each_message_belongs_to_a_capability(message: ExtensionMessage, capability: Capability) -> None:
    assert capability_of(message) is capability


@pytest.mark.parametrize(
    "message",
    [
        WheelTurn(0x8000, 0),
        LayoutName(""),
        LayoutName("é" * 17),
        LayoutName("\ud800"),
        KeysRead(-1),
        ClipboardText("x" * (MAX_CLIPBOARD_BYTES + 1)),
        ClipboardText("\ud800"),
        StateResult(1, "x" * 1001),
        StateRequest(-1, StateOperation.SAVE, "x"),
        WindowSize(65_536, 1),
        ExtensionHello(frozenset(map(str, range(65)))),
        ExtensionHello(frozenset({"x" * 33})),
    ],
)
def test_values_that_do_not_fit_are_errors(message: ExtensionMessage | ExtensionHello) -> None:
    with pytest.raises(ExtensionError):
        pack(message)


@pytest.mark.parametrize(
    "raw",
    [
        RawMessage(2, b"\0\0\0"),
        RawMessage(3, b""),
        RawMessage(3, b"x" * 33),
        RawMessage(3, b"\xff"),
        RawMessage(4, b"\0\0\0\0\0"),
        RawMessage(6, b"\xff"),
        RawMessage(16, b"\0\0\0\0\x04\0"),
        RawMessage(16, b"\0\0\0\0\x01"),
        RawMessage(16, b"\0\0\0\0\x01\0\xff"),
        RawMessage(17, b"\0\0\0"),
        RawMessage(17, bytes(1005)),
        RawMessage(6, b"x" * (MAX_CLIPBOARD_BYTES + 1)),
        RawMessage(7, b"xxx"),
        RawMessage(8, b""),
        RawMessage(9, b"\xff"),
        RawMessage(1, b"MOOF\x01\0\0\0"),
    ],
)
def test_bodies_that_do_not_fit_are_errors(raw: RawMessage) -> None:
    with pytest.raises(ExtensionError):
        unpack(raw)


@pytest.mark.parametrize(
    "raw",
    [
        RawMessage(2, b"MOOF\x01\0\0\0"),
        RawMessage(1, b"MOOF\x01\0\0"),
        RawMessage(1, b"FOOM\x01\0\0\0"),
        RawMessage(1, b"MOOF\x02\0\0\0"),
        RawMessage(1, b"MOOF\x01\0\x41\0" + b"\1a" * 65),
        RawMessage(1, b"MOOF\x01\0\x01\0"),
        RawMessage(1, b"MOOF\x01\0\x01\0\x02a"),
        RawMessage(1, b"MOOF\x01\0\x01\0\x01ab"),
        RawMessage(1, b"MOOF\x01\0\x01\0\0"),
    ],
)
def test_a_first_message_that_is_no_hello_is_an_error(raw: RawMessage) -> None:
    with pytest.raises(ExtensionError):
        unpack_hello(raw)


def test_unknown_types_are_no_error() -> None:
    assert unpack(RawMessage(999, b"anything")) is None
