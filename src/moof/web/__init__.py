"""The page: a browser client in plain ES modules, shipped as package data, served without a build step.

`page/` has all files that a browser may request and no others, so a server can serve the whole folder:
`page/index.html` is `/`, `page/api.html` is `/api`, and `page/X` is `/static/X`. The page also requests
`/keymap.json`, and opens the WebSocket `/signaling`. Input, video and audio use WebRTC or that WebSocket.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["page_root"]


def page_root() -> Traversable:
    """Return the folder to serve; `page_root() / "index.html"` is the page itself."""
    return files(__name__) / "page"
