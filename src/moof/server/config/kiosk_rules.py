"""What a kiosk does: a Mac for visitors, who leave it as they like."""

from dataclasses import dataclass
from typing import Final

MIN_KIOSK_MINUTES: Final = 0.1
MAX_KIOSK_MINUTES: Final = 24 * 60
DEFAULT_KIOSK_MINUTES: Final = 3.0


@dataclass(frozen=True, slots=True)
class KioskRules:
    """The name of the state that the Mac goes back to, and after how many minutes without use."""

    state: str
    minutes: float = DEFAULT_KIOSK_MINUTES

    def __post_init__(self) -> None:
        """Raise ValueError for a time that is not from 0.1 to 1,440 minutes."""
        if not MIN_KIOSK_MINUTES <= self.minutes <= MAX_KIOSK_MINUTES:
            raise ValueError(f"a kiosk waits 0.1 to {MAX_KIOSK_MINUTES} minutes, not {self.minutes}")

    @property
    def idle_seconds(self) -> float:
        """How long nobody has used the Mac when it goes back."""
        return 60.0 * self.minutes
