"""Pictures of the Macs that were set up: how the screen of each looked when it was left last, or now."""

import asyncio
import logging
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file
from moof.server.config.settings import SettingsError, read_settings
from moof.server.http.backend import Backend
from moof.server.video.screenshot import NoPictureError
from moof.setup.mac_shelf import current_mac

LOG: Final = logging.getLogger(__name__)
PICTURE: Final = "picture.png"
"""The file in a Mac's folder."""


class MacPictures:
    """Takes the picture of the Mac that is used. Methods belong to the event loop."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def take(self) -> None:
        """Keep the present picture, if a Mac that was set up runs. What prevents that is logged."""
        name = await asyncio.to_thread(self._current)
        if name is None or not self._backend.status().emulator.connected:
            return
        try:
            picture = await self._backend.screenshot()
            await asyncio.to_thread(replace_file, self._backend.library.macs / name / PICTURE, picture)
        except (NoPictureError, OSError) as error:
            LOG.warning("The picture of the Mac %s is not kept: %s", name, error)

    def _current(self) -> str | None:
        library = self._backend.library
        try:
            return current_mac(library.macs, read_settings(library.config_file).values)
        except SettingsError:
            return None


def time_of_picture(folder: Path) -> float:
    """Return when the picture in a Mac's folder was taken, in seconds since 1970; 0 without one."""
    try:
        return (folder / PICTURE).stat().st_mtime
    except OSError:
        return 0.0
