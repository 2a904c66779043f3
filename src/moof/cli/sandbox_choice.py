"""How the command line chooses an emulator's sandbox: `moof run` passes the choice on to `moof bridge`."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from moof.cli.terminal import fail

if TYPE_CHECKING:
    from moof.process import Sandbox

LOG: Final = logging.getLogger(__name__)

SANDBOX_HELP: Final = (
    "auto: the emulator sees only its own files and no network, where this machine can do that; required: it "
    "does not start elsewhere; off."
)
NO_SANDBOX_HELP: Final = "The same as --sandbox off."
SHARE_HELP: Final = "A file or folder that the emulator may read and write in its sandbox; may be repeated."
NETWORK_HELP: Final = "Let the emulator use this machine's network."
_MODES: Final = ("auto", "required", "off")
_FLATPAK: Final = "flatpak"


@dataclass(frozen=True, slots=True)
class SandboxChoice:
    """What was chosen: the mode, the shared files and folders, and the network. Exits if it is invalid.

    With the network None, the emulator's recipe or table decides.
    """

    mode: str = "auto"
    shared: tuple[Path, ...] = ()
    network: bool | None = None

    def __post_init__(self) -> None:
        if self.mode not in _MODES:
            fail(f"--sandbox {self.mode}: {', '.join(_MODES)}.")
        for path in self.shared:
            if not path.exists():
                fail(f"{path}: there is no such file or folder to share with the emulator.")

    def words(self) -> list[str]:
        """Return the options of `moof bridge` for this choice."""
        words = ["--sandbox", self.mode] if self.mode != "auto" else []
        for path in self.shared:
            words += ["--share", str(path.absolute())]
        network = {None: [], True: ["--network"], False: ["--no-network"]}
        return [*words, *network[self.network]]

    def has_network(self, by_recipe: bool) -> bool:
        """Return whether the emulator has the network; `by_recipe` is what its recipe or table says."""
        return by_recipe if self.network is None else self.network

    def held_offline(self) -> SandboxChoice:
        """Return the same choice, with a sandbox without network or no start at all."""
        return replace(self, mode="required", network=False)

    def added_to(self, sandbox: Sandbox) -> Sandbox:
        """Return the sandbox, which is known to be possible, with what was chosen."""
        shared = tuple(path.absolute() for path in self.shared)
        network = self.has_network(sandbox.network)
        return replace(sandbox, writable=(*sandbox.writable, *shared), network=network)

    def is_possible(self, program: str) -> bool:
        """Return whether the program gets a sandbox; say why not. Exits if one is required and impossible."""
        if self.mode == "off":
            return False
        reason = _why_not(program)
        name = Path(program).name
        if reason and self.mode == "required":
            fail(f"{name} cannot run in a sandbox: {reason}.")
        if reason:
            LOG.warning("%s runs WITHOUT a sandbox, as a program of this user: %s.", name, reason)
        return not reason


DEFAULT_CHOICE: Final = SandboxChoice()


def _why_not(program: str) -> str:
    from moof.process import why_no_sandbox

    if Path(program).name == _FLATPAK:
        return "Flatpak has a sandbox of its own, which cannot be inside another one"
    return why_no_sandbox()
