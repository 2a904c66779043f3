"""The path below which a server serves everything."""

import re
from typing import Final

ROOT_PATH: Final = "/"

_SEGMENT: Final = re.compile(r"([A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})+")
"""A segment of a path (RFC 3986, section 3.3), without the semicolon that would end a cookie's Path."""


def check_base_path(text: str) -> str:
    """Return a base path as it is used, with a slash at both ends. Raises ValueError if it is none."""
    segments = text.strip("/").split("/") if text.strip("/") else []
    if any(not _SEGMENT.fullmatch(each) or each in (".", "..") for each in segments):
        raise ValueError(f"{text!r} is not a path such as /mac/")
    return "".join(f"/{each}" for each in segments) + "/"
