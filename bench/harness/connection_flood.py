"""Clients that open connections again and again: `… URL KIND`. They do not stop by themselves.

Each of many clients requests the page over a connection of its own, reads a little of the answer, and begins
anew. The address decides whether a connection has TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import ssl
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import harness  # noqa: F401  puts tests/ on the module path
from support.raw_websocket import Route

_CLIENTS = 200
_ADDRESSES = 250
_READ = 100
_PAUSE_SECONDS = 0.001
SOURCES = {
    "reconnects": ["127.0.0.9"],
    "addresses": [f"127.1.0.{number}" for number in range(1, _ADDRESSES + 1)],
    "idle addresses": [f"127.2.0.{number}" for number in range(1, _ADDRESSES + 1)],
}
"""Kinds: the addresses that the connections come from. Idle ones send nothing."""


async def _connect_again_and_again(routes: Iterator[Route], port: int, request: bytes) -> None:
    while True:
        with contextlib.suppress(OSError, ssl.SSLError, EOFError, TimeoutError):
            async with asyncio.timeout(5):
                reader, writer = await next(routes).connect(port)
                try:
                    writer.write(request)
                    await reader.read(_READ)
                finally:
                    writer.transport.abort()
        await asyncio.sleep(_PAUSE_SECONDS)


async def main(url: str, kind: str) -> None:
    """Print "ready", and connect until killed."""
    os.nice(10)  # it must not compete for the other processes' CPU time
    target = urllib.parse.urlsplit(url)
    context = ssl.create_default_context() if target.scheme == "https" else None
    routes = itertools.cycle([Route(source, context) for source in SOURCES[kind]])
    request = b"" if kind.startswith("idle") else f"GET / HTTP/1.1\r\nHost: {target.netloc}\r\n\r\n".encode()
    print("ready", flush=True)
    clients = (_connect_again_and_again(routes, target.port or 443, request) for _ in range(_CLIENTS))
    await asyncio.gather(*clients)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
