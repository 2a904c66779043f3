"""Both ends against C programs that were written after docs/contract.md."""

from __future__ import annotations

import select
import subprocess
from collections.abc import Callable

from moof.extension import (
    Capability,
    ExtensionEnd,
    ExtensionMessage,
    KeysRead,
    LayoutName,
    SoundSource,
    WheelTurn,
    connect_extension,
)
from support.extension_receiver import QueueReceiver

CAPABILITIES = [
    "capability exact-dirty",
    "capability exact-sound",
    "capability keyboard-layout",
    "capability keys-read",
    "capability sound-source",
    "capability wheel",
]


def test_emulators_end_with_a_c_server(
    emulator: ExtensionEnd, received: QueueReceiver, own_pid: int, compile_c: Callable[[str], str]
) -> None:
    emulator.report(LayoutName("swedish"))
    emulator.report(SoundSource(True))
    emulator.report(KeysRead(0x01020304))
    program = [compile_c("server"), str(own_pid)]
    result = subprocess.run(program, stdout=subprocess.PIPE, text=True, timeout=30, check=True)
    assert result.stdout.splitlines() == [
        *CAPABILITIES,
        "layout swedish",
        "sound source 1",
        "keys read 16909060",
    ]
    messages = [received.messages.get(timeout=30) for _ in range(2)]
    assert messages == [WheelTurn(-3, 120), LayoutName("swiss-german")]


def test_servers_end_with_a_c_emulator(compile_c: Callable[[str], str]) -> None:
    with subprocess.Popen([compile_c("emulator")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        connection = connect_extension(process.pid, Capability)
        assert connection is not None
        connection.flush()
        messages: list[ExtensionMessage] = []
        while len(messages) < 3:
            assert select.select([connection], [], [], 30)[0]
            messages += connection.receive()
        assert messages == [LayoutName("us"), SoundSource(False), KeysRead(70_000)]
        connection.put(WheelTurn(32_767, -32_768))
        connection.put(LayoutName("dvorak"))
        connection.flush()
        connection.close()
        assert process.wait(30) == 0
        assert process.stdout.read().splitlines() == [
            *CAPABILITIES,
            "wheel 32767 -32768",
            "layout dvorak",
        ]
