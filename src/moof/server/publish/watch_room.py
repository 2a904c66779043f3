"""The room in which watchers find the upload: what their page needs to join it."""

from dataclasses import dataclass, field

from moof.server.publish.janus_client import FEED


@dataclass(frozen=True, slots=True)
class WatchPlace:
    """Where a watching page connects; field names are those of `/watch.json`."""

    url: str
    room: int
    pin: str = field(repr=False)
    feed: int = FEED


class WatchRoom:
    """The room, while there is one. On the event loop."""

    def __init__(self, url: str = "") -> None:
        """`url` is the address of Janus' WebSocket for watchers, "" if nothing is published to a Janus."""
        self.url = url
        self.place: WatchPlace | None = None

    def open(self, room: int, pin: str) -> None:
        """Let watchers come."""
        self.place = WatchPlace(self.url, room, pin)

    def close(self) -> None:
        """Let no more watchers come."""
        self.place = None
