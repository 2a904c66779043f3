"""A real Janus (Debian's package), with the VideoRoom plugin and its WebSocket alone."""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from support.processes import OutputProcess
from support.waiting import wait_until

ADMIN_KEY: Final = "a-key-to-make-rooms"
_PLUGINS: Final = Path("/usr/lib")


class JanusProcess(OutputProcess):
    """Janus, from its start until `stop`; `url` is that of its WebSocket."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.url = f"ws://127.0.0.1:{port}/"
        _configure(folder, port)
        program = shutil.which("janus")
        assert program is not None, "Janus is not installed: apt install janus"
        super().__init__([program, "--configs-folder", str(folder), "--disable-colors"])
        try:
            wait_until(self._listens, "Janus to listen")
        except BaseException:
            self.stop()
            raise

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


def _configure(folder: Path, port: int) -> None:
    folder.mkdir(exist_ok=True)
    root = next(_PLUGINS.glob("*/janus/plugins")).parent
    others = {
        kind: ",".join(
            path.name
            for path in sorted((root / kind).glob("*.so"))
            if not any(wanted in path.name for wanted in ("videoroom", "websockets"))
        )
        for kind in ("plugins", "transports")
    }
    (folder / "janus.jcfg").write_text(
        'general: { debug_level = 3; server_name = "tests" }\n'
        'nat: { ice_ignore_list = "vmnet" }\n'
        + "".join(f'{kind}: {{ disable = "{names}" }}\n' for kind, names in others.items())
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text(f'general: {{ admin_key = "{ADMIN_KEY}" }}\n')
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ json = "compact"; ws = true; ws_port = {port}; ws_ip = "127.0.0.1"; wss = false }}\n'
        "admin: { admin_ws = false; admin_wss = false }\n"
    )


def free_port() -> int:
    """Return a TCP port that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_janus(folder: Path) -> Iterator[JanusProcess]:
    """Run Janus at a free port."""
    janus = JanusProcess(folder, free_port())
    try:
        yield janus
    finally:
        janus.stop()
