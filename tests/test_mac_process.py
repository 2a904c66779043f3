"""The built-in Mac as the server's child."""

import subprocess
import sys
from pathlib import Path

from moof.cli.macflags import MacFlags
from moof.mac_process import parse
from moof.process import EXIT_STATUS_CANNOT_RUN


def test_it_has_all_options_of_the_mac() -> None:
    flags = MacFlags(
        rom=Path(__file__),
        ram=16,
        size="640x480",
        depth=4,
        xpram="none",
        documents="/tmp/mine",
        memory_file=Path("/tmp/memory"),
    )
    command = flags.command(verbose=True)
    assert command[:3] == [sys.executable, "-m", "moof.mac_process"]
    given = vars(parse(command[3:]))
    assert given.pop("verbose")
    assert not given.pop("standby")
    assert (given.pop("replay"), given.pop("repeat")) == (None, False)  # those of `moof replay`
    assert given == {name: getattr(flags, name) for name in given}
    assert set(given) == set(MacFlags.__dataclass_fields__)


def test_a_mac_runs_until_it_is_ended() -> None:
    command = [*MacFlags(xpram="none", documents="none").command(verbose=False)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as mac:
        assert mac.stdout is not None
        assert mac.stdout.readline().startswith(f"ready pid={mac.pid} ")
        mac.terminate()
    assert mac.returncode == 0


def test_what_the_mac_cannot_do_is_the_last_line() -> None:
    command = MacFlags(xpram="none", memory_file=Path("/nonexistent/memory")).command(verbose=False)
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == EXIT_STATUS_CANNOT_RUN
    assert answer.stderr.splitlines()[-1].startswith("moof: The memory file /nonexistent/memory")


def test_it_imports_no_library_of_the_command_line_and_no_compiler() -> None:
    script = "import sys, moof.mac_process, moof.mac.machine as m; m.prepare(); print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(answer.stdout.split())
    assert "moof.mac.machine" in loaded
    assert not loaded & {"typer", "rich", "pydantic", "numba", "llvmlite", "moof.cli", "moof.server"}
