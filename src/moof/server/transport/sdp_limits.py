"""What an SDP answer may have before it is parsed: aiortc compares its lines with each other."""

from typing import Final

from moof.server.transport.peer import PeerError

MAX_CANDIDATES: Final = 64
"""ICE candidates of one viewer, in its answer and after it."""
MAX_LINES: Final = 400
"""An answer of Chromium has about 110 lines, one of Firefox 90, and candidates."""
MAX_LINE_LENGTH: Final = 1024
MAX_LINES_OF: Final = {"a=ssrc": 32, "a=rtpmap:": 48, "a=rtcp-fb:": 128}
"""Lines of a kind of which each is compared with all of another kind. The answer to an offer of five codecs
has two about sources, 11 codecs with retransmissions, and 25 about feedback."""


def check_answer(sdp: str) -> int:
    """Return the number of candidates in an answer. Raises PeerError if it exceeds a limit.

    Lines are divided as aiortc divides them, at any of Unicode's line ends.
    """
    lines = sdp.splitlines()
    if len(lines) > MAX_LINES:
        raise PeerError(f"the answer has more than {MAX_LINES} lines")
    if any(len(line) > MAX_LINE_LENGTH for line in lines):
        raise PeerError(f"a line of the answer has more than {MAX_LINE_LENGTH} characters")
    for beginning, most in MAX_LINES_OF.items():
        if sum(line.startswith(beginning) for line in lines) > most:
            raise PeerError(f"the answer has more than {most} lines that begin with {beginning}")
    candidates = sum(line.startswith("a=candidate:") for line in lines)
    if candidates > MAX_CANDIDATES:
        raise PeerError(f"the answer has more than {MAX_CANDIDATES} candidates")
    return candidates
