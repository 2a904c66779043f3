"""The server: finds an emulator behind the contract IPC v4 and brings it into browsers.

From the emulator to the page: `source` (the connection to the emulator) → `picture` and `sound` (one
thread each) → `audience` (who watches) → `peer` (one viewer's WebRTC connection). Beside them
`signalling`, `session` and `lobby` (how viewers come and go), `web` (page and API), `supervisor` (keeps
an emulator running), `streaming`, where it is all wired, and `server`, which starts and stops it.
Importing this package is cheap; take what you need from its modules.
"""

__all__: list[str] = []
