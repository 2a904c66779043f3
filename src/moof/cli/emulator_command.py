"""The command of the emulator that is started next: moof.toml may name another one than at the last start."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from moof.bridge.limits import Limits
from moof.cli.bridge import BridgeCommand, bridge_command
from moof.process import NextCommand
from moof.server.config.settings import BUILT_IN, SettingsError, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moof.cli.mac_command import MacCommand
    from moof.cli.serverflags import ServerFlags

LOG: Final = logging.getLogger(__name__)


def follows_file(flags: ServerFlags, file: Path) -> bool:
    """Return whether the emulator is the file's or the default, and not one of the command line's own."""
    try:
        return bool(flags.emulator == read_settings(file).values.get("emulator", BUILT_IN))
    except SettingsError:
        return False


@dataclass(frozen=True, slots=True)
class _Choice:
    """The emulator that the file names, the file that it gets, and its further arguments."""

    name: str
    file: Path | None = None
    arguments: tuple[str, ...] = ()


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
        states: Path | None = None,
        documents: Path | None = None,
        further: Sequence[str] = (),
    ) -> None:
        """`first` is what was started first, None for the built-in Mac, `states` the folder of its states.

        `documents` is the folder that its Mac gets, `further` are arguments of the command line alone.
        """
        self._flags = flags
        self._mac = mac
        self._verbose = verbose
        self._file = file
        self._follows_file = follows_file(flags, file)
        self._seen = self._read()
        self._states = states
        self._documents = documents
        self._further = tuple(further)
        self._name = flags.emulator
        self._last = first

    @property
    def offline(self) -> bool:
        """Whether no guest of the last command can reach the network."""
        return self._last is None or self._last.offline

    @property
    def is_first(self) -> bool:
        """Whether the last command's emulator is the one of the first start."""
        return self._name == self._flags.emulator

    def words(self, anew: bool) -> list[str]:
        """Return the command; that of the last emulator if the file's cannot be started."""
        wanted = self._read() if self._follows_file else None
        if wanted is not None and wanted != self._seen and self._change(wanted):
            self._seen = wanted
        if self._last is None:
            return self._mac.words(anew)
        return self._last.words

    def _change(self, wanted: _Choice) -> bool:
        """Take another emulator; return whether it can be started."""
        try:
            self._last = self._bridge(wanted) if wanted.name != BUILT_IN else None
        except typer.Exit:  # it has printed why
            LOG.warning("The emulator %s cannot be started: %s is started again.", wanted.name, self._name)
            return False
        self._name = wanted.name
        return True

    def _read(self) -> _Choice | None:
        """Return what the file says; None if it cannot be read, or names an emulator of its own tables."""
        try:
            settings = read_settings(self._file)
        except SettingsError as error:
            LOG.warning("The emulator stays: %s", error)
            return None
        values = settings.values
        name, file = str(values.get("emulator", BUILT_IN)), values.get("emulator_file")
        if name in settings.emulators:
            return None
        arguments = tuple(map(str, values.get("emulator_argument") or ()))
        return _Choice(name, Path(file) if file else None, arguments)

    def _bridge(self, choice: _Choice) -> BridgeCommand:
        """Return the command of an emulator of the bridge. Raises typer.Exit after a sentence."""
        flags = self._flags
        is_first = choice.name == flags.emulator
        further = self._further if is_first else ()
        limits = Limits(flags.emulator_memory_limit, flags.emulator_cpus)
        return bridge_command(
            *(choice.name, choice.file, (*choice.arguments, *further)),
            *(limits, self._verbose, flags.sandbox_choice),
            documents=self._documents if is_first else None,
            states=self._states if is_first else None,
        )
