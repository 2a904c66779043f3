"""A sound card that can be listened to: a PulseAudio with a null sink, and when something is heard on it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from support.processes import OutputProcess
from support.waiting import wait_until

RATE = 48_000
BLOCK_BYTES = 2 * RATE // 500  # 2 ms
LOUD = 500
SILENT_SAMPLES = RATE // 20


@contextlib.contextmanager
def sound_card(sink: str = "null") -> Iterator[dict[str, str]]:
    """Start a PulseAudio with a null sink of that name; yield the variables of programs that play on it."""
    for program, package in (("pulseaudio", "pulseaudio"), ("parec", "pulseaudio-utils")):
        if shutil.which(program) is None:
            raise SystemExit(f"This bench needs {program}: apt install {package}")
    with tempfile.TemporaryDirectory() as home:
        socket = Path(home) / "sound"
        access = f"module-native-protocol-unix auth-anonymous=1 socket={socket}"
        modules = [f"module-null-sink sink_name={sink}", access]
        command = ["pulseaudio", "-n", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=error"]
        command += [f"--load={module}" for module in modules]
        daemon = OutputProcess(command, {"HOME": home, "XDG_RUNTIME_DIR": home})
        try:
            wait_until(socket.exists, "PulseAudio to listen")
            yield {"PULSE_SERVER": f"unix:{socket}"}
        finally:
            daemon.stop()


class Ear:
    """Listens to the null sink; `onsets` are times (`time.monotonic`) of the first sound after silence."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.onsets: list[float] = []
        command = ["parec", "--device=@DEFAULT_MONITOR@", "--format=s16le", f"--rate={RATE}", "--channels=1"]
        command += ["--latency-msec=4", "--raw"]
        self._recorder = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        self._thread = threading.Thread(target=self._listen, name="ear", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._recorder.terminate()
        self._recorder.wait()
        self._thread.join()

    def _listen(self) -> None:
        assert self._recorder.stdout is not None
        silent = 0
        while block := self._recorder.stdout.read1(BLOCK_BYTES):  # type: ignore[attr-defined]
            now = time.monotonic()
            loud = np.flatnonzero(np.abs(np.frombuffer(block[: len(block) // 2 * 2], "<i2")) > LOUD)
            if not loud.size:
                silent += len(block) // 2
                continue
            if silent >= SILENT_SAMPLES:
                self.onsets.append(now - (len(block) // 2 - loud[0]) / RATE)
            silent = 0
