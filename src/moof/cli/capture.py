"""`moof capture`: the same sound, recorded at every layer at once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from moof.cli.option_groups import option
from moof.cli.terminal import fail, terminal


def capture(
    folder: Annotated[Path, typer.Argument(help="Where the WAV files go.")] = Path("capture"),
    seconds: Annotated[float, option("How long.", min=0.1, max=120.0)] = 10.0,
    target_pid: Annotated[int | None, option("The emulator to capture; else the newest.", min=1)] = None,
) -> None:
    """Record the sound at every layer: what the Mac wrote, the server read and encoded, a page played.

    Somebody must listen (a page with sound), and the Mac must play. Then: moof compare FOLDER/mac.wav
    FOLDER/server.wav
    """
    from moof.capture.gather import LAYERS, CaptureError, gather
    from moof.capture.wavfile import read_wav

    def wait(duration: float) -> None:
        with terminal.status(f"Capturing for {duration:g} s …"):
            time.sleep(duration)

    try:
        files = gather(target_pid, seconds, folder, wait)
    except CaptureError as error:
        fail(str(error))
    if not files:
        fail("Nothing was heard. Open the page, click into it, and let the Mac play.")
    for file in files:
        sound = read_wav(file)
        layer = LAYERS[file.stem.split("-")[0]]
        typer.echo(
            f"{file}  {float(sound.rate):g} Hz, {sound.samples.shape[1]} ch, {sound.seconds:.2f} s: {layer}"
        )
