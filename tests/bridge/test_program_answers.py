"""When a program is asked whether it handles its events, and what its silence means."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.program_answers import ASK_SECONDS, SILENT_SECONDS, AnswerWatch, ProgramAnswers
from moof.bridge.x_display import XDisplay
from moof.ipc import CommandCode, MachineCommand, Ping, State
from support.bridge_process import SDL_PROGRAM, BridgeProcess, running_bridge, wait_until
from support.processes import descendants

WINDOW, OTHER = 7, 8


def pass_seconds(watch: AnswerWatch, count: int) -> list[bool]:
    return [watch.second_passed(WINDOW) for _ in range(count)]


def test_a_new_window_is_asked_at_once_and_again_while_nothing_is_drawn() -> None:
    watch = AnswerWatch()
    asked = pass_seconds(watch, 2 * ASK_SECONDS)
    assert asked == 2 * [True, *[False] * (ASK_SECONDS - 1)]


def test_silence_after_an_answer() -> None:
    watch = AnswerWatch()
    watch.second_passed(WINDOW)
    watch.answered()
    pass_seconds(watch, SILENT_SECONDS - 1)
    assert not watch.is_silent
    pass_seconds(watch, 1)
    assert watch.is_silent
    watch.answered()
    assert not watch.is_silent


def test_another_window_has_to_answer_first() -> None:
    watch = AnswerWatch()
    watch.second_passed(WINDOW)
    watch.answered()
    assert watch.second_passed(OTHER)
    for _ in range(3 * SILENT_SECONDS):
        watch.second_passed(OTHER)
    assert not watch.is_silent


@given(st.lists(st.sampled_from(["second", "drawn", "answered"])))
def test_it_is_silent_only_after_seconds_without_a_sign_of_life(events: list[str]) -> None:
    watch, quiet, has_answered = AnswerWatch(), 0, False
    watch.second_passed(WINDOW)
    for event in events:
        if event == "second":
            watch.second_passed(WINDOW)
        else:
            (watch.drawn if event == "drawn" else watch.answered)()
        quiet = quiet + 1 if event == "second" else 0
        has_answered = has_answered or event == "answered"
        assert watch.is_silent == (quiet >= SILENT_SECONDS and has_answered)


@given(st.integers(0, 30))
def test_what_cannot_be_asked_is_never_silent(seconds: int) -> None:
    watch = AnswerWatch()
    assert not any(watch.second_passed(0) for _ in range(seconds))
    assert not watch.is_silent


class AskedDisplay(XDisplay):
    """Has a window whose program answers while `replies`."""

    answers = 0

    def __init__(self) -> None:
        self.replies = True

    def askable_window(self) -> int:
        return WINDOW

    def ask(self, window: int) -> None:
        self.answers += self.replies


def test_no_answers_are_expected_while_a_state_is_saved() -> None:
    display = AskedDisplay()
    program = ProgramAnswers(display, "program")

    def pass_long() -> None:
        for _ in range(2 * SILENT_SECONDS):
            program.second_passed()

    pass_long()
    display.replies = False
    with program.excused():
        pass_long()
        assert not program.is_silent
        with program.excused():
            pass_long()
        pass_long()
        assert not program.is_silent
    pass_long()
    assert program.is_silent


def test_a_program_that_hangs_leaves_the_servers_questions_unanswered(tmp_path: Path) -> None:
    with running_bridge(tmp_path, options=("--verbose",)) as running:
        wait_until(lambda: any("answers questions" in line for line in running.errors), "an answer")
        wait_until(lambda: answers(running, 1), "an answer of the bridge")
        os.kill(program_of(running), signal.SIGSTOP)
        wait_until(lambda: any("has stopped answering" in line for line in running.errors), "the notice")
        assert not answers(running, 2)
        running.send(MachineCommand(CommandCode.PAUSE))
        wait_until(lambda: running.connection.segment.state is State.PAUSED, "the message after the ping")
        assert not answers(running, 3)
        running.send(MachineCommand(CommandCode.RESUME))  # a SIGCONT for the program
        wait_until(lambda: answers(running, 4), "the answer")
        wait_until(lambda: running.errors[-1].endswith(" answers.\n"), "the notice")


def program_of(running: BridgeProcess) -> int:
    """Return the pid of the bridge's program itself, not of what starts it with the same words."""
    (found,) = (pid for pid in descendants(running.process.pid) if arguments(pid)[1:2] == [str(SDL_PROGRAM)])
    return found


def arguments(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def answers(running: BridgeProcess, sequence: int) -> bool:
    """Send a ping; return whether one of that number was echoed."""
    running.send(Ping(sequence, 0, 0))
    echo = running.connection.segment.read_ping()
    return echo is not None and echo.sequence == sequence
