"""Hello first, then what both sides have listed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.extension.channel import ExtensionChannel
from moof.extension.errors import ExtensionError
from moof.extension.framing import frame
from moof.extension.messages import Capability, ExtensionMessage, KeysRead, LayoutName, WheelTurn

ALL = frozenset(Capability)


def test_nothing_is_shared_before_the_hello() -> None:
    channel = ExtensionChannel(ALL)
    assert not channel.greeted
    assert channel.encode(WheelTurn(0, 1)) == b""


@given(st.frozensets(st.sampled_from(Capability)), st.frozensets(st.sampled_from(Capability)))
def test_a_side_sends_and_takes_what_both_have_listed(
    left: frozenset[Capability], right: frozenset[Capability]
) -> None:
    ours, theirs, everyone = ExtensionChannel(left), ExtensionChannel(right), ExtensionChannel(ALL)
    assert ours.receive(theirs.hello()) == []
    assert theirs.receive(ours.hello()) == []
    everyone.receive(ExtensionChannel(ALL).hello())
    for message in (WheelTurn(0, 1), LayoutName("us"), KeysRead(3)):
        shared = bool(ours.encode(message))
        assert theirs.receive(ours.encode(message)) == ([message] if shared else [])
        assert theirs.receive(everyone.encode(message)) == ([message] if shared else [])
    assert {each for each in Capability if ours.shares(each)} == left & right


def test_unknown_types_and_capabilities_are_skipped() -> None:
    channel = ExtensionChannel(ALL)
    hello = frame(1, b"MOOF\x01\0\x02\0\x0btime-travel\x05wheel")
    messages: list[ExtensionMessage] = channel.receive(hello + frame(700, b"x" * 50) + frame(2, b"\1\0\2\0"))
    assert messages == [WheelTurn(1, 2)]
    assert channel.shares(Capability.WHEEL)
    assert not channel.shares(Capability.KEYS_READ)


def test_a_second_hello_is_an_error() -> None:
    channel, hello = ExtensionChannel(ALL), ExtensionChannel(()).hello()
    channel.receive(hello)
    with pytest.raises(ExtensionError, match="second hello"):
        channel.receive(hello)
