"""What the server needs to know about later starts of its emulator, of which moof.toml may decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moof.cli.emulator_command import EmulatorCommand
from moof.cli.emulator_list import EmulatorList
from moof.cli.mac_command import MacCommand
from moof.cli.shared_folder import shared_folder
from moof.server.config.settings import settings_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moof.cli.bridge import BridgeCommand
    from moof.cli.macflags import MacFlags
    from moof.cli.serverflags import ServerFlags


def starting_later(
    flags: ServerFlags,
    mac: MacFlags,
    verbose: bool,
    first: BridgeCommand | None = None,
    arguments: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the options about later starts, of the built-in Mac or of an emulator of the bridge.

    `first` is the command of the first start, None for the built-in Mac's, with `arguments` after --.
    """
    file = settings_file()
    folders = mac.states_of(flags.emulator), shared_folder(flags, mac)
    command = EmulatorCommand(
        flags, MacCommand(mac, verbose, file), verbose, file, first, *folders, arguments
    )
    return {
        "emulator_next_command": command,
        "installed_emulators": EmulatorList(flags, file, at_restart=True),
    }
