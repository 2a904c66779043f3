"""The ramp through ring, byte swap, resampler and FIFO: is each sample in its place?

`python bench/ramp.py --minutes 10` has the built-in Mac play the Sound window's ramp in each format for that
long, requests sound as the server does, every 20 ms, and checks every number that comes out of the ring and
every sample of every packet. Prints a Markdown table; measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import select
import sys
import time

from harness.tables import table
from moof.ipc import AudioRequest, EmulatorConnection
from support.ramp_check import PACKET_SAMPLES, SETTLING_PACKETS, RampCheck
from support.sound_window import RATES, Format, Play, emulator_with_sound_window

PACKET_SECONDS = 0.02
READY_MS = 15
HEAD = [
    "format",
    "minutes",
    "numbers",
    "gaps",
    "wrong in the ring",
    "wrong in packets",
    "underruns",
    "dropped",
]


def row(check: RampCheck) -> list[str]:
    """Return a line of the table."""
    share = check.judged / max(1, (check.packets - SETTLING_PACKETS) * PACKET_SAMPLES)
    return [
        str(check.wanted),
        f"{check.packets * PACKET_SECONDS / 60:.1f}",
        f"{check.frames}",
        f"{check.gaps}",
        f"{check.wrong_in_ring}",
        f"{check.wrong_in_packets} of {share:.1%}",
        f"{check.framer.underruns}",
        f"{check.framer.backlog_dropped}",
    ]


def request_sound(connection: EmulatorConnection, check: RampCheck, seconds: float) -> None:
    """Request a packet's sound every 20 ms, on absolute deadlines, and check what comes."""
    assert connection.audio_fd is not None
    poll = select.poll()
    poll.register(connection.audio_fd, select.POLLIN)
    due = time.monotonic()
    for _ in range(int(seconds / PACKET_SECONDS)):
        time.sleep(max(0.0, due - time.monotonic()))
        connection.send(AudioRequest(PACKET_SAMPLES))
        if poll.poll(READY_MS) and (frame := connection.audio.read()) is not None:
            check.add_answer(frame)
        check.check_packet()
        due += PACKET_SECONDS


def measure(wanted: Format, seconds: float) -> list[str]:
    """Measure one format and return its line of the table."""
    with emulator_with_sound_window() as (window, connection):
        window.choose(wanted)
        window.play(Play.RAMP)
        check = RampCheck(wanted)
        request_sound(connection, check, seconds)
        return row(check)


def main() -> None:
    """Measure each format that the options name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="for each format")
    parser.add_argument("--rates", default=",".join(map(str, RATES)), help="comma-separated, in Hz")
    parser.add_argument("--bits", type=int, choices=[8, 16], default=16)
    parser.add_argument("--channels", type=int, choices=[1, 2], default=2)
    options = parser.parse_args()
    rows = []
    for rate in map(int, options.rates.split(",")):
        wanted = Format(rate, options.bits, options.channels)
        print(f"{wanted}: {options.minutes} minutes …", file=sys.stderr)
        rows.append(measure(wanted, options.minutes * 60))
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
