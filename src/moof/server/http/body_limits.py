"""How many bytes the body of a request may have, by its path."""

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from moof.capture.tap import LIMIT_BYTES
from moof.server.auth.access import AccessDenied, is_safe
from moof.server.storage.prefs import MOST_TEXT

MOST_BODY: Final = 16 * 1024
"""Bytes of a body where nothing else is said."""
_MOST_PREFS_BODY: Final = 2 * MOST_TEXT  # JSON writes line ends as two characters
_MOST_BODY_OF: Final = {"/api/prefs": _MOST_PREFS_BODY, "/api/capture": LIMIT_BYTES}
_FILES: Final = ("/api/disks/", "/api/roms/")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """`most_upload` is the size in bytes of one uploaded disk image or ROM."""

    most_upload: int = MOST_BODY

    def refusal(self, scope: Scope) -> AccessDenied | None:
        """Return why a request is refused: without a Content-Length (411) or with too large a one (413)."""
        if scope["type"] != "http" or is_safe(scope):
            return None
        headers = Headers(scope=scope)
        length = headers.get("content-length", "" if "transfer-encoding" in headers else "0")
        if not length.isascii() or not length.isdigit():
            return AccessDenied(411, "A request needs a Content-Length.")
        most = self._most_body(scope["path"])
        return (
            AccessDenied(413, f"A request may have at most {most} bytes here.")
            if int(length) > most
            else None
        )

    def _most_body(self, path: str) -> int:
        if path.startswith(_FILES):
            return self.most_upload
        return _MOST_BODY_OF.get(path, MOST_BODY)


USUAL: Final = BodyLimits()
