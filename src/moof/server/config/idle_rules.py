"""When a server that nobody uses ends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdleRules:
    """Minutes after which the server ends, None for never.

    `unwatched` count while no page is open, `unused` while nobody uses mouse or keyboard.
    """

    unwatched: float | None = None
    unused: float | None = None

    @property
    def ends(self) -> bool:
        """Whether such a server ends at all."""
        return self.unwatched is not None or self.unused is not None
