"""Limits of the body of a request in bytes, by its path."""

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from moof.capture.tap import LIMIT_BYTES
from moof.server.auth.access import AccessDenied, is_safe
from moof.server.storage.prefs import MAX_PREFS_BYTES

MAX_BODY: Final = 16 * 1024
"""The limit of paths that are not listed below."""
_MAX_PREFS_BODY: Final = 2 * MAX_PREFS_BYTES  # JSON writes a line end as two characters
_MAX_BODY_OF: Final = {"/api/prefs": _MAX_PREFS_BODY, "/api/capture": LIMIT_BYTES}
_UPLOAD_PATHS: Final = ("/api/disks/", "/api/roms/")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The limits; `max_upload` is that of one uploaded disk image or ROM."""

    max_upload: int = MAX_BODY

    def check(self, scope: Scope) -> AccessDenied | None:
        """Return why a request is refused: no Content-Length (411), or too large a one (413)."""
        if scope["type"] != "http" or is_safe(scope):
            return None
        headers = Headers(scope=scope)
        length = headers.get("content-length", "" if "transfer-encoding" in headers else "0")
        if not length.isascii() or not length.isdigit():
            return AccessDenied(411, "A request needs a Content-Length.")
        limit = self._max_body(scope["path"])
        if int(length) > limit:
            return AccessDenied(413, f"A request may have at most {limit} bytes here.")
        return None

    def _max_body(self, path: str) -> int:
        if path.startswith(_UPLOAD_PATHS):
            return self.max_upload
        return _MAX_BODY_OF.get(path, MAX_BODY)
