"""The command of the emulator that is started next: moof.toml may name another one than at the last start."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import typer

from moof.bridge.limits import Limits
from moof.cli.bridge import BridgeCommand, bridge_command
from moof.process import NextCommand
from moof.server.config.settings import BUILT_IN, SettingsError, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from moof.cli.mac_command import MacCommand
    from moof.cli.serverflags import ServerFlags

LOG: Final = logging.getLogger(__name__)


def follows_file(flags: ServerFlags, file: Path) -> bool:
    """Return whether the emulator is the file's or the default, and not one of the command line's own."""
    try:
        return bool(flags.emulator == read_settings(file).values.get("emulator", BUILT_IN))
    except SettingsError:
        return False


class EmulatorCommand(NextCommand):
    """Starts the built-in Mac or an emulator of the bridge, as the file says, unless the command line does.

    An emulator of moof.toml's own tables has another sandbox and surroundings: it is started when Moof is.
    """

    def __init__(
        self,
        flags: ServerFlags,
        mac: MacCommand,
        verbose: bool,
        file: Path,
        first: BridgeCommand | None = None,
    ) -> None:
        """`first` is what was started first, None for the built-in Mac."""
        self._flags = flags
        self._mac = mac
        self._verbose = verbose
        self._file = file
        self._follows_file = follows_file(flags, file)
        self._name = flags.emulator
        self._last = first

    @property
    def offline(self) -> bool:
        """Whether no guest of the last command can reach the network."""
        return self._last is None or self._last.offline

    def words(self, anew: bool) -> list[str]:
        """Return the command; that of the last emulator if the file's cannot be started."""
        wanted = self._wanted()
        if wanted != self._name and wanted != BUILT_IN:
            try:
                return self._bridge(wanted)
            except typer.Exit:  # it has printed why
                LOG.warning("The emulator %s cannot be started: %s is started again.", wanted, self._name)
                wanted = self._name
        if wanted == BUILT_IN:
            self._name, self._last = BUILT_IN, None
            return self._mac.words(anew)
        assert self._last is not None
        return self._last.words

    def _wanted(self) -> str:
        if not self._follows_file:
            return self._name
        try:
            settings = read_settings(self._file)
        except SettingsError as error:
            LOG.warning("The emulator stays: %s", error)
            return self._name
        name = settings.values.get("emulator", BUILT_IN)
        return self._name if name in settings.emulators else str(name)

    def _bridge(self, name: str) -> list[str]:
        """Return the command of an emulator of the bridge. Raises typer.Exit after a sentence."""
        flags = self._flags
        limits = Limits(flags.emulator_memory_limit, flags.emulator_cpus)
        file = flags.emulator_file if name == flags.emulator else None
        command = bridge_command(name, file, (), limits, self._verbose, flags.sandbox_choice)
        self._name, self._last = name, command
        return command.words
