import pytest

from moof.server.transport.peer import PeerError
from moof.server.transport.sdp_limits import (
    MAX_CANDIDATES,
    MAX_LINE_LENGTH,
    MAX_LINES,
    MAX_LINES_OF,
    check_answer,
)
from support.webrtc_pair import AiortcBrowser, new_peer

CANDIDATE = "a=candidate:1 1 udp 1 127.0.0.1 9 typ host"


def test_candidates_are_counted() -> None:
    assert check_answer("v=0\r\n" + f"{CANDIDATE}\r\n" * 3 + "a=end-of-candidates\r\n") == 3


@pytest.mark.parametrize("end", ["\r\n", "\n", "\x0b", "\u2028"])
def test_number_of_lines_is_limited_whatever_divides_them(end: str) -> None:
    check_answer(f"a=mid:0{end}" * MAX_LINES)
    with pytest.raises(PeerError, match="lines"):
        check_answer(f"a=mid:0{end}" * (MAX_LINES + 1))


def test_length_of_a_line_is_limited() -> None:
    with pytest.raises(PeerError, match="characters"):
        check_answer("a=fmtp:102 " + "x" * MAX_LINE_LENGTH)


@pytest.mark.parametrize("beginning", MAX_LINES_OF)
def test_lines_that_are_compared_are_limited(beginning: str) -> None:
    most = MAX_LINES_OF[beginning]
    check_answer(f"{beginning}1 a\r\n" * most)
    with pytest.raises(PeerError, match=beginning):
        check_answer(f"{beginning}1 a\r\n" * (most + 1))


async def test_candidates_of_an_answer_count_with_those_after_it() -> None:
    peer, browser = new_peer(), AiortcBrowser()
    sdp = await browser.answer(await peer.offer())
    own = check_answer(sdp)
    added = "".join(
        f"{CANDIDATE.replace(' 9 ', f' {9 + number} ')}\r\n" for number in range(MAX_CANDIDATES - own)
    )
    await peer.answer(sdp + added)
    with pytest.raises(PeerError, match="more than 64 candidates"):
        peer.add_candidate(CANDIDATE.removeprefix("a="), "0")
    await peer.close()
    await browser.connection.close()


async def test_answer_with_too_many_candidates_starts_no_check() -> None:
    peer, browser = new_peer(), AiortcBrowser()
    sdp = await browser.answer(await peer.offer())
    with pytest.raises(PeerError, match="more than 64 candidates"):
        await peer.answer(sdp + f"{CANDIDATE}\r\n" * 65)
    assert peer._connection.remoteDescription is None
    await peer.close()
    await browser.connection.close()
