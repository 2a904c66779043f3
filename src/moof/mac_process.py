"""The built-in Mac as a server starts it: `python -m moof.mac_process`.

It is `moof emulator` without what people need: the libraries of the command line take a third of the Mac's
start and 10 MB. The server has checked the options, which have the same names.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from moof.log_limiter import start_logging
from moof.plain_text import plain_text

_FORM: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return the options of a command line."""
    parser = argparse.ArgumentParser(prog="moof.mac_process", allow_abbrev=False)
    parser.add_argument("--ram", type=int, default=8)
    for name in ("--rom", "--memory-file", "--record"):
        parser.add_argument(name, type=Path)
    for name in ("--size", "--xpram", "--documents", "--states"):
        parser.add_argument(name)
    parser.add_argument("--depth", type=int)
    parser.add_argument("--replay", type=Path)
    for name in ("--fresh", "--standby", "--verbose", "--repeat"):
        parser.add_argument(name, action="store_true")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> NoReturn:
    """Run a Mac and exit with its status; with --standby, in each forked process."""
    gc.disable()  # as in moof.cli.commands
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = parse(words)
    start_logging(logging.StreamHandler(), _FORM, given.verbose)
    from moof.mac.errors import MacError
    from moof.process import EXIT_STATUS_CANNOT_RUN, serve_forks

    if given.standby:
        from moof.mac.machine import prepare

        prepare()
        serve_forks()
    gc.enable()
    try:
        sys.exit(_run(given))
    except MacError as error:
        print(f"moof: {plain_text(str(error))}", file=sys.stderr)
        sys.exit(EXIT_STATUS_CANNOT_RUN)


def _run(given: argparse.Namespace) -> int:
    """Run a Mac, or play a recording; return the exit status. Raises MacError."""
    if given.replay is not None:
        from moof.mac import replay_machine

        documents = Path(given.documents) if given.documents is not None else None
        return replay_machine.run(given.replay, documents, _say, repeat=given.repeat)
    from moof.mac import machine

    width, height = map(int, given.size.split("x")) if given.size else (None, None)
    return machine.run(
        machine.MacOptions(
            rom=given.rom,
            ram_mb=given.ram,
            xpram=given.xpram,
            documents=given.documents,
            states=given.states,
            fresh=given.fresh,
            record=given.record,
            memory_file=given.memory_file,
            width=width,
            height=height,
            depth=given.depth,
            on_ready=_say,
        )
    )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
