"""Fragments of SDP that carry candidates: application/trickle-ice-sdpfrag (RFC 8840, section 9). Pure."""

import re
from dataclasses import dataclass
from typing import Final

from moof.server.transport.ice_restart import IceDescription
from moof.server.transport.sdp_limits import MAX_CANDIDATES

MEDIA_TYPE: Final = "application/trickle-ice-sdpfrag"
MAX_FRAGMENT_LENGTH: Final = 64 * 1024
_USERNAME: Final = re.compile(r"^a=ice-ufrag:(\S+)\s*$", re.MULTILINE)
_PASSWORD: Final = re.compile(r"^a=ice-pwd:(\S+)\s*$", re.MULTILINE)
_CANDIDATE: Final = "a=candidate:"
_BUNDLE: Final = re.compile(r"^a=group:BUNDLE .+", re.MULTILINE)
_MEDIA: Final = re.compile(r"^m=.+", re.MULTILINE)
_MID: Final = re.compile(r"^a=mid:\S+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FragmentPlace:
    """Which part of a session the candidates belong to: lines of the offer.

    With BUNDLE that is the first media description alone.
    """

    lines: tuple[str, ...]

    @classmethod
    def of_offer(cls, sdp: str) -> "FragmentPlace":
        """Return the place in this offer, which has a media description."""
        found = (pattern.search(sdp) for pattern in (_BUNDLE, _MEDIA, _MID))
        return cls(tuple(each[0].strip() for each in found if each is not None))

    def fragment(self, ice: IceDescription) -> str:
        """Return the fragment with all these candidates, after which there are no more."""
        return "".join(
            f"{line}\r\n"
            for line in (
                *self.lines,
                f"a=ice-ufrag:{ice.username}",
                f"a=ice-pwd:{ice.password}",
                *(f"a=candidate:{each}" for each in ice.candidates),
                "a=end-of-candidates",
            )
        )


def ice_of(text: str) -> IceDescription:
    """Return user name, password and candidates of a fragment, or of a whole SDP with BUNDLE.

    Raises ValueError if it has no user name or no password, is longer than any, or has more candidates than
    an answer may have.
    """
    if len(text) > MAX_FRAGMENT_LENGTH:
        raise ValueError("a fragment longer than any")
    username, password = _USERNAME.search(text), _PASSWORD.search(text)
    if username is None or password is None:
        raise ValueError("a fragment without ice-ufrag and ice-pwd")
    lines = (line.rstrip() for line in text.splitlines() if line.startswith(_CANDIDATE))
    candidates = tuple(dict.fromkeys(line.removeprefix(_CANDIDATE) for line in lines))
    if len(candidates) > MAX_CANDIDATES:
        raise ValueError(f"a fragment with more than {MAX_CANDIDATES} candidates")
    return IceDescription(username[1], password[1], candidates)
