"""The page: a browser client in plain ES modules, shipped as package data, served without a build step.

Everything a browser may fetch lies in `page/` and nothing else does, so that a server can hand out that
folder whole: `page/index.html` is `/`, and `page/X` is `/static/X`. The page also asks for `/keymap.json`
and for the WebSocket `/signaling`; the rest (input, picture, sound) goes through WebRTC.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["page_root"]


def page_root() -> Traversable:
    """The folder to serve; `page_root() / "index.html"` is the page itself."""
    return files(__name__) / "page"
