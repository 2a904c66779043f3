"""`moof replay` with a real recording of a real Mac's process."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from moof.cli.commands import command_line
from moof.mac.adb import KeyEvent
from moof.mac.headless import HeadlessMac
from moof.mac.recording import RecordingEnd, RecordingWriter


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    with HeadlessMac() as mac:
        mac.run(60)
        writer = RecordingWriter(mac.save_state())
    path = tmp_path / "recording"
    lines = writer.line(5, KeyEvent(0x33, True, 0)) + writer.line(20, RecordingEnd())
    path.write_bytes(writer.beginning + lines)
    return path


def replay(*words: str | Path) -> tuple[int, list[str], str]:
    result = CliRunner().invoke(command_line("replay"), ["replay", *map(str, words)])
    return result.exit_code, result.stdout.splitlines(), result.output


def test_hashes_are_printed_and_compared(recording: Path, tmp_path: Path) -> None:
    status, lines, _ = replay("--check", recording, "--every", "8")
    assert (status, [line.split()[1] for line in lines]) == (0, ["0", "8", "16", "20"])
    last = lines[-1].split()[2]
    assert len(last) == 16
    assert replay("--check", recording, "--expect", last)[0] == 0
    for other in ("0" * 16, last[:4]):
        status, _, output = replay("--check", recording, "--expect", other)
        assert (status, last in output) == (1, True)


def test_documents_are_copied(recording: Path, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "Letter").write_text("Dear")
    assert replay("--check", recording, "--documents", documents)[0] == 0
    assert [path.name for path in documents.iterdir()] == ["Letter"]
    status, _, output = replay("--check", recording, "--documents", tmp_path / "none")
    assert (status, "no such folder" in output) == (2, True)


def test_a_damaged_recording_and_none_are_said(recording: Path, tmp_path: Path) -> None:
    data = recording.read_bytes()
    recording.write_bytes(data[:-30] + b"0" + data[-29:])
    status, lines, output = replay("--check", recording)
    assert (status, lines, "is damaged: event" in output) == (2, [], True)
    status, _, output = replay("--check", tmp_path / "none")
    assert (status, "No such file" in output) == (2, True)


def test_a_recording_without_an_end_is_played(recording: Path) -> None:
    lines = recording.read_bytes()
    recording.write_bytes(lines[: lines.rindex(b"\n", 0, -1) + 1])
    status, shown, output = replay("--check", recording)
    assert (status, shown[-1].split()[1], "has no end" in output) == (0, "5", True)
