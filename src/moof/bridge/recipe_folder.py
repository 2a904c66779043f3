"""Where recipes are: those of the package, and the user's, which replace them."""

from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable

from platformdirs import user_config_path

from moof.bridge.errors import BridgeError
from moof.bridge.recipe import Recipe


def find_recipe(name: str) -> Recipe:
    """Return the recipe of that name. Raises BridgeError with the known names."""
    recipes = all_recipes()
    for recipe in recipes:
        if recipe.name == name:
            return recipe
    names = ", ".join(recipe.name for recipe in recipes)
    raise BridgeError(f"there is no recipe {name}; there are {names}")


def all_recipes() -> list[Recipe]:
    """Return all recipes by name; the user's replace those of Moof."""
    texts = {path.name: path.read_text("utf-8") for path in _shipped() if path.name.endswith(".toml")}
    own = user_config_path("moof") / "recipes"
    texts |= {path.name: path.read_text("utf-8") for path in sorted(own.glob("*.toml"))}
    return [Recipe.parse(name.removesuffix(".toml"), text) for name, text in sorted(texts.items())]


def _shipped() -> Iterable[Traversable]:
    return (resources.files("moof.bridge") / "recipes").iterdir()
