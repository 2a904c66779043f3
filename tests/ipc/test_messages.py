"""The six messages: the contract's bytes, any boundaries in the stream, and invalid input."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.ipc import (
    AudioRequest,
    CommandCode,
    Key,
    MachineCommand,
    Message,
    MessageDecoder,
    Mouse,
    MouseMode,
    MouseModeCode,
    Ping,
    ProtocolError,
    encode,
)

U8, U32, U64 = st.integers(0, 0xFF), st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
U16, I16 = st.integers(0, 0xFFFF), st.integers(-0x8000, 0x7FFF)

MESSAGES = st.one_of(
    st.builds(Key, st.integers(0, 127), st.booleans(), U8),
    st.builds(Mouse, U16, U16, U8, st.just(True), U64),
    st.builds(Mouse, I16, I16, U8, st.just(False), U64),
    st.builds(MachineCommand, st.sampled_from(CommandCode)),
    st.builds(Ping, U32, U64, U64, U64),
    st.builds(AudioRequest, U32),
    st.builds(MouseMode, st.sampled_from(MouseModeCode)),
)

ON_THE_WIRE = [
    (Key(0x24, True, 3), "01010000 24 03 0000"),
    (Key(0x7F, False), "01000000 7f 00 0000"),
    (Mouse(-2, 3, 5, False, 0x0102030405060708), "02000000 feff 0300 05 00000000000000 0807060504030201"),
    (Mouse(0xFFFE, 3, 1, True), "02100000 feff 0300 01 00000000000000 0000000000000000"),
    (MachineCommand(CommandCode.RESET), "03000000 03 000000"),
    (Ping(7, 0x11, 0x22), "04000000 07000000 1100000000000000 2200000000000000 0000000000000000"),
    (AudioRequest(960), "05000000 c0030000"),
    (MouseMode(MouseModeCode.RELATIVE), "06000000 01 000000"),
]


@pytest.mark.parametrize(("message", "wire"), ON_THE_WIRE)
def test_each_message_has_the_contracts_bytes(message: Message, wire: str) -> None:
    assert encode(message) == bytes.fromhex(wire)


@given(st.lists(MESSAGES, max_size=12), st.data())
def test_stream_decodes_the_same_at_any_boundaries(messages: list[Message], data: st.DataObject) -> None:
    stream = b"".join(map(encode, messages))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    pieces = [stream[a:b] for a, b in itertools.pairwise([0, *cuts, len(stream)])]
    decoder = MessageDecoder()
    assert [message for piece in pieces for message in decoder.feed(piece)] == messages


@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_a_protocol_error(noise: bytes) -> None:
    decoder = MessageDecoder()
    try:
        messages = decoder.feed(noise)
    except ProtocolError:
        assert decoder.feed(encode(AudioRequest(1))) == [AudioRequest(1)]
    else:
        assert [MessageDecoder().feed(encode(message)) for message in messages] == [[m] for m in messages]


@pytest.mark.parametrize("kind", [0, 7, 0x45, 0xFF])
def test_an_unknown_type_is_a_protocol_error(kind: int) -> None:
    with pytest.raises(ProtocolError, match=f"type {kind} is unknown"):
        MessageDecoder().feed(bytes([kind]))


@pytest.mark.parametrize("wire", ["03000000 09 000000", "06000000 02 000000", "01010000 80 00 0000"])
def test_message_with_an_unknown_value_is_skipped(wire: str) -> None:
    decoder = MessageDecoder()
    assert decoder.feed(bytes.fromhex(wire) + encode(AudioRequest(960))) == [AudioRequest(960)]
    assert decoder.rejected == 1


@pytest.mark.parametrize(
    "message",
    [
        Key(128, True),
        Key(-1, True),
        Key(1, True, 256),
        Mouse(-1, 0, 0, True),
        Mouse(0x8000, 0, 0, False),
        Mouse(0, 0, 0, False, -1),
        Ping(2**32, 0, 0),
        AudioRequest(-1),
    ],
)
def test_a_value_that_does_not_fit_is_not_sent(message: Message) -> None:
    with pytest.raises(ProtocolError):
        encode(message)
