import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.media.packetize.av1 import leb128, obus, packetize

SEQUENCE_HEADER, DELIMITER, FRAME, PADDING = 1, 2, 6, 15
bodies = st.lists(
    st.tuples(st.sampled_from([SEQUENCE_HEADER, FRAME]), st.binary(min_size=1, max_size=3000)),
    min_size=1,
    max_size=4,
)


def obu(kind: int, body: bytes, *, sized: bool = True) -> bytes:
    if not sized:
        return bytes((kind << 3,)) + body
    return bytes((kind << 3 | 2,)) + leb128(len(body)) + body


def read_leb128(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def reassemble(payloads: list[bytes]) -> list[bytes]:
    """Return the OBUs that a receiver assembles."""
    found: list[bytes] = []
    for payload in payloads:
        at, goes_on = 1, bool(payload[0] & 0x80)
        while at < len(payload):
            size, at = read_leb128(payload, at)
            piece = payload[at : at + size]
            at += size
            if goes_on:
                found[-1] += piece
            else:
                found.append(piece)
            goes_on = False
    return found


@given(bodies, st.integers(8, 1300))
def test_payloads_assemble_to_the_obus(parts: list[tuple[int, bytes]], mtu: int) -> None:
    unit = obu(DELIMITER, b"") + b"".join(obu(*part) for part in parts) + obu(PADDING, b"abc")
    payloads = packetize(unit, mtu)
    assert reassemble(payloads) == [obu(*part, sized=False) for part in parts]
    assert all(len(payload) <= mtu for payload in payloads)
    continued = [bool(payload[0] & 0x40) for payload in payloads]
    continues = [bool(payload[0] & 0x80) for payload in payloads]
    assert continues == [False, *continued[:-1]]
    assert not continued[-1]
    new = [bool(payload[0] & 0x08) for payload in payloads]
    assert new == [i == 0 and any(kind == SEQUENCE_HEADER for kind, _ in parts) for i in range(len(new))]


def test_the_last_obu_may_lack_its_size() -> None:
    assert list(obus(obu(FRAME, b"one") + obu(FRAME, b"two", sized=False))) == [b"\x30one", b"\x30two"]


@pytest.mark.parametrize("broken", [b"\x32\x05abc", b"\x32\x80", b"\x32" + b"\x80" * 9])
def test_a_broken_unit_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"OBU|LEB128"):
        packetize(broken)


def test_mtu_must_fit_a_fragment() -> None:
    with pytest.raises(ValueError, match="too small"):
        packetize(obu(FRAME, b"x"), 3)
