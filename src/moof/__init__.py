"""Moof: a classic Mac in a browser tab.

Packages: `ipc` (the contract between emulator and server), `media` (pixels, codecs, sound), `process`
(child processes), `capture` (recordings of the sound), `mac` (the built-in Mac), `bridge` (other emulators),
`server` (streaming), `web` (the page) and `cli` (the commands, which import all others).
"""

__version__ = "0.1.0"
