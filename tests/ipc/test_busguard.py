"""Truncating memory while it is read; each case runs in its own process, which a failure would kill."""

import signal
import subprocess
import sys
import textwrap

import pytest

SETTING = """
import mmap, os, sys, tempfile
from pathlib import Path
from moof.ipc import Segment, SegmentError, busguard
path = Path(f"/dev/shm/moof-test-{os.getpid()}")
owner = Segment.create(os.getpid(), path)
owner.pixels(1)[:] = 7
segment = Segment.open(os.getpid(), path)
"""


def run(body: str) -> "subprocess.CompletedProcess[str]":
    program = (
        SETTING + "try:\n" + textwrap.indent(textwrap.dedent(body), "    ") + "\nfinally: path.unlink()\n"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("size", [0, 4096, 10_000_000])
def test_truncated_pixels_read_as_zeros(size: int) -> None:
    result = run(f"""
        busguard.install()
        busguard.install()
        view = segment.pixels(1)
        segment.check_size()
        os.truncate(path, {size})
        assert view[-1, -1, -1] == 0
        try:
            segment.check_size()
        except SegmentError as error:
            print(error)
        os.truncate(path, {24_898_880})  # the full size again, but other pages than the mapped ones
        try:
            segment.check_size()
        except SegmentError as error:
            print(error)
        segment.close()
        print(segment.path.name, Segment.open(os.getpid(), path) and "opened") if {size} else None
    """)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("truncated while it was being read") == 2


def test_every_segment_is_guarded_and_rows_are_reused() -> None:
    result = run("""
        busguard.install()
        for _ in range(3 * busguard.SEGMENTS):
            with Segment.open(os.getpid(), path) as other:
                pass
        view = Segment.open(os.getpid(), path).pixels(1)  # it outlives its segment
        os.truncate(path, 0)
        print(view.sum())
    """)
    assert (result.returncode, result.stdout) == (0, "0\n")


def test_a_full_table_leaves_segments_unguarded() -> None:
    result = run("""
        rows = [busguard.watch(1, 1) for _ in range(2 * busguard.SEGMENTS)]
        assert rows[-1] is None and not busguard.lost(None)
        busguard.forget(None)
        Segment.open(os.getpid(), path).check_size()
    """)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("size", [0, 4096, 10_000_000])
def test_truncated_segment_is_restored_for_its_owner(size: int) -> None:
    result = run(f"""
        busguard.install()
        view = owner.pixels(1)
        os.truncate(path, {size})
        view[:] = 5
        owner.check_size()
        print(path.stat().st_size, view.min(), segment.pixels(1).min())
    """)
    assert (result.returncode, result.stdout, result.stderr) == (0, "24898880 5 5\n", "")


def test_an_owner_without_a_file_reads_zeros() -> None:
    result = run("""
        busguard.install()
        view = owner.pixels(1)
        busguard.disown(owner._guard)
        os.truncate(path, 0)
        print(view.max(), busguard.lost(owner._guard))
    """)
    assert (result.returncode, result.stdout, result.stderr) == (0, "0 True\n", "")


def test_faults_outside_of_segments_kill_the_process() -> None:
    result = run("""
        path.unlink()
        busguard.install()
        with tempfile.TemporaryFile() as file:
            file.truncate(4096)
            other = mmap.mmap(file.fileno(), 4096)
            file.truncate(0)
            other[0]
    """)
    assert result.returncode == -signal.SIGBUS
