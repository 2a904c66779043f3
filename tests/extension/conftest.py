"""Both ends of the extension socket in this process, and peers that write what they like."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.extension import Capability, ExtensionEnd, ExtensionSocket
from support.extension_receiver import QueueReceiver

ALL = frozenset(Capability)
C_SOURCES = Path(__file__).parent / "c"


@pytest.fixture
def received() -> QueueReceiver:
    return QueueReceiver()


@pytest.fixture
def emulator(received: QueueReceiver) -> Iterator[ExtensionEnd]:
    """An emulator's end of this process, which has all capabilities and serves in a thread of its own."""
    with ExtensionEnd.create(ALL) as end:
        thread = threading.Thread(target=end.serve, args=(received,), name="extension")
        thread.start()
        yield end
        end.close()
        thread.join()


@pytest.fixture
def knock(emulator: ExtensionEnd) -> Iterator[Callable[[], socket.socket]]:
    """Connect to the emulator's end without a hello."""
    peers = []

    def connect() -> socket.socket:
        peers.append(peer := socket.socket(socket.AF_UNIX))
        peer.settimeout(30)
        peer.connect(str(emulator.path))
        return peer

    yield connect
    for peer in peers:
        peer.close()


@pytest.fixture
def pair() -> Iterator[tuple[ExtensionSocket, socket.socket]]:
    """One side with all capabilities, and the bare socket of its peer."""
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    theirs.settimeout(30)
    side = ExtensionSocket(ours, ALL)
    yield side, theirs
    side.close()
    theirs.close()


@pytest.fixture
def own_pid() -> int:
    return os.getpid()


@pytest.fixture(scope="session")
def compile_c(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Compile tests/extension/c/NAME.c with the system's gcc."""
    folder = tmp_path_factory.mktemp("c")

    def compile_program(name: str) -> str:
        options = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror"]
        subprocess.run(["gcc", *options, C_SOURCES / f"{name}.c", "-o", folder / name], check=True)
        return str(folder / name)

    return compile_program
