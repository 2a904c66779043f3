"""The page and its files under /static: compacted and bundled (moof.web), revalidated each time."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Final

from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.staticfiles import NotModifiedResponse
from starlette.types import Scope

from moof.web import page_root
from moof.web.bundle import FOLDER, PAGE, STYLES, BundleError, bundle, bundled_page, bundled_styles
from moof.web.compact import compact

REVALIDATE: Final = {"cache-control": "no-cache"}
"""A new version of the server may have another page."""
_KIOSK_STYLE: Final = '<link rel="stylesheet" href="static/style/kiosk.css">'
_COMPACTED: Final = (".js", ".css")


@dataclass(frozen=True)
class _Compacted:
    modified_ns: tuple[int, ...]
    body: bytes
    files: tuple[Path, ...]

    @cached_property
    def etag(self) -> str:
        return f'"{blake2b(self.body, digest_size=16).hexdigest()}"'

    @property
    def is_current(self) -> bool:
        """Whether no file that it was made from has changed since."""
        return _modified(self.files) == self.modified_ns


def page(*, kiosk: bool = False) -> Response:
    """Return the page, whose modules are one script, and whose first styles are one style sheet.

    With `kiosk` it is that of a visitor, without controls.

    Raises:
        BundleError: it has no such script.
    """
    html = Path(str(page_root() / PAGE)).read_text(encoding="utf-8")
    whole = bundled_page(html)
    if kiosk:
        whole = whole.replace("</head>", f"{_KIOSK_STYLE}</head>", 1)
    return HTMLResponse(whole, headers=REVALIDATE)


class PageFiles(StaticFiles):
    """The page's folder. What is compacted is kept until a file of it changes.

    Below `bundled/` a module's name stands for a script with all its modules, and STYLES for the styles.
    """

    def __init__(self) -> None:
        super().__init__(directory=str(page_root()))
        self._compacted: dict[str, _Compacted] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the answer for a path below the mount."""
        folder, _, name = path.partition("/")
        if folder != FOLDER or scope["method"] not in ("GET", "HEAD"):
            return await super().get_response(path, scope)
        found = self._compacted.get(path)
        if found is None or not found.is_current:
            found = self._compacted[path] = await run_in_threadpool(self._made, name)
        kind = "text/css" if name == STYLES else "text/javascript"
        response = Response(found.body, headers={"etag": found.etag}, media_type=kind)
        response.headers.update(REVALIDATE)
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response

    def _made(self, name: str) -> _Compacted:
        """Return the bundle of a name. Raises HTTPException if there is none."""
        is_style = name == STYLES
        _, status = self.lookup_path(PAGE if is_style else name)
        if status is None or not (is_style or name.endswith(".js")):
            raise HTTPException(404)
        root = Path(str(page_root()))
        try:
            made = bundled_styles(root) if is_style else bundle(root, name)
        except BundleError as error:
            raise HTTPException(404, str(error)) from error
        return _Compacted(_modified(made.files), made.body, made.files)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file's contents, or 304 if the browser's copy is current."""
        response = self._contents(Path(full_path), stat_result, status_code)
        response.headers.update(REVALIDATE)
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response

    def _contents(self, path: Path, status: os.stat_result, status_code: int) -> Response:
        if path.suffix not in _COMPACTED:
            return FileResponse(path, status_code=status_code, stat_result=status)
        file = self._compacted.get(str(path))
        if file is None or file.modified_ns != (status.st_mtime_ns,):
            body = compact(path, path.read_bytes())
            file = self._compacted[str(path)] = _Compacted((status.st_mtime_ns,), body, (path,))
        kind = "text/css" if path.suffix == ".css" else "text/javascript"
        return Response(file.body, status_code, {"etag": file.etag}, media_type=kind)


def _modified(files: Iterable[Path]) -> tuple[int, ...]:
    return tuple(_modified_ns(file) for file in files)


def _modified_ns(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
