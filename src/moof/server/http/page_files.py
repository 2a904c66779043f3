"""The page's files under /static, compacted (moof.web.compact) and revalidated each time."""

import os
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.staticfiles import NotModifiedResponse
from starlette.types import Scope

from moof.web import page_root
from moof.web.compact import compact

REVALIDATE: Final = {"cache-control": "no-cache"}
"""A new version of the server may have another page."""
_COMPACTED: Final = (".js", ".css")


@dataclass(frozen=True, slots=True)
class _Compacted:
    modified_ns: int
    body: bytes
    etag: str


class PageFiles(StaticFiles):
    """The page's folder. A file is compacted when it is requested first, and again when it has changed."""

    def __init__(self) -> None:
        super().__init__(directory=str(page_root()))
        self._compacted: dict[str, _Compacted] = {}

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
        if file is None or file.modified_ns != status.st_mtime_ns:
            body = compact(path, path.read_bytes())
            etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
            file = self._compacted[str(path)] = _Compacted(status.st_mtime_ns, body, etag)
        kind = "text/css" if path.suffix == ".css" else "text/javascript"
        return Response(file.body, status_code, {"etag": file.etag}, media_type=kind)
