"""Recipes: how the bridge runs an emulator, as data (recipes/*.toml).

Users can add recipes: files in the folder `recipes` of Moof's configuration override ours. The keys::

    about       a line for the list
    install     a sentence: how to install the program
    programs    names of the program, tried in turn; AppImages of these names are found, too, and `flatpak:ID`
                names a Flatpak
    arguments   of the command; {pulse} is the sound server, {directory} the bridge's own directory
    [texts]     files that the bridge writes there: name = content
    help        arguments with which the program lists its options: overrides that it does not list are not
                passed
    title       part of the title of its window
    mouse       "absolute", "relative" or "click"
    caps_lock   "tap" or "hold" (keycodes.py)
    swallow     its own hot keys, which it does not get (hot_keys.py)
    state       files that it keeps in the home (XPRAM …), writable in its sandbox
    control     how it is controlled, "qmp" or "hatari"; {control} in the arguments is the socket to which it
                connects
    shared      its arguments for a folder whose files its Mac gets: {shared} is the folder, or its image
    shared_layout  "extfs", "plain" or "image" (shared_layout.py)
    opengl      false: it draws without OpenGL, and its display starts faster
    network     true: its sandbox has the machine's network
    [keys]      a Mac's key = the PC key it sits on (keycodes.py)
    [environment]  added to the program's
    [[files]]   a file that it needs (needed_file.py: `what`, `paths`, `missing`, `option` …)
    [prefs]     the names in its settings, which are the first of the files, that may be set from afar
                (preference_rules.py)
    [images]    which disk images it takes by its arguments (image_rules.py)
    [[overrides]]  settings of the user that do not fit the bridge (override.py: `arguments`, `setting` …)
    [[messages]]   what the program writes before it gives up (`pattern`) and what people read (`says`)
"""

import logging
import os
import subprocess
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from moof.bridge.bridge_options import BridgeOptions
from moof.bridge.documents_image import DOCUMENTS_IMAGE
from moof.bridge.errors import BridgeError
from moof.bridge.hot_keys import HotKey
from moof.bridge.installed_program import InstalledProgram, find_program
from moof.bridge.keycodes import CapsLock
from moof.bridge.needed_file import NeededFile, settings_lines
from moof.bridge.override import Override
from moof.bridge.pointer import MouseKind
from moof.bridge.program_ending import KnownMessage
from moof.bridge.program_states import ControlProtocol
from moof.bridge.recipe_values import parse_value
from moof.bridge.shared_layout import SharedLayout
from moof.preference_rules import PreferenceRule
from moof.setup.image_rules import ImageRules

LOG: Final = logging.getLogger(__name__)

_HELP_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """One emulator's recipe; the module's docstring explains the fields."""

    name: str
    about: str
    install: str
    programs: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    title: str = ""
    mouse: MouseKind = MouseKind.ABSOLUTE
    caps_lock: CapsLock = CapsLock.TAP
    keys: Mapping[str, str] = field(default_factory=dict)
    swallow: tuple[HotKey, ...] = ()
    files: tuple[NeededFile, ...] = ()
    overrides: tuple[Override, ...] = ()
    messages: tuple[KnownMessage, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    state: tuple[str, ...] = ()
    network: bool = False
    shared: tuple[str, ...] = ()
    shared_layout: SharedLayout = SharedLayout.PLAIN
    opengl: bool = True
    prefs: Mapping[str, PreferenceRule] = field(default_factory=dict)
    images: ImageRules | None = None
    control: ControlProtocol | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, name: str, text: str) -> "Recipe":
        """Parse a recipe. Raises BridgeError with what is wrong in it."""
        try:
            data = tomllib.loads(text)
            if unknown := data.keys() - ({each.name for each in fields(cls)} - {"name"}):
                raise ValueError(f"{', '.join(sorted(unknown))}: no such key")
            return cls(name=name, **{key: parse_value(key, value) for key, value in data.items()})
        except (tomllib.TOMLDecodeError, ValueError, TypeError, KeyError) as error:
            raise BridgeError(f"the recipe {name} is invalid: {error}") from error

    def check(self, chosen: Path | None = None) -> InstalledProgram:
        """Return the program. Raises BridgeError with what to install or to provide."""
        program = find_program(self.programs)
        if program is None:
            raise BridgeError(f"{self.programs[0]} is not installed. {self.install}")
        self.found_files(chosen)
        return program

    def sharing(self, folder: Path) -> list[str]:
        """Return the arguments with which the Mac gets the files of a folder. Raises BridgeError."""
        if not self.shared:
            raise BridgeError(f"{self.name} has no folder whose files its Mac gets")
        is_image = self.shared_layout is SharedLayout.IMAGE
        shared = f"{{directory}}/{DOCUMENTS_IMAGE}" if is_image else str(folder)
        return [word.replace("{shared}", shared) for word in self.shared]

    def options(
        self, extra: Iterable[str] = (), chosen: Path | None = None, documents: Path | None = None
    ) -> BridgeOptions:
        """Return the bridge's options, with `extra` arguments at the end of the command.

        `documents` is a folder of which the bridge makes an image where the recipe says so, `chosen` replaces
        the first needed file. Raises BridgeError with what to install or to provide.
        """
        program = self.check(chosen)
        found = self.found_files(chosen)
        command = [*program.command_for(found), *self.arguments]
        for number, (needed, path) in enumerate(zip(self.files, found, strict=True)):
            command += needed.arguments(path, chosen is not None and number == 0)
        command += self._overriding(program, found)
        return BridgeOptions(
            [*command, *extra],
            environment={**program.environment, **self.environment},
            title=self.title,
            keys=self.keys,
            swallow=self.swallow,
            mouse=self.mouse,
            caps_lock=self.caps_lock,
            messages=self.messages,
            texts=self.texts,
            opengl=self.opengl,
            documents=documents if self.shared_layout is SharedLayout.IMAGE else None,
            control=self.control,
        )

    def prefs_file(self, chosen: Path | None = None) -> Path | None:
        """Return the program's file of settings, None if it has none whose names may be set from afar.

        `chosen` replaces it. Raises BridgeError if it is missing.
        """
        return self.files[0].find(chosen) if self.files and self.prefs else None

    def found_files(self, chosen: Path | None = None) -> list[Path]:
        """Return the needed files, in the order of `files`. Raises BridgeError if one is missing."""
        return [needed.find(chosen if number == 0 else None) for number, needed in enumerate(self.files)]

    def _overriding(self, program: InstalledProgram, found: Sequence[Path]) -> list[str]:
        """Return the arguments that override the user's settings, which are in the first needed file."""
        lines = settings_lines(found[:1]) if any(each.setting for each in self.overrides) else []
        supported = self._supported_options(program) if self.overrides and self.help else None
        words: list[str] = []
        for override in self.overrides:
            arguments, overridden = override.apply(lines, supported)
            words += arguments
            if overridden and arguments:
                LOG.info(
                    "%s: `%s` in %s does not fit the bridge, %s is used.",
                    *(self.name, overridden, found[0], " ".join(arguments)),
                )
        return words

    def _supported_options(self, program: InstalledProgram) -> str:
        """Return the program's list of options, "" if it gives none."""
        environment = {
            **os.environ,
            **program.environment,
            "SDL_VIDEODRIVER": "dummy",
            "SDL_AUDIODRIVER": "dummy",
        }
        try:
            return subprocess.run(
                [*program.words, *self.help],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_HELP_SECONDS,
                check=False,
            ).stdout.decode(errors="replace")
        except (OSError, subprocess.TimeoutExpired) as error:
            LOG.warning("%s does not list its options: %s", program.words[-1], error)
            return ""
