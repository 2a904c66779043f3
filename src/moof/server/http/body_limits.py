"""Limits of the body of a request in bytes, by its path."""

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from moof.capture.tap import LIMIT_BYTES
from moof.server.auth.access import AccessDenied, is_safe
from moof.server.protocol.keyboard_messages import MAX_TEXT
from moof.server.storage.prefs import MAX_PREFS_BYTES
from moof.states.state_file import MAX_FILE

MAX_BODY: Final = 16 * 1024
"""The limit of paths that are not listed below."""
_MAX_PREFS_BODY: Final = 2 * MAX_PREFS_BYTES  # JSON writes a line end as two characters
_MAX_DIGITS: Final = 20  # Python refuses to convert thousands of digits
_MAX_TEXT_BODY: Final = 12 * MAX_TEXT + 1024  # JSON may write a character as two escapes
_MAX_BODY_OF: Final = {
    "/api/prefs": _MAX_PREFS_BODY,
    "/api/capture": LIMIT_BYTES,
    "/api/text": _MAX_TEXT_BODY,
}
_UPLOAD_PATHS: Final = ("/api/disks/", "/api/roms/", "/api/documents/", "/api/uploads/")
_STATE_PATHS: Final = "/api/states/"


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The limits; `max_upload` is that of one uploaded file."""

    max_upload: int = MAX_BODY

    def check(self, scope: Scope) -> AccessDenied | None:
        """Return why a request is refused: no Content-Length (411), or too large a one (413).

        A chunked body has none: of two lengths, the one that was checked must be the one that is read (RFC
        9112, section 6.1).
        """
        if scope["type"] != "http":
            return None
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isascii() or not length.isdigit():
            return AccessDenied(411, "A request needs a Content-Length.")
        limit = self._max_body(scope)
        if len(length) > _MAX_DIGITS or int(length) > limit:
            return AccessDenied(413, f"A request may have at most {limit} bytes here.")
        return None

    def length(self, scope: Scope) -> int:
        """Return the length of the body of a request that is not refused, in bytes."""
        return int(Headers(scope=scope).get("content-length", "0"))

    def _max_body(self, scope: Scope) -> int:
        if scope["path"].startswith(_UPLOAD_PATHS) and not is_safe(scope):
            return self.max_upload
        if scope["path"].startswith(_STATE_PATHS) and not is_safe(scope):
            return MAX_FILE
        return _MAX_BODY_OF.get(scope["path"], MAX_BODY)
