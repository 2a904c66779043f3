"""The built-in Mac's command at each of its starts: moof.toml may have changed since the last one."""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

from moof.cli.macflags import MacFlags
from moof.process import NextCommand
from moof.server.config.settings import SettingsError, read_settings

if TYPE_CHECKING:
    from pathlib import Path

LOG: Final = logging.getLogger(__name__)
_CHANGEABLE: Final = ("ram", "size", "depth")
_DEFAULTS: Final[dict[str, Any]] = {each.name: each.default for each in fields(MacFlags)}


class MacCommand(NextCommand):
    """Takes screen, colours and memory from the file, unless the command line had others than the file."""

    def __init__(self, flags: MacFlags, verbose: bool, file: Path) -> None:
        self._flags = replace(flags, record=None)  # the first start alone is recorded
        self._verbose = verbose
        self._file = file
        self._from_file: tuple[str, ...] = ()
        try:
            values = read_settings(file).values
        except SettingsError as error:
            LOG.warning("Settings of the Mac are not read again: %s", error)
            return
        self._from_file = tuple(
            name for name in _CHANGEABLE if getattr(flags, name) == values.get(name, _DEFAULTS[name])
        )

    @property
    def offline(self) -> bool:
        """True: the built-in Mac has no network."""
        return True

    @property
    def is_first(self) -> bool:
        """True: it is always the built-in Mac."""
        return True

    def words(self, anew: bool) -> list[str]:
        """Return the command with the file's settings of now; with the last ones if it cannot be read.

        With `anew`, the Mac does not go on where it was.
        """
        # Pydantic takes long to load: the first start, which has the settings already, does not wait for it.
        from moof.server.config.remote_config import read_config

        try:
            config = read_config(self._file)
        except SettingsError as error:
            LOG.warning("The Mac starts with its last settings: %s", error)
        else:
            found = {name: getattr(config, name) for name in self._from_file}
            changes = {name: _DEFAULTS[name] if value is None else value for name, value in found.items()}
            self._flags = replace(self._flags, **changes)
        return replace(self._flags, fresh=anew).command(self._verbose)
