"""The server: finds an emulator behind the contract IPC v4 and streams it to browsers.

Packages from the emulator to the page: `emulator` (the link to the emulator, its supervision), `video` and
`audio` (one thread each), `transport` (one viewer's WebRTC or WebSocket connection, over `rtp`), `session`
(a viewer from its first message to its last), `http` (page, API, WebSocket). Beside them `protocol` (bytes
and JSON, no I/O), `config`, `auth` and `storage`. `app` wires them, `server` starts and stops them.
Importing this package is cheap: import what you need from its modules.
"""

__all__: list[str] = []
