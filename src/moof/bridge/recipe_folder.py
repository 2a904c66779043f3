"""Where recipes are: those of the package, and the user's, which replace them."""

import logging
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from platformdirs import user_config_path

from moof.bridge.errors import BridgeError
from moof.bridge.recipe import Recipe

LOG: Final = logging.getLogger(__name__)

_ENDING: Final = ".toml"


def find_recipe(name: str) -> Recipe:
    """Return the recipe of that name. Raises BridgeError with what is wrong in it, or with the known ones."""
    files = _files()
    if name in files:
        return _read(name, files[name])
    raise BridgeError(f"there is no recipe {name}; there are {', '.join(sorted(files))}")


def all_recipes() -> list[Recipe]:
    """Return all recipes by name; the user's replace those of Moof.

    Those that cannot be read or are invalid are left out: nobody needs them for another emulator.
    """
    recipes = []
    for name, file in sorted(_files().items()):
        try:
            recipes.append(_read(name, file))
        except BridgeError as error:
            LOG.warning("Left out: %s.", error)
    return recipes


def _files() -> dict[str, Traversable]:
    """Return the files of the recipes by the emulators' names."""
    own = user_config_path("moof") / "recipes"
    try:
        theirs = [file for file in own.iterdir() if file.is_file()]
    except FileNotFoundError:
        theirs = []
    except OSError as error:
        LOG.warning("Recipes in %s are left out: %s.", own, error.strerror)
        theirs = []
    files = [file for file in (*_shipped(), *theirs) if file.name.endswith(_ENDING)]
    return {file.name.removesuffix(_ENDING): file for file in files}


def _read(name: str, file: Traversable) -> Recipe:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BridgeError(f"the recipe {name} cannot be read: {error}") from error
    return Recipe.parse(name, text)


def _shipped() -> Iterable[Traversable]:
    return (resources.files("moof.bridge") / "recipes").iterdir()
