import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.media.packetize.vp9 import is_key, packetize

KEY, INTER, SHOW_EXISTING, KEY_444 = b"\x82", b"\x86", b"\x88", b"\xa2"


@given(st.sampled_from([KEY, INTER]), st.binary(max_size=5000), st.integers(2, 1300))
def test_payloads_assemble_to_the_frame(head: bytes, rest: bytes, mtu: int) -> None:
    payloads = packetize(head + rest, mtu)
    assert b"".join(payload[1:] for payload in payloads) == head + rest
    assert all(len(payload) <= mtu for payload in payloads)
    flags = [payload[0] for payload in payloads]
    assert [flag & 0x08 > 0 for flag in flags] == [i == 0 for i in range(len(flags))]
    assert [flag & 0x04 > 0 for flag in flags] == [i == len(flags) - 1 for i in range(len(flags))]
    assert all((flag & 0x40 > 0) == (head == INTER) for flag in flags)


@pytest.mark.parametrize(
    ("frame", "key"), [(KEY, True), (KEY_444, True), (INTER, False), (SHOW_EXISTING, False), (b"", False)]
)
def test_is_key(frame: bytes, key: bool) -> None:
    assert is_key(frame) is key


def test_mtu_must_fit_descriptor_and_data() -> None:
    with pytest.raises(ValueError, match="RFC 9628"):
        packetize(KEY, 1)
