"""Messages and logging of the commands."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import typer

from moof.cli.terminal import fail, set_up_logging


@pytest.fixture
def loggers() -> Iterator[None]:
    """Restore what `set_up_logging` changes."""
    root, ours = logging.getLogger(), logging.getLogger("moof")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


@pytest.mark.parametrize(("verbose", "level"), [(False, logging.INFO), (True, logging.DEBUG)])
@pytest.mark.usefixtures("loggers")
def test_only_moofs_own_messages_become_more(verbose: bool, level: int) -> None:
    set_up_logging(verbose)
    assert logging.getLogger("moof.server").getEffectiveLevel() == level
    assert logging.getLogger("aiortc").getEffectiveLevel() == logging.WARNING


def test_failure_is_a_sentence_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        fail("Give a [size].")
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.strip() == "moof: Give a [size]."


def test_failure_without_a_terminal_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The server shows the last line of an emulator that has failed."""
    sentence = f"{'long ' * 60}sentence"
    with pytest.raises(typer.Exit):
        fail(sentence)
    assert capsys.readouterr().err.splitlines() == [f"moof: {sentence}"]


@pytest.mark.usefixtures("loggers")
def test_entry_is_one_line_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(False)
    logging.getLogger("moof.test").info("event=%s", "x" * 300)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"INFO moof.test: event={'x' * 300}")


@pytest.mark.usefixtures("loggers")
def test_log_is_limited_and_plain(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(False)
    for _ in range(100):
        logging.getLogger("moof.test").warning("\x1b[31mrefused")
    written = capsys.readouterr().err
    assert 5 < written.count("refused") < 30
    assert "suppressed" in written
    assert "\x1b" not in written
