"""Both ends against C programs that were written after docs/contract.md."""

from __future__ import annotations

import select
import subprocess
from collections.abc import Callable

from moof.extension import (
    Capability,
    ClipboardText,
    ExtensionEnd,
    ExtensionMessage,
    KeysRead,
    LayoutName,
    PartKind,
    PartState,
    ReadScreen,
    ScreenPart,
    ScreenText,
    SoundSource,
    WheelTurn,
    WindowSize,
    connect_extension,
)
from support.extension_receiver import QueueReceiver

CAPABILITIES = [
    "capability clipboard",
    "capability exact-dirty",
    "capability exact-sound",
    "capability keyboard-layout",
    "capability keys-read",
    "capability screen-text",
    "capability sound-source",
    "capability states",
    "capability states-back",
    "capability wheel",
    "capability window-size",
]


def test_emulators_end_with_a_c_server(
    emulator: ExtensionEnd, received: QueueReceiver, own_pid: int, compile_c: Callable[[str], str]
) -> None:
    emulator.report(LayoutName("swedish"))
    emulator.report(SoundSource(True))
    program = [compile_c("server"), str(own_pid)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        messages = [received.messages.get(timeout=30) for _ in range(5)]
        emulator.send(ClipboardText("Größe"))
        emulator.send(ScreenText((ScreenPart(PartKind.FIELD, PartState.ACTIVE, "é"),)))
        emulator.report(KeysRead(0x01020304))
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert output.splitlines() == [
        *CAPABILITIES,
        "layout swedish",
        "sound source 1",
        "clipboard 7 Größe",
        "screen field 4 é",
        "keys read 16909060",
    ]
    assert messages == [
        WheelTurn(-3, 120),
        LayoutName("swiss-german"),
        WindowSize(1366, 657),
        ReadScreen(True),
        ClipboardText("x" * 60_000),
    ]


def test_servers_end_with_a_c_emulator(compile_c: Callable[[str], str]) -> None:
    with subprocess.Popen([compile_c("emulator")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        connection = connect_extension(process.pid, Capability)
        assert connection is not None
        connection.flush()
        messages: list[ExtensionMessage] = []
        while len(messages) < 5:
            assert select.select([connection], [], [], 30)[0]
            messages += connection.receive()
        assert messages == [
            LayoutName("us"),
            SoundSource(False),
            ClipboardText("naïve\nlines"),
            ScreenText((ScreenPart(PartKind.BUTTON, PartState.DISABLED, "OK"),)),
            KeysRead(70_000),
        ]
        connection.put(WheelTurn(32_767, -32_768))
        connection.put(LayoutName("dvorak"))
        connection.put(ClipboardText("€uro"))
        connection.put(WindowSize(65_535, 1))
        connection.put(ReadScreen(True))
        connection.flush()
        connection.close()
        assert process.wait(30) == 0
        assert process.stdout.read().splitlines() == [
            *CAPABILITIES,
            "wheel 32767 -32768",
            "layout dvorak",
            "clipboard 6 €ur",
            "window 65535 1",
            "read screen 1",
        ]
