"""The files that hold compiled code: beside Moof's own, else in the user's cache.

A file's name has everything that its code depends on, so that a new version of anything leads to a new file,
and processors of several kinds can share a folder. What a damaged file holds is compiled again. Processes
that do so at the same time write equal files, one after the other.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file
from moof.machine_code.code_image import CodeImage, UnusableCodeError
from moof.machine_code.processor import environment_key

LOG: Final = logging.getLogger(__name__)

_SUFFIX: Final = ".code"


def cached_code(name: str, source: str, make: Callable[[], CodeImage]) -> CodeImage:
    """Return code from its file, or make it and keep it.

    Args:
        name: what it is, as a part of a file name.
        source: everything that it is made from; other text is other code.
        make: compiles it.
    """
    key = hashlib.sha256(source.encode()).hexdigest()[:16]
    file_name = f"{name}.{environment_key()}.{key}{_SUFFIX}"
    for folder in _folders():
        try:
            return CodeImage.from_bytes((folder / file_name).read_bytes())
        except FileNotFoundError:
            continue
        except (OSError, UnusableCodeError) as error:
            LOG.warning("%s is compiled again: %s", folder / file_name, error)
    image = make()
    _keep(file_name, image)
    return image


def has_cached_code() -> bool:
    """Return whether some code was compiled for this processor by these versions."""
    return any(any(folder.glob(f"*.{environment_key()}.*{_SUFFIX}")) for folder in _folders())


def _keep(file_name: str, image: CodeImage) -> None:
    problem: OSError | None = None
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            replace_file(folder / file_name, image.to_bytes(), mode=0o644)
        except OSError as error:
            problem = error
        else:
            return
    LOG.warning("Compiled code cannot be kept, and each start compiles it again: %s", problem)


def _folders() -> Iterator[Path]:
    """Yield where the files may be, in the order in which that is tried."""
    yield Path(__file__).parent / "__pycache__"
    from platformdirs import user_cache_path

    yield user_cache_path("moof") / "machine-code"
