"""The whole HTTP application, given requests as uvicorn would hand them over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from moof.preference_rules import parse_rules
from moof.server.app import StreamingServer
from moof.server.auth.exemptions import Everybody
from moof.server.config.options import LibraryPaths, ServerOptions
from moof.server.http.body_limits import BodyLimits
from moof.server.http.routes import create_app
from support.fuzz.target import Feed, FuzzTarget

_Run = Callable[[Coroutine[Any, Any, None]], object]


@contextlib.contextmanager
def _open() -> Iterator[Feed]:
    """Requests are METHOD path|header:value|…, a line end, and the body."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        root = Path(folder) / "files"
        root.mkdir()
        rules = parse_rules({"rom": "path roms", "disk": "paths disks", "ramsize": "int 1 64"})
        paths = LibraryPaths(
            *(root / "disks", root / "roms", root / "prefs", root / "moof.toml", 100_000), prefs_rules=rules
        )
        options = ServerOptions(http_port=0, signaling_port=0, library_paths=paths, target_pid=1)

        async def make() -> Any:
            server = StreamingServer(options)
            rules = replace(server._rules, exemption=Everybody())
            return create_app(server.backend, rules, BodyLimits(paths.max_upload)), server

        app, server = runner.run(make())
        port = server._http_servers[0].port
        run = runner.get_loop().run_until_complete  # Runner.run installs a signal handler at each call
        yield lambda data: _send_request(run, app, data, port, root)
        runner.run(server.stop())


def _send_request(run: _Run, app: Any, data: bytes, port: int, root: Path) -> None:
    """Send one request.

    A finding is a status of 500 or more other than 503, a missing Content-Security-Policy, or a file outside
    of the configured folders.
    """
    line, _, body = data.partition(b"\n")
    scope = _request_scope(line, len(body), port)
    answers: list[dict[str, Any]] = []
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(parts, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    run(app(scope, receive, send))
    start = answers[0]
    assert start["status"] < 500 or start["status"] == 503, (start, answers[1:])
    assert b"content-security-policy" in dict(start["headers"]), start
    assert list(root.parent.iterdir()) == [root], "a file was written outside of the folder"


def _request_scope(line: bytes, body_length: int, port: int) -> dict[str, Any]:
    line = bytes(byte for byte in line if 0x20 <= byte < 0x7F)  # h11 refuses requests with other bytes
    method, _, rest = line.partition(b" ")
    path, *extra = rest.split(b"|")
    raw, _, query = path.partition(b"?")
    headers = [(b"host", f"127.0.0.1:{port}".encode()), (b"content-type", b"application/json")]
    headers += [(name.lower(), value) for name, _, value in (each.partition(b":") for each in extra) if name]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method.decode("latin-1") or "GET",
        "scheme": "http",
        "path": "/" + raw.decode("utf-8", "replace").lstrip("/"),
        "raw_path": raw,
        "query_string": query,
        "root_path": "",
        "headers": [*headers, (b"content-length", str(body_length).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", port),
        "extensions": {},
    }


def _json(**fields: object) -> bytes:
    return json.dumps(fields).encode()


HTTP = FuzzTarget(
    _open,
    (
        b"GET /api/status\n",
        b"GET /static/../../../../etc/passwd\n",
        b"POST /api/codec\n" + _json(codec="png"),
        b"POST /api/restart\n",
        b"POST /api/emulators\n" + _json(pid=1),
        b"POST /api/prefs\n" + _json(set={"disk": ["../a.img"], "ramsize": ["8"]}),
        b"PUT /api/config\n" + _json(codec="h264"),
        b"PUT /api/disks/escaped.img|x-name: ../escaped\n0123456789",
        b"GET /api/disks/..%2f..%2fescaped\n",
        b"POST /api/codec|origin: http://evil.example\n{}",
        b"GET /metrics|host: evil.example\n",
        b"GET /?token=" + b"x" * 40 + b"\n",
    ),
)
"""Requests as the web server hands them on."""
