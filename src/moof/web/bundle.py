"""The page's modules as few scripts, so that a browser makes two requests in place of a hundred.

Each module becomes a function that is called once, in the order in which a browser evaluates modules, and
returns what the module exports. `main.js` and what it imports are one script, which is evaluated first; a
module that is imported later, when it is needed, is another script with what only it imports. Both are at
addresses below `bundled/`, where the module has the name that it has in the page's folder.

The styles that the first picture needs are one style sheet there, too, `bundled/styles.css`.

The page's modules are written so that this is enough: an import is one line with names in braces, an export
stands before a declaration, exported values are never assigned again, and no modules import each other (the
tests look).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moof.web.compact import compact

__all__ = [
    "FOLDER",
    "MAIN",
    "PAGE",
    "STYLES",
    "Bundle",
    "BundleError",
    "bundle",
    "bundled_page",
    "bundled_styles",
]

MAIN: Final = "main.js"
STYLES: Final = "styles.css"
PAGE: Final = "index.html"
FOLDER: Final = "bundled"
_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async function|function\*?|class|const) ([\w$]+))", re.MULTILINE)
_NO_EXPORT: Final = re.compile(r"^export \{\};$", re.MULTILINE)
_LEFT: Final = re.compile(r"^(?:import|export)\b(?!\().*", re.MULTILINE)
_AWAITS: Final = re.compile(r"^(?!.*\basync\b)\S.*\bawait\b", re.MULTILINE)
_LATER: Final = re.compile(r'\bimport\("(\.[^"]+)"\)')
_PRELOAD: Final = re.compile(r'^ *<link rel="modulepreload" [^>]*>\n', re.MULTILINE)
_SCRIPT: Final = f'src="static/{MAIN}"'
_STYLE: Final = re.compile(r'^ *<link rel="stylesheet" href="static/(style/[\w-]+\.css)">\n', re.MULTILINE)
"""Not those of some windows alone, nor those that are loaded later."""


class BundleError(ValueError):
    """A module is not written as it has to be."""


@dataclass(frozen=True)
class Bundle:
    """A script, and the files that it was made from."""

    body: bytes
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Module:
    """A module of the page: its name, such as `ui/panels.js`, its source, and what it imports."""

    name: str
    source: str

    @property
    def imports(self) -> list[str]:
        return [_beside(self.name, address) for _, address in _IMPORT.findall(self.source)]


def bundled_page(html: str) -> str:
    """Return the page with the script in place of the modules, and one style sheet in place of several.

    Raises:
        BundleError: the page has no such module.
    """
    if _SCRIPT not in html:
        raise BundleError(f"the page does not have {_SCRIPT}")
    names = _STYLE.findall(html)

    def styles(link: re.Match[str]) -> str:
        return link[0].replace(link[1], f"{FOLDER}/{STYLES}") if link[1] == names[0] else ""

    return _STYLE.sub(styles, _PRELOAD.sub("", html)).replace(_SCRIPT, f'src="static/{FOLDER}/{MAIN}"')


def bundled_styles(root: Path) -> Bundle:
    """Return the styles that the page loads at once. Their relative addresses stay right, one folder deep.

    Args:
        root: the page's folder.

    Raises:
        OSError: a file cannot be read.
    """
    page = root / PAGE
    files = [root / name for name in _STYLE.findall(page.read_text(encoding="utf-8"))]
    return Bundle(b"\n".join(compact(file, file.read_bytes()) for file in files), (page, *files))


def bundle(root: Path, name: str) -> Bundle:
    """Return `main.js` with all that it imports, or another module with what it imports beyond that.

    Args:
        root: the page's folder.
        name: the module's path in it.

    Raises:
        BundleError: a module is not written as it has to be, or `main.js` has this one already.
        OSError: a file cannot be read.
    """
    main = _in_order(root, MAIN)
    if name == MAIN:
        shared = ", ".join(_variable(each.name) for each in main)
        body = _joined(main, name, after=f"export const modules = {{ {shared} }};\n")
        return Bundle(body, tuple(root / each.name for each in main))
    known = {each.name for each in main}
    if name in known:
        raise BundleError(f"{name} is part of {MAIN}")
    modules = _in_order(root, name)
    needed = ", ".join(_variable(each.name) for each in modules if each.name in known)
    entry = next(each for each in modules if each.name == name)
    exported = ", ".join(_EXPORT.findall(entry.source))
    body = _joined(
        [each for each in modules if each.name not in known],
        name,
        before=f'import {{ modules }} from "{_relative(MAIN, name)}";\nconst {{ {needed} }} = modules;\n',
        after=f"export const {{ {exported} }} = {_variable(name)};\n",
    )
    return Bundle(body, tuple(root / each.name for each in [*main, *modules]))


def _in_order(root: Path, name: str, found: dict[str, _Module] | None = None) -> list[_Module]:
    """Return a module after all that it imports, each once."""
    found = {} if found is None else found
    module = _Module(name, (root / name).read_text(encoding="utf-8"))
    for each in module.imports:
        if each not in found:
            _in_order(root, each, found)
    found[name] = module
    return list(found.values())


def _joined(modules: Iterable[_Module], entry: str, before: str = "", after: str = "") -> bytes:
    bodies = "".join(_called_once(module, entry) for module in modules)
    return before.encode() + bodies.encode() + after.encode()


def _called_once(module: _Module, entry: str) -> str:
    """Return a module as a function and its call; `entry` is the script that it becomes a part of."""
    exported = ", ".join(_EXPORT.findall(module.source))

    def imported(statement: re.Match[str]) -> str:
        names = statement[1].replace(" as ", ": ")
        return f"const {{{names}}} = {_variable(_beside(module.name, statement[2]))};"

    source = _NO_EXPORT.sub("", _EXPORT.sub("", _IMPORT.sub(imported, module.source)))
    if left := _LEFT.search(source):
        raise BundleError(f"{module.name}: {left[0]}")
    waits = bool(_AWAITS.search(source))
    body = compact(module.name, source.encode()).decode()
    body = _LATER.sub(
        lambda call: f'import("{_relative(_beside(module.name, call[1]), entry)}")', body
    ).replace("import.meta.url", f'new URL("{_own_address(module.name, entry)}",import.meta.url).href')
    start, call = ("await (async () => {", "})();") if waits else ("(() => {", "})();")
    return f"const {_variable(module.name)} = {start}\n{body}\nreturn {{ {exported} }};\n{call}\n"


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name)


def _beside(name: str, address: str) -> str:
    """Return the name of what a module calls by a relative address."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))


def _relative(name: str, entry: str) -> str:
    """Return the address of a script, relative to another one."""
    found = posixpath.relpath(name, posixpath.dirname(entry) or ".")
    return found if found.startswith(".") else f"./{found}"


def _own_address(name: str, entry: str) -> str:
    """Return the address of a module's own file, relative to the script that it is a part of."""
    return posixpath.relpath(name, posixpath.join(FOLDER, posixpath.dirname(entry)))
