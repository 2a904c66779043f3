"""Moof: a classic Mac in a browser tab.

The rooms: `ipc` (the contract), `media` (pixels, codecs, sound), `mac` (the built-in Mac), `server`
(streaming), `web` (the page) and `cli` (the commands, the only place that knows all of them).
"""

__version__ = "0.1.0"
