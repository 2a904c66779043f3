"""Recipes: how the bridge runs an emulator, as data (recipes/*.toml).

Users can add recipes: files in the folder `recipes` of Moof's configuration override ours. The keys::

    about       a line for the list
    install     a sentence: how to install the program
    programs    names of the program, tried in turn
    arguments   of the command; {pulse} is the sound server
    title       part of the title of its window
    mouse       "absolute", "relative" or "click"
    caps_lock   "tap" or "hold" (keycodes.py)
    swallow     its own hot keys, which it does not get (hot_keys.py)
    [keys]      a Mac's key = the PC key it sits on (keycodes.py)
    [environment]  added to the program's
    [[files]]   a file it needs: `what`, `paths` (the first that exists), `missing` (a sentence), `option`
                (the program's option for it), `names` (a key in that file which names another that must
                exist) and `names_missing`
"""

import shutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

from platformdirs import user_config_path

from moof.bridge.bridge import BridgeOptions
from moof.bridge.errors import BridgeError
from moof.bridge.hot_keys import HotKey
from moof.bridge.keycodes import CapsLock, x_keycodes
from moof.bridge.pointer import MouseKind

_KEYS: Final = {
    "about", "install", "programs", "arguments", "title", "mouse", "caps_lock", "keys", "swallow",
    "files", "environment",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NeededFile:
    """A file that the emulator requires, and the message if it is missing."""

    what: str
    paths: tuple[str, ...]
    missing: str
    option: str = ""
    names: str = ""
    names_missing: str = ""

    def find(self, chosen: Path | None) -> Path:
        """Return the file, `chosen` or the first that exists. Raises BridgeError if it is missing."""
        if chosen is not None and not chosen.is_file():
            raise BridgeError(f"{self.what}: there is no file {chosen}.")
        candidates = [chosen] if chosen else [Path(path).expanduser() for path in self.paths]
        for path in candidates:
            if path.is_file():
                self._check_named(path)
                return path
        searched = ", ".join(self.paths)
        raise BridgeError(f"{self.what} not found. {self.missing} Searched: {searched}.")

    def _check_named(self, path: Path) -> None:
        """Check that a settings file names another one (`rom /path/of/it`) that exists.

        The program uses the path as it is: relative to the folder that it is started in, ~ is not expanded.
        """
        if not self.names:
            return
        for line in path.read_text(errors="replace").splitlines():
            key, *value = line.split(None, 1) or [""]
            if key == self.names and value and Path(value[0].rstrip()).is_file():
                return
        raise BridgeError(f"{self.names_missing} (searched {path} for a line `{self.names} FILE`)")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One emulator's recipe; the module's docstring explains the fields."""

    name: str
    about: str
    install: str
    programs: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    title: str = ""
    mouse: MouseKind = MouseKind.ABSOLUTE
    caps_lock: CapsLock = CapsLock.TAP
    keys: Mapping[str, str] = field(default_factory=dict)
    swallow: tuple[HotKey, ...] = ()
    files: tuple[NeededFile, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, name: str, text: str) -> "Recipe":
        """Parse a recipe. Raises BridgeError with what is wrong in it."""
        try:
            data = tomllib.loads(text)
            if unknown := data.keys() - _KEYS:
                raise ValueError(f"{', '.join(sorted(unknown))}: no such key")
            return cls._of(name, data)
        except (tomllib.TOMLDecodeError, ValueError, TypeError, KeyError) as error:
            raise BridgeError(f"the recipe {name} is invalid: {error}") from error

    @classmethod
    def _of(cls, name: str, data: dict[str, Any]) -> "Recipe":
        x_keycodes(data.get("keys", {}))
        files = tuple(
            NeededFile(**{**needed, "paths": tuple(needed["paths"])}) for needed in data.get("files", [])
        )
        return cls(
            name=name,
            about=data["about"],
            install=data["install"],
            programs=tuple(data["programs"]),
            arguments=tuple(data.get("arguments", ())),
            title=data.get("title", ""),
            mouse=MouseKind(data.get("mouse", "absolute")),
            caps_lock=CapsLock(data.get("caps_lock", "tap")),
            keys=data.get("keys", {}),
            swallow=tuple(HotKey.parse(text) for text in _list(data, "swallow")),
            files=files,
            environment=data.get("environment", {}),
        )

    def program(self) -> str | None:
        """Return the program's path, None if it is not installed."""
        return next((found for name in self.programs if (found := shutil.which(name))), None)

    def options(self, extra: Iterable[str] = (), chosen: Path | None = None) -> BridgeOptions:
        """Return the bridge's options, with `extra` arguments at the end of the command.

        `chosen` replaces the first needed file. Raises BridgeError with what to install or to provide.
        """
        program = self.program()
        if program is None:
            raise BridgeError(f"{self.programs[0]} is not installed. {self.install}")
        command = [program, *self.arguments]
        for number, needed in enumerate(self.files):
            path = needed.find(chosen if number == 0 else None)
            command += [needed.option, str(path)] if needed.option else []
        command += extra
        return BridgeOptions(
            command,
            environment=self.environment,
            title=self.title,
            keys=self.keys,
            swallow=self.swallow,
            mouse=self.mouse,
            caps_lock=self.caps_lock,
        )


def find_recipe(name: str) -> Recipe:
    """Return the recipe of that name. Raises BridgeError with the known names."""
    for recipe in all_recipes():
        if recipe.name == name:
            return recipe
    names = ", ".join(recipe.name for recipe in all_recipes())
    raise BridgeError(f"there is no recipe {name}; there are {names}")


def all_recipes() -> list[Recipe]:
    """Return all recipes by name; the user's replace those of Moof."""
    texts = {path.name: path.read_text("utf-8") for path in _shipped() if path.name.endswith(".toml")}
    own = user_config_path("moof") / "recipes"
    texts |= {path.name: path.read_text("utf-8") for path in sorted(own.glob("*.toml"))}
    return [Recipe.parse(name.removesuffix(".toml"), text) for name, text in sorted(texts.items())]


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    values = data.get(key, [])
    if not isinstance(values, list):
        raise ValueError(f"{key} must be a list")
    return values


def _shipped() -> Iterable[Any]:
    return (resources.files("moof.bridge") / "recipes").iterdir()
