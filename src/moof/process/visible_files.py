"""Which files an emulator needs to see: those of its installation, and those that its command names.

A folder that holds more than an emulator's files (the home, the root, /etc …) is never shown because of a
name in a command or in settings: Basilisk II's settings, for example, have `extfs /` at first.
"""

import logging
import os
import re
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from moof.process.planted_links import Access, access_to, planted_link
from moof.process.sandbox import SYSTEM, Sandbox

LOG: Final = logging.getLogger(__name__)

_NEVER: Final = ("/dev", "/proc", "/sys")
_SHARED_FOLDERS: Final = (
    *("bin", ".local", ".local/bin", ".config", "Applications", "Desktop", "Documents", "Downloads"),
)
"""Folders of a home that hold more than one program's files."""
_SEPARATORS: Final = re.compile(r"[=,:;]")
_MAX_LINKS: Final = 16
_MAX_SCRIPT: Final = 1 << 16
_ABSOLUTE_PATH: Final = re.compile(r"/[^\s'\"<>|;&()]+")


def program_files(program: Path, home: Path, writable: Collection[Path] = ()) -> list[Path]:
    """Return what belongs to a program's installation: its folders, or the file alone in a shared folder.

    Symbolic links are followed one by one, since an installation (a Python environment, for example) may be
    found by each of them. What a script starts (its interpreter, the programs that it names) is shown, too.
    What `SYSTEM` shows is left out. In the `writable` folders the program could make links, which are not
    followed.
    """
    hops = [*_followed(program, home, writable)]
    scripts = [] if hops[-1].is_symlink() else [*_named_by_script(hops[-1])]
    for named in scripts:
        hops += _followed(named, home, writable)
    return list(dict.fromkeys(_installation(each, home) for each in hops if not is_system(each)))


def _followed(program: Path, home: Path, writable: Collection[Path]) -> Iterator[Path]:
    """Yield a program and what its links lead to, up to a link that the program could have made."""
    for _ in range(_MAX_LINKS):
        yield program
        folder = program if is_system(program) else _installation(program, home)
        exchangeable = folder in writable or (folder == program and _is_inside(program, writable))
        if exchangeable or not program.is_symlink():
            return
        program = program.parent / program.readlink()


def _is_inside(path: Path, folders: Collection[Path]) -> bool:
    return any(folder in path.parents for folder in folders)


def _named_by_script(program: Path) -> Iterator[Path]:
    """Yield the files that a script names by their absolute paths."""
    try:
        with program.open("rb") as file:
            text = file.read(_MAX_SCRIPT) if file.read(2) == b"#!" else b""
    except OSError:
        return
    for name in _ABSOLUTE_PATH.findall(text.decode(errors="replace")):
        if Path(name).is_file():
            yield Path(name)


def _installation(program: Path, home: Path) -> Path:
    folder = program.parent
    prefix = folder.parent if folder.name in ("bin", "sbin", "games") else folder
    return program if is_broad(prefix, home) else prefix


def named_files(words: Iterable[str], folder: Path, home: Path) -> Iterator[Path]:
    """Yield existing files and folders that words name, as a whole or in a part.

    "file=mac.img,format=raw" names one, and "mount c /dos". What names one is not divided further: others
    than the host's user choose names of files, of which parts may be names of the user's own files.

    Relative names start at `folder`. Devices, sockets and what `SYSTEM` shows are left out.
    """
    for word in words:
        for part in dict.fromkeys(_parts(word, folder)):
            if part and not part.startswith("-"):
                path = Path(os.path.normpath(folder / part))
                if _is_for_sandbox(path, home):
                    yield path


def _parts(word: str, folder: Path) -> Iterator[str]:
    """Yield what may be names of files in a word. QEMU doubles commas in values."""
    options = [each.replace("\0", ",") for each in word.replace(",,", "\0").split(",")]
    values = [each.partition("=")[2] for each in options]
    if _is_there(folder, word):
        yield word
    elif any(_is_there(folder, each) for each in values):
        for option, value in zip(options, values, strict=True):
            yield from [value] if _is_there(folder, value) else _pieces(option)
    else:
        yield from _pieces(word)


def _is_there(folder: Path, name: str) -> bool:
    return name != "" and os.path.exists(folder / name)  # noqa: PTH110  False for what Path.exists refuses


def _pieces(word: str) -> list[str]:
    return [word, *_SEPARATORS.split(word), *word.split()]


def with_settings(sandbox: Sandbox, folder: Path, home: Path) -> Sandbox:
    """Return the sandbox with its settings, and with the files that they name, relative to `folder`.

    The program may not write its settings: a guest that has taken it over could name any file there, and
    would find that file at the next start.
    """
    read_only, writable = [*sandbox.read_only], [*sandbox.writable]
    for path in _settings_files(sandbox):
        reads, writes = settings_words(path.read_text(errors="replace"))
        read_only += [path, *named_files(reads, folder, home)]
        writable += named_files(writes, folder, home)
    return replace(
        sandbox,
        read_only=tuple(dict.fromkeys(read_only)),
        writable=tuple(path for path in dict.fromkeys(writable) if path not in read_only),
        settings=(),
    )


def _settings_files(sandbox: Sandbox) -> Iterator[Path]:
    """Yield the settings; those that do not exist are made, empty, where the program could make them."""
    for path in sandbox.settings:
        if planted_link(path, sandbox) is None:
            if access_to(path.parent, sandbox) is Access.WRITE and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
            if path.is_file():
                yield path


def with_program(sandbox: Sandbox, program: str, folder: Path, search_path: str | None) -> Sandbox:
    """Return the sandbox with its program read-only, should that lie in a folder that it may write.

    Otherwise it could put a script there that names files, which would be shown at the next start.
    """
    found = shutil.which(folder / program if "/" in program else program, path=search_path)
    path = Path(os.path.normpath(folder / (found or program)))
    if access_to(path, sandbox) is not Access.WRITE or path in sandbox.writable or not path.is_file():
        return sandbox
    return replace(sandbox, read_only=(*sandbox.read_only, path))


def settings_words(text: str) -> tuple[list[str], list[str]]:
    """Return what settings may name, `key value` or `key = value` a line: to read only, and to write.

    As in Basilisk II's settings, a value that begins with * names a disk that is read only; a `rom` is, too.
    """
    read_only: list[str] = []
    writable: list[str] = []
    for line in text.splitlines():
        key, *rest = re.split(r"[\s=]+", line.strip(), maxsplit=1)
        value = rest[0].strip().strip('"') if rest else ""
        (read_only if value.startswith("*") or key.lower() == "rom" else writable).append(value.lstrip("*"))
    return read_only, writable


def _is_for_sandbox(path: Path, home: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    if is_system(path) or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return False
    if stat.S_ISDIR(mode) and is_broad(path.resolve(), home):
        LOG.warning("%s is not shown in the sandbox: it holds more than an emulator's files.", path)
        return False
    return True


def is_system(path: Path) -> bool:
    """Return whether a path is below what every sandbox shows, or below what none does."""
    return any(path.is_relative_to(each) for each in (*SYSTEM, *_NEVER))


def is_broad(folder: Path, home: Path) -> bool:
    """Return whether a folder holds more than one emulator's files, so that it is shown only if asked for."""
    if len(folder.parts) <= 2 or folder.is_relative_to("/etc") or folder.is_relative_to("/run"):
        return True  # the root, and folders in it: /home, /opt, /srv, /var …
    return home.is_relative_to(folder) or folder in [home / name for name in _SHARED_FOLDERS]
