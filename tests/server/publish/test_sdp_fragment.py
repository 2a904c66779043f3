"""Fragments of SDP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.publish.sdp_fragment import MAX_FRAGMENT_LENGTH, FragmentPlace, ice_of
from moof.server.transport.ice_restart import IceDescription
from moof.server.transport.sdp_limits import MAX_CANDIDATES

OFFER = (
    "v=0\r\na=group:BUNDLE 0 1\r\nm=video 9 UDP/TLS/RTP/SAVPF 102\r\na=mid:0\r\na=ice-ufrag:abcd\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"
)
ICE_CHARACTERS = st.text(st.sampled_from("abcXYZ019+/"), min_size=4, max_size=30)
CANDIDATE = "1 1 udp 2130706431 192.0.2.1 5000 typ host"


def test_a_fragment_names_its_place_and_ends_the_candidates() -> None:
    place = FragmentPlace.of_offer(OFFER)
    assert place.fragment(IceDescription("abcd", "password", (CANDIDATE,))) == (
        "a=group:BUNDLE 0 1\r\nm=video 9 UDP/TLS/RTP/SAVPF 102\r\na=mid:0\r\na=ice-ufrag:abcd\r\n"
        f"a=ice-pwd:password\r\na=candidate:{CANDIDATE}\r\na=end-of-candidates\r\n"
    )


@given(ICE_CHARACTERS, ICE_CHARACTERS, st.lists(st.just(CANDIDATE), max_size=1))
def test_what_is_written_can_be_read(username: str, password: str, candidates: list[str]) -> None:
    ice = IceDescription(username, password, tuple(candidates))
    assert ice_of(FragmentPlace.of_offer(OFFER).fragment(ice)) == ice


def test_lines_may_end_without_a_carriage_return_and_repeat() -> None:
    text = f"a=ice-ufrag:u\na=ice-pwd:p\na=candidate:{CANDIDATE}\nm=audio\na=candidate:{CANDIDATE}\n"
    assert ice_of(text) == IceDescription("u", "p", (CANDIDATE,))


@pytest.mark.parametrize(
    "text", ["", "a=ice-ufrag:u\r\n", "a=ice-pwd:p\r\n", "x" * (MAX_FRAGMENT_LENGTH + 1)]
)
def test_fragments_without_credentials_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a fragment"):
        ice_of(text)


def test_more_candidates_than_an_answer_may_have_are_refused() -> None:
    def text(number: int) -> str:
        lines = (f"a=candidate:1 1 udp 1 192.0.2.1 {port} typ host" for port in range(number))
        return "\n".join(["a=ice-ufrag:u", "a=ice-pwd:p", *lines])

    assert len(ice_of(text(MAX_CANDIDATES)).candidates) == MAX_CANDIDATES
    with pytest.raises(ValueError, match="more than 64 candidates"):
        ice_of(text(MAX_CANDIDATES + 1))


def test_blanks_in_a_candidate_take_no_time_that_grows_with_their_square() -> None:
    blanks = " " * (MAX_FRAGMENT_LENGTH - 100)  # minutes for a pattern that tries each of them as the end
    fragment = f"a=ice-ufrag:u\na=ice-pwd:p\na=candidate:1{blanks}x  \n"
    assert ice_of(fragment).candidates == (f"1{blanks}x",)
