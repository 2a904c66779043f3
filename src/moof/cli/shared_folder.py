"""The folder that `--documents` names for an emulator of the bridge, whose files its Mac gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from moof.cli.terminal import fail
from moof.server.config.settings import BUILT_IN

if TYPE_CHECKING:
    from moof.bridge.shared_layout import SharedLayout
    from moof.cli.macflags import MacFlags
    from moof.cli.serverflags import ServerFlags


def shared_folder(flags: ServerFlags, mac: MacFlags | None) -> Path | None:
    """Return the folder that --documents names for an emulator of the bridge, and create it; None without."""
    if mac is None or flags.emulator == BUILT_IN or mac.documents in (None, "none"):
        return None
    folder = Path(str(mac.documents)).absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        fail(f"--documents {folder}: {error.strerror}.")
    return folder


def shared_layout(emulator: str) -> SharedLayout:
    """Return how an emulator of the bridge gives its Mac the files of --documents. Exits if it does not."""
    from moof.bridge.errors import BridgeError
    from moof.bridge.recipe_folder import find_recipe

    try:
        recipe = find_recipe(emulator)
    except BridgeError as error:
        fail(str(error))
    if not recipe.shared:
        fail(f"--documents: {emulator} has no folder whose files its Mac gets.")
    return recipe.shared_layout


def is_extfs(emulator: str) -> bool:
    """Return whether the Mac of an emulator of the bridge reads the folder of --documents by itself."""
    from moof.bridge.shared_layout import SharedLayout

    return shared_layout(emulator) is SharedLayout.EXTFS
