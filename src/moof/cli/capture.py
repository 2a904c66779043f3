"""`moof capture`: records the same sound at every layer at the same time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from moof.cli.option_groups import option
from moof.cli.terminal import fail, terminal


def capture(
    folder: Annotated[Path, typer.Argument(help="Folder for the WAV files.")] = Path("capture"),
    seconds: Annotated[float, option("Duration in seconds.", min=0.1, max=120.0)] = 10.0,
    target_pid: Annotated[
        int | None, option("Process id of the emulator; else the newest one.", min=1)
    ] = None,
) -> None:
    """Record the sound at every layer: what the Mac wrote, the server read and encoded, a page played.

    A page with sound must be open, and the Mac must play. Then: moof compare FOLDER/mac.wav FOLDER/server.wav
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
        fail("No sound was recorded. Open the page, click into it, and let the Mac play.")
    for file in files:
        sound = read_wav(file)
        layer = LAYERS[file.stem.split("-")[0]]
        typer.echo(
            f"{file}  {float(sound.rate):g} Hz, {sound.samples.shape[1]} ch, {sound.seconds:.2f} s: {layer}"
        )
