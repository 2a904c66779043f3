"""Files that an emulator requires (ROM, system, settings): where they are, what is said of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from moof.bridge.errors import BridgeError


@dataclass(frozen=True, slots=True)
class NeededFile:
    """A file that the emulator requires, and the message if it is missing.

    Attributes:
        what: its name for people.
        paths: where it is looked for, the first first; {config} is the user's folder of settings, ~ the home,
            and * and ? in the last part stand for any characters.
        missing: a sentence that is shown if there is none.
        option: the program's option for it; without one the program is not told where it is.
        found_by_program: whether the program itself looks in `paths` in this order. The option is then
            passed only for a file that the user has chosen: it can change other things, too.
        names: a key in this file that names another one which must exist (`rom /path/of/it`).
        names_missing: a sentence that is shown if that one does not exist.
    """

    what: str
    paths: tuple[str, ...]
    missing: str
    option: str = ""
    found_by_program: bool = False
    names: str = ""
    names_missing: str = ""

    def find(self, chosen: Path | None) -> Path:
        """Return the file, `chosen` or the first that exists. Raises BridgeError if it is missing."""
        if chosen is not None and not chosen.is_file():
            raise BridgeError(f"{self.what}: there is no file {chosen}.")
        for path in [chosen] if chosen else self._candidates():
            if path.is_file():
                self._check_named(path)
                return path
        searched = ", ".join(str(expanded(path)) for path in self.paths)
        raise BridgeError(f"{self.what} not found. {self.missing} Searched: {searched}.")

    def arguments(self, path: Path, chosen: bool) -> list[str]:
        """Return the arguments that tell the program of the file."""
        return [self.option, str(path)] if self.option and (chosen or not self.found_by_program) else []

    def _candidates(self) -> Iterator[Path]:
        for path in map(expanded, self.paths):
            yield from sorted(path.parent.glob(path.name))

    def _check_named(self, path: Path) -> None:
        """Check that a settings file names another one that exists.

        The program uses the path as it is: relative to the folder that it is started in, ~ is not expanded.
        """
        if not self.names:
            return
        for line in settings_lines([path]):
            key, *value = line.split(None, 1)
            if key == self.names and value and Path(value[0]).is_file():
                return
        raise BridgeError(f"{self.names_missing} (searched {path} for a line `{self.names} FILE`)")


def expanded(path: str) -> Path:
    """Return a recipe's path with the user's folders in place of ~ and {config}."""
    return Path(path.replace("{config}", str(user_config_path()))).expanduser()


def settings_lines(paths: Iterable[Path]) -> list[str]:
    """Return the lines of settings files, without white space around them and without empty ones."""
    lines = [line.strip() for path in paths for line in path.read_text(errors="replace").splitlines()]
    return [line for line in lines if line]
