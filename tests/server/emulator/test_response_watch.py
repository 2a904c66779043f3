"""When an emulator has stopped answering, and when it is merely idle, paused, or the machine slept."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from moof.server.emulator.response_watch import SILENT_SECONDS, ResponseWatch, SignsOfLife

PID = 42
PERIOD = 2.0
LONG = 30


@dataclass
class Emulator:
    """What an emulator does with a question: it reads it, and answers it by a frame, or neither."""

    reads: bool = True
    answers: bool = True
    watch: ResponseWatch = field(default_factory=ResponseWatch)
    now: float = 1000.0
    frames: int = 1
    answer: int = 0
    unread: int | None = 0

    def observe(self, times: int = 1) -> bool:
        """Let so many observations pass; return whether it counts as responding after each of them."""
        responding = True
        for _ in range(times):
            self.now += PERIOD
            signs = SignsOfLife(self.frames, (0, 0), self.answer, self.unread)
            self.watch.observe(PID, signs, self.now)
            question = self.watch.next_question()
            if question is not None:
                self._ask(question)
            responding &= self.watch.is_responding(self.now)
        return responding

    def _ask(self, question: int) -> None:
        if not self.reads:
            self.unread = None if self.unread is None else self.unread + 768
        elif self.answers:
            self.frames += 1
            self.answer = question


def test_idle_emulator_answers_and_is_asked_no_more_than_it_must() -> None:
    emulator = Emulator()
    assert emulator.observe(LONG)
    assert emulator.watch.silent_seconds(emulator.now) == 0


def test_busy_emulator_is_asked_a_few_times_only() -> None:
    emulator = Emulator()
    for _ in range(LONG):
        emulator.frames += 60
        assert emulator.observe()
    assert emulator.answer <= 5


def test_emulator_that_reads_nothing_has_stopped_answering() -> None:
    emulator = Emulator()
    emulator.observe(LONG)
    emulator.reads = False
    assert not emulator.observe(LONG)
    assert emulator.watch.silent_seconds(emulator.now) >= SILENT_SECONDS


def test_emulator_that_never_read_anything_has_stopped_answering() -> None:
    assert not Emulator(reads=False).observe(LONG)


def test_emulator_that_accepts_no_connection_any_more_does_not_read() -> None:
    emulator = Emulator(reads=False, unread=90_000)
    emulator.observe(LONG)
    emulator.unread = None
    emulator.observe(LONG)
    assert not emulator.watch.is_responding(emulator.now)


def test_it_is_not_said_before_the_time() -> None:
    emulator = Emulator(reads=False)
    assert emulator.observe(1 + int(SILENT_SECONDS / PERIOD))


def test_emulator_that_answered_before_and_only_reads_now_has_stopped_answering() -> None:
    emulator = Emulator()
    emulator.observe(LONG)
    emulator.answers = False
    assert not emulator.observe(LONG)


def test_emulator_that_never_answers_but_reads_is_idle() -> None:
    emulator = Emulator(answers=False)
    assert emulator.observe(LONG)
    emulator.frames += 1
    assert emulator.observe(LONG)


def test_emulator_that_answers_again_is_responding() -> None:
    emulator = Emulator(reads=False)
    emulator.observe(LONG)
    emulator.reads, emulator.unread = True, 0
    emulator.frames += 1
    emulator.observe(2)
    assert emulator.watch.is_responding(emulator.now)


def test_sound_is_a_sign_of_life() -> None:
    watch = ResponseWatch()
    for number in range(LONG):
        watch.observe(PID, SignsOfLife(1, (0, number % 3), 0, 500), number * PERIOD)
        assert watch.is_responding(number * PERIOD)


def test_machine_that_slept_does_not_count_the_time() -> None:
    emulator = Emulator(reads=False)
    emulator.observe(3)
    for _ in range(LONG):
        emulator.now += 3600
        assert emulator.observe(2)


def test_paused_emulator_is_not_asked() -> None:
    emulator = Emulator(reads=False)
    emulator.observe(4)
    emulator.watch.pause()
    emulator.now += PERIOD
    assert emulator.watch.is_responding(emulator.now)
    assert emulator.observe(4)  # it has the whole time again when it goes on


def test_next_emulator_begins_anew() -> None:
    emulator = Emulator(reads=False)
    emulator.observe(LONG)
    emulator.watch.observe(PID + 1, SignsOfLife(1, (0, 0), 0, 0), emulator.now)
    assert emulator.watch.is_responding(emulator.now)
    emulator.watch.reset()
    assert (emulator.watch.pid, emulator.watch.next_question()) == (None, None)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=60))
def test_whoever_shows_something_in_time_is_responding(turns: list[tuple[bool, int]]) -> None:
    emulator = Emulator(reads=False)
    for by_frame, silent in turns:
        assert emulator.observe(silent)
        emulator.frames += by_frame
        emulator.answer += not by_frame
        assert emulator.observe()
