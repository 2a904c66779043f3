"""What a program behind the bridge can do with states of its own."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol


class ControlProtocol(Enum):
    """How a program is controlled beside its window."""

    QMP = "qmp"
    """QEMU's: `-qmp unix:{control}`."""
    HATARI = "hatari"
    """Hatari's: `--control-socket {control}`."""


class ProgramStateError(Exception):
    """The program has not saved or loaded a state; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class ProgramMachine:
    """What a program emulates: a state is loaded only into the same. `ram_mb` is 0 if it is not known."""

    name: str
    ram_mb: int = 0


class ProgramStates(Protocol):
    """Saves and loads one program's states. On the event loop; one call at a time."""

    async def machine(self) -> ProgramMachine:
        """Return what the program emulates. Raises ProgramStateError."""

    async def save(self, file: Path, tag: str) -> None:
        """Save the machine to `file`, which is new, in a folder that the program may write.

        `tag` is the name of what the program keeps elsewhere: in its disks. Raises ProgramStateError.
        """

    async def load(self, file: Path) -> None:
        """Go on from what `save` has written. Raises ProgramStateError."""

    async def forget_others(self, prefix: str, tags: frozenset[str]) -> None:
        """Remove what is kept elsewhere under tags that begin with `prefix` and are not among `tags`.

        Raises ProgramStateError.
        """
