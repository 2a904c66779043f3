"""Janus' API and the requests of its VideoRoom plugin, as JSON; made for 1.1. Sans-IO.

Rooms outlive who has made them. So a room has a secret that the next start of the server knows, too: it
destroys what the last one may have left.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from moof.server.publish.sfu import SfuError
from moof.server.transport.ice_restart import IceDescription

PLUGIN: Final = "janus.plugin.videoroom"
FEED: Final = 1
"""The publisher's id in its room: watchers ask for it."""
NO_SUCH_ROOM: Final = 426
NOT_ALLOWED: Final = 433
MAX_MESSAGE_BYTES: Final = 256 * 1024
_ENDS: Final = ("hangup", "detached", "timeout")
"""What Janus says when the upload has ended."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room: its number, what watchers need to join it, and what is needed to destroy it."""

    number: int
    pin: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def new(cls, number: int, admin_key: str) -> "Room":
        """Return a room with a new pin; the secret is the same for the same number and key."""
        secret = hmac.new(admin_key.encode() or b"moof", f"room {number}".encode(), hashlib.sha256)
        return cls(number, secrets.token_urlsafe(12), secret.hexdigest())


@dataclass(frozen=True, slots=True)
class JanusMessage:
    """A message of Janus; `kind` is its member "janus", `code` the number of an error, 0 for none."""

    kind: str
    transaction: str = ""
    id: int = 0
    data: dict[str, Any] = field(default_factory=dict, repr=False)
    sdp: str = field(default="", repr=False)
    code: int = 0
    reason: str = ""

    @property
    def ends_upload(self) -> bool:
        """Whether nothing that is sent arrives any more."""
        return self.kind in _ENDS

    def checked(self, *allowed: int) -> "JanusMessage":
        """Return the message. Raises SfuError if it is an error, except for those with these codes."""
        if self.code and self.code not in allowed:
            raise SfuError(f"it says: {self.reason or 'error'} ({self.code})")
        return self


def parse(text: str | bytes) -> JanusMessage:
    """Return a message of Janus. Raises SfuError if it is none."""
    try:
        content = json.loads(text)
        data, jsep = _member(content, "plugindata").get("data") or {}, _member(content, "jsep")
        error = _member(content, "error")
        number = _member(content, "data").get("id", 0)
        code = error.get("code") or data.get("error_code") or 0
        return JanusMessage(
            str(content["janus"]),
            str(content.get("transaction", "")),
            int(number),
            dict(data),
            str(jsep.get("sdp", "")),
            int(code),
            str(error.get("reason") or data.get("error") or content.get("reason", ""))[:200],
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as problem:
        raise SfuError("it sends what is no message of Janus") from problem


def _member(content: dict[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name) or {}
    if not isinstance(found, dict):
        raise TypeError(name)
    return found


class JanusClient:
    """The requests of one session. Each has a transaction, by which its answer is known."""

    def __init__(self, room: Room, admin_key: str) -> None:
        self._room = room
        self._admin_key = admin_key
        self._session = 0
        self._handle = 0
        self._sent = 0

    @property
    def has_session(self) -> bool:
        """Whether there is a session to end."""
        return bool(self._session)

    def create(self) -> dict[str, Any]:
        """Begin a session."""
        return self._request("create")

    def created(self, message: JanusMessage) -> None:
        """Note the session."""
        self._session = message.checked().id

    def attach(self) -> dict[str, Any]:
        """Ask for a handle of the plugin."""
        return self._request("attach", plugin=PLUGIN)

    def attached(self, message: JanusMessage) -> None:
        """Note the handle."""
        self._handle = message.checked().id

    def destroy_room(self) -> dict[str, Any]:
        """Destroy the room, one that an earlier server has left too; its watchers are told."""
        return self._message("destroy", secret=self._room.secret)

    def room_destroyed(self, message: JanusMessage) -> None:
        """Raise SfuError unless the room is gone."""
        if message.code == NOT_ALLOWED:
            raise SfuError(f"room {self._room.number} is somebody else's")
        message.checked(NO_SUCH_ROOM)

    def create_room(self) -> dict[str, Any]:
        """Make the room: for one publisher, with the codecs of the upload, and not listed."""
        return self._message(
            "create",
            secret=self._room.secret,
            pin=self._room.pin,
            description="Moof",
            is_private=True,
            permanent=False,
            publishers=1,
            bitrate=0,
            fir_freq=0,
            videocodec="h264",
            audiocodec="opus",
            **({"admin_key": self._admin_key} if self._admin_key else {}),
        )

    def join(self, offer: str) -> dict[str, Any]:
        """Join as the publisher, with an SDP offer; the answer is an event."""
        message = self._message(
            "joinandconfigure", ptype="publisher", id=FEED, display="Moof", pin=self._room.pin
        )
        return message | {"jsep": {"type": "offer", "sdp": offer}}

    def reconfigure(self, offer: str) -> dict[str, Any]:
        """Send another offer, for a restart of ICE; the answer is an event."""
        return self._message("configure") | {"jsep": {"type": "offer", "sdp": offer}}

    def trickle(self, candidates: Sequence[str], mid: str) -> dict[str, Any]:
        """Send further candidates of the first media description, after which there are no more."""
        listed = [
            {"candidate": f"candidate:{each}", "sdpMid": mid, "sdpMLineIndex": 0} for each in candidates
        ]
        return self._request("trickle", candidates=[*listed, {"completed": True}])

    def keep_alive(self) -> dict[str, Any]:
        """Keep the session for another minute; it is answered by "ack" alone."""
        return self._request("keepalive")

    def end(self) -> dict[str, Any]:
        """End the session."""
        return self._request("destroy")

    def _message(self, request: str, **body: Any) -> dict[str, Any]:
        return self._request("message", body={"request": request, "room": self._room.number, **body})

    def _request(self, kind: str, **members: Any) -> dict[str, Any]:
        self._sent += 1
        ids = {"session_id": self._session, "handle_id": self._handle}
        known = {name: number for name, number in ids.items() if number and kind not in ("create", "attach")}
        if kind == "attach":
            known = {"session_id": self._session}
        if kind in ("keepalive", "destroy"):
            known.pop("handle_id", None)
        return {"janus": kind, "transaction": str(self._sent), **known, **members}


def with_ice(offer: str, ice: IceDescription) -> str:
    """Return an SDP offer with another user name, password and candidates in its media descriptions."""
    lines: list[str] = []
    for line in offer.splitlines():
        if line.startswith("a=ice-ufrag:"):
            lines += [f"a=candidate:{each}" for each in ice.candidates]
            lines.append(f"a=ice-ufrag:{ice.username}")
        elif line.startswith("a=ice-pwd:"):
            lines.append(f"a=ice-pwd:{ice.password}")
        elif not line.startswith("a=candidate:"):
            lines.append(line)
    return "".join(f"{line}\r\n" for line in lines)
