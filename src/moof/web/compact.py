"""Scripts and styles without what only people read: a browser gets half as many bytes of the same page.

The source stays as it is, and no build step stands between it and a browser: the server compacts a file when
it is requested first. Names are kept, so that the browser's tools and stack traces stay readable.
"""

from collections.abc import Callable
from pathlib import PurePath
from typing import Final

try:
    from rcssmin import cssmin
    from rjsmin import jsmin
except ImportError:  # an environment older than requirements/run.txt: the page works from its source, too
    jsmin = cssmin = str

__all__ = ["compact"]

_BY_SUFFIX: Final[dict[str, Callable[[str], str]]] = {".js": jsmin, ".css": cssmin}


def compact(path: str | PurePath, source: bytes) -> bytes:
    """Return a file's contents without comments and indentation; files of other kinds as they are.

    Args:
        path: Its suffix says what it is.
        source: UTF-8.
    """
    compacted = _BY_SUFFIX.get(PurePath(path).suffix)
    return source if compacted is None else compacted(source.decode()).encode()
