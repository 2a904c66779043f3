"""`moof compare`: compares two recordings of the same sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moof.cli.option_groups import option
from moof.cli.terminal import fail

if TYPE_CHECKING:
    from moof.capture.comparison import Comparison


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="WAV file with the original sound.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="WAV file with the sound to compare.")],
    plot: Annotated[Path | None, option("Write an SVG image of lag and SNR over time.")] = None,
) -> None:
    """Align two recordings by correlation; print equal samples, SNR, breaks and clock drift.

    The order matters for signs only: a positive offset means that B begins later than A.
    """
    from moof.capture import comparison
    from moof.capture.plot import plot as draw
    from moof.capture.wavfile import WavError, read_wav

    try:
        found = comparison.compare(read_wav(a), read_wav(b))
    except (WavError, ValueError) as error:
        fail(str(error))
    for line in report(found):
        typer.echo(line)
    if plot is not None:
        plot.write_text(draw(found, f"{b.name} against {a.name}"))


def report(found: Comparison) -> list[str]:
    """Return the result as lines of text."""
    share = found.equal / max(1, found.compared)
    places = ", ".join(f"{start / found.rate:.2f} s" for start in found.breaks[:8])
    return [
        f"compared    {found.compared} samples at {found.rate:g} Hz ({found.compared / found.rate:.2f} s)",
        f"offset      {found.lag} samples ({found.lag * 1000 / found.rate:.2f} ms)",
        f"equal       {found.equal} samples ({share:.4%})" + (": identical" if found.identical else ""),
        f"SNR         {found.snr_db:.1f} dB",
        f"breaks      {len(found.breaks)}" + (f" (in B at {places})" if places else ""),
        f"drift       {found.drift_ppm:+.2f} ppm",
    ]
