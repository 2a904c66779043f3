"""The emulators that are installed on this machine, for the page's settings."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from moof.cli.emulator_command import follows_file
from moof.server.config.installed_emulators import EmulatorPrefs, InstalledEmulator, InstalledEmulators
from moof.server.config.settings import BUILT_IN, SettingsError, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from moof.bridge.recipe import Recipe
    from moof.cli.serverflags import ServerFlags
    from moof.setup.image_rules import ImageRules

_ABOUT_BUILT_IN: Final = "Built-in Mac"
_ARGUMENTS: Final = "emulator_argument"


class EmulatorList(InstalledEmulators):
    """Looks for programs at each call: one may have been installed meanwhile."""

    def __init__(self, flags: ServerFlags, file: Path, *, at_restart: bool) -> None:
        """`at_restart` says that the emulator that runs now is one that the next start may replace."""
        self._file = file
        self._follows_file = follows_file(flags, file)
        self._at_restart = at_restart
        self._follows_arguments = list(flags.emulator_argument or ()) == self._values().get(_ARGUMENTS, [])

    @property
    def follows_file(self) -> bool:
        """Whether moof.toml decides, and no option of the command line."""
        return self._follows_file

    def all(self) -> list[InstalledEmulator]:
        """Return the built-in Mac, those of moof.toml, and those of the bridge whose programs are here."""
        built_in = InstalledEmulator(BUILT_IN, _ABOUT_BUILT_IN, at_restart=self._at_restart)
        own = list(self._of_file())
        names = {each.name for each in own}
        return [built_in, *own, *(each for each in self._of_bridge() if each.name not in names)]

    def install_advice(self, name: str) -> str:
        """Return what the emulator's recipe says."""
        from moof.bridge.errors import BridgeError
        from moof.bridge.recipe_folder import find_recipe

        try:
            return find_recipe(name).install
        except BridgeError:
            return ""

    def next_prefs(self, first: EmulatorPrefs | None) -> EmulatorPrefs | None:
        """Return those of the emulator that moof.toml names, where the next start of the Mac follows it."""
        from moof.bridge.errors import BridgeError

        if not (self._follows_file and self._at_restart):
            return first
        recipe = self._named_recipe()
        if recipe is None:
            return None
        try:
            path = recipe.prefs_file(self._named_by_file()[1])
        except BridgeError:
            return None
        return None if path is None else EmulatorPrefs(path, recipe.prefs)

    def next_images(self) -> ImageRules | None:
        """Return what the recipe says, where moof.toml decides the next start: emulator and arguments."""
        if not (self._follows_file and self._at_restart and self._follows_arguments):
            return None
        recipe = self._named_recipe()
        return None if recipe is None else recipe.images

    def _named_recipe(self) -> Recipe | None:
        """Return the recipe that moof.toml names, None if it names an emulator without one."""
        from moof.bridge.errors import BridgeError
        from moof.bridge.recipe_folder import find_recipe

        name = self._named_by_file()[0]
        if name == BUILT_IN or name in {each.name for each in self._of_file()}:
            return None
        try:
            return find_recipe(name)
        except BridgeError:
            return None

    def _of_file(self) -> Iterator[InstalledEmulator]:
        try:
            emulators = read_settings(self._file).emulators
        except SettingsError:
            return
        for name, settings in emulators.items():
            program = settings.command[0]
            missing = "" if shutil.which(program) else f"there is no program {program}"
            yield InstalledEmulator(name, name, missing)

    def _of_bridge(self) -> Iterator[InstalledEmulator]:
        from moof.bridge.errors import BridgeError
        from moof.bridge.installed_program import find_program
        from moof.bridge.recipe_folder import all_recipes

        named, chosen = self._named_by_file()
        for recipe in all_recipes():
            if find_program(recipe.programs) is None:
                continue
            try:
                recipe.check(chosen if recipe.name == named else None)
                missing = ""
            except BridgeError as error:
                missing = str(error)
            yield InstalledEmulator(recipe.name, recipe.about, missing, self._at_restart)

    def _named_by_file(self) -> tuple[str, Path | None]:
        """Return the emulator that moof.toml names, and the file that it gets in place of its own."""
        values = self._values()
        file = values.get("emulator_file")
        return str(values.get("emulator", BUILT_IN)), Path(str(file)) if file else None

    def _values(self) -> Mapping[str, object]:
        """Return the values of moof.toml, none if it cannot be read."""
        try:
            return read_settings(self._file).values
        except SettingsError:
            return {}
