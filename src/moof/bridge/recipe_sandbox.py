"""The sandbox of a program behind the bridge: what it sees, by its command and by its recipe."""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from platformdirs import user_config_path, user_data_path

from moof.bridge.needed_file import expanded
from moof.bridge.recipe import Recipe
from moof.process import Sandbox
from moof.process.sandbox import HOMES
from moof.process.visible_files import named_files, program_files


def command_sandbox(command: Sequence[str], home: Path | None = None) -> Sandbox:
    """Return the sandbox of a command: its installation, read-only, and the files that it names, writable."""
    program = Path(shutil.which(command[0]) or command[0]).absolute()
    writable = tuple(named_files(command[1:], Path.cwd(), _home()))
    return Sandbox(
        read_only=tuple(program_files(program, _home(), writable)),
        writable=writable,
        hidden=(user_data_path("moof"), user_config_path("moof")),
        home=home,
    )


def recipe_sandbox(
    recipe: Recipe, command: Sequence[str], extra: Sequence[str], chosen: Path | None = None
) -> Sandbox:
    """Return the sandbox of a recipe's command, whose last words are the user's own, `extra`.

    It reads the needed files (`chosen` is the first of them) and writes those that `extra` names. Raises
    BridgeError if a needed file is missing.
    """
    found = recipe.found_files(chosen)
    own = command[1 : len(command) - len(extra)]
    sandbox = command_sandbox([command[0], *extra], user_data_path("moof") / HOMES / recipe.name)
    return replace(
        sandbox,
        read_only=tuple(dict.fromkeys([*sandbox.read_only, *_named([*map(str, found), *own])])),
        writable=tuple(dict.fromkeys([*sandbox.writable, *_state(recipe, found)])),
        settings=tuple(path for path, needed in zip(found, recipe.files, strict=True) if needed.names),
        network=recipe.network,
    )


def _named(words: Iterable[str]) -> list[Path]:
    return list(named_files(words, Path.cwd(), _home()))


def _state(recipe: Recipe, found: Iterable[Path]) -> list[Path]:
    """Return what the emulator has kept so far, such as its XPRAM, in the home or beside a needed file."""
    folders = {path.parent for path in found}
    kept = [expanded(name) for name in recipe.state]
    beside = [folder / path.name for folder in folders for path in kept]
    return [path for path in (*kept, *beside) if path.exists()]


def _home() -> Path:
    return Path(os.environ.get("HOME") or "/")
