"""Emulators that pause and responses that are lost: the sound thread's own code in virtual time."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from moof.ipc import AudioFormat, AudioFrame, AudioRequest, EmulatorConnection
from moof.process import MonotonicClock
from moof.server.audio.framer import Samples
from moof.server.audio.opening import ListenerOpenings
from moof.server.audio.pipeline import AudioPipeline
from moof.server.audio.puller import AudioPuller
from moof.server.audio.unanswered import MAX_UNANSWERED, REPEAT_SECONDS, UnansweredRequests
from moof.server.config.options import AudioOptions
from moof.server.emulator.link import EmulatorLink
from moof.server.viewers import Viewer, ViewerRegistry

STALL_AT = 1005.0
RESPONSE_SECONDS = 0.0013
SILENT_REQUESTS = 5
"""So many are answered without sound at first."""


class VirtualClock(MonotonicClock):
    """Time that passes only in waits; the server is not run from `stall_at` on for `stall` seconds."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.stall_at, self.stall = float("inf"), 0.0

    def now(self) -> float:
        return self.time

    def sleep_until(self, deadline: float) -> None:
        self.time = max(self.time, deadline)
        if self.time >= self.stall_at:
            self.time, self.stall_at = self.time + self.stall, float("inf")


@dataclass
class VirtualEmulator:
    """Answers one request after the other, with a ramp at 48 kHz, into a ring of two responses."""

    clock: VirtualClock
    paused: tuple[float, float] = (0.0, 0.0)
    lost: set[int] = field(default_factory=set)
    """Requests, counted from 0 after the pause's begin, that get no response."""
    pid: int = 1
    audio_fd: None = None
    segment: Any = None
    requests: int = 0
    after_pause: int = 0
    dropped: int = 0
    _busy_until: float = 0.0
    _position: int = 1
    _due: deque[tuple[float, AudioFrame]] = field(default_factory=deque)
    _ring: deque[AudioFrame] = field(default_factory=deque)

    @property
    def audio(self) -> "VirtualEmulator":
        return self

    def send(self, message: AudioRequest) -> bool:
        self.requests += 1
        begins, ends = self.paused
        if self.clock.now() >= begins > 0:
            self.after_pause += 1
            if self.after_pause - 1 in self.lost:
                return True
        starts = max(self.clock.now(), self._busy_until)
        if begins <= starts < ends:
            starts = ends
        self._busy_until = starts + RESPONSE_SECONDS
        count = 0 if self.requests <= SILENT_REQUESTS else message.requested_samples
        ramp = np.arange(self._position, self._position + count) % 30_000 + 1
        self._position += count
        data = np.repeat(ramp.astype(">i2"), 2).tobytes()
        self._due.append(
            (self._busy_until, AudioFrame(48_000, 2, count, AudioFormat.PCM_S16, 0, cast(Any, data)))
        )
        return True

    def read(self) -> AudioFrame | None:
        while self._due and self._due[0][0] <= self.clock.now():
            _, frame = self._due.popleft()
            if len(self._ring) < 2:
                self._ring.append(frame)
            else:
                self.dropped += 1
        return self._ring.popleft() if self._ring else None

    @contextmanager
    def lease(self) -> Iterator[EmulatorConnection]:
        yield cast(EmulatorConnection, self)

    def connection(self) -> EmulatorConnection:
        return cast(EmulatorConnection, self)


class VirtualPuller(AudioPuller):
    def _wait(self, connection: EmulatorConnection, seconds: float, playing: bool) -> None:
        self._clock.sleep_until(self._clock.now() + min(seconds, 0.001))


class PlainEncoder:
    packets_to_keepalive = None

    def encode(self, samples: Samples) -> bytes:
        return samples[:, 0].tobytes()


@dataclass
class Listener:
    """What a browser gets: (time, RTP timestamp, samples)."""

    clock: VirtualClock
    id: str = "listener"
    packets: list[tuple[float, int, Samples]] = field(default_factory=list)

    def send_audio(self, packet: bytes, timestamp: int) -> None:
        self.packets.append((self.clock.now(), timestamp, np.frombuffer(packet, np.int16)))

    def latenesses(self, since: float) -> list[float]:
        """How much later than the first packet each was sent, by its timestamp."""
        first, begin, _ = self.packets[0]
        return [at - first - (stamp - begin) / 48_000 for at, stamp, _ in self.packets if at >= since]


@dataclass
class Scene:
    clock: VirtualClock
    emulator: VirtualEmulator
    listener: Listener
    pipeline: AudioPipeline

    def run(self, seconds: float) -> None:
        while self.clock.now() < 1000.0 + seconds:
            self.pipeline._process_packet((cast(Viewer, self.listener),))

    def heard(self) -> Samples:
        """All samples."""
        return np.concatenate([samples for _, _, samples in self.listener.packets])


@pytest.fixture(params=[20, 10])
def scene(request: pytest.FixtureRequest) -> Scene:
    clock = VirtualClock()
    emulator = VirtualEmulator(clock)
    link = cast(EmulatorLink, emulator)
    viewers = cast(ViewerRegistry, SimpleNamespace(last_input=""))
    options = AudioOptions(packet_ms=request.param)
    pipeline = AudioPipeline(link, viewers, options, clock, openings=ListenerOpenings(0))
    pipeline._puller = VirtualPuller(link, clock)
    pipeline._puller.set_packet_samples(request.param * 48)
    pipeline._encoder = cast(Any, PlainEncoder())
    pipeline._tap = pipeline._puller._tap = cast(Any, SimpleNamespace(watch=len_of, take=len_of))
    return Scene(clock, emulator, Listener(clock), pipeline)


def len_of(*arguments: object) -> int:
    return len(arguments)


def steps(samples: Samples) -> int:
    """How many neighbouring samples of the ramp do not follow one another, its end and gaps apart."""
    difference = np.diff(samples.astype(int))
    return int(np.count_nonzero(np.abs(difference - 1) > 500)) - int(np.count_nonzero(difference == -29_999))


@pytest.mark.parametrize("pause", [0.05, 0.2, 0.3, 2.0])
def test_after_a_pause_of_the_emulator_the_sound_goes_on_where_it_paused(scene: Scene, pause: float) -> None:
    scene.emulator.paused = (STALL_AT, STALL_AT + pause)
    scene.run(5 + pause + 1)
    assert scene.emulator.dropped <= int(pause / REPEAT_SECONDS)
    assert scene.pipeline.stats().backlog_dropped == 0 or pause > REPEAT_SECONDS
    ends = STALL_AT + pause
    packet = scene.pipeline._packet_samples / 48_000
    again = next(at for at, _, samples in scene.listener.packets if at >= ends and samples[-1])
    assert again <= ends + 2 * packet + 0.015
    assert max(scene.listener.latenesses(0)) <= packet + 0.016
    settled = scene.listener.latenesses(ends + 3 * packet)
    assert max(settled) <= packet + 0.0005  # by which a late response moved the deadlines, once
    assert scene.pipeline.stats().deadlines_moved <= 1
    assert scene.pipeline.stats().backlog_ms <= 1000 * packet


def test_a_stall_of_the_emulator_makes_no_request_earlier(scene: Scene) -> None:
    scene.run(4.9)
    before = scene.pipeline.stats().lead_ms
    scene.emulator.paused = (STALL_AT, STALL_AT + 0.3)
    scene.run(5 + 0.3 + 11)  # until the stall is none of the last responses' 99 % quantile
    assert scene.pipeline.stats().lead_ms == pytest.approx(before)


@pytest.mark.parametrize("stall", [0.03, 0.07, 0.3, 2.0])
def test_after_a_stall_of_the_server_no_packet_is_late(scene: Scene, stall: float) -> None:
    scene.clock.stall_at, scene.clock.stall = STALL_AT, stall
    scene.run(5 + stall + 1)
    packet = scene.pipeline._packet_samples / 48_000
    assert max(scene.listener.latenesses(0)) <= max(0.06, packet + 0.016)
    if stall > 0.06:
        assert max(scene.listener.latenesses(0)) <= packet + 0.016
    assert scene.pipeline.stats().underruns == 0
    assert scene.emulator.dropped == 0
    assert steps(scene.heard()) == 0  # the emulator's sound lacks nothing
    times = [at for at, _, _ in scene.listener.packets]
    after = [at for at in times if at >= STALL_AT + stall]
    assert after[0] <= STALL_AT + stall + 2 * packet


@pytest.mark.parametrize("lost", [1, 2])
def test_lost_responses_stop_the_sound_for_no_longer_than_until_the_next_request(
    scene: Scene, lost: int
) -> None:
    scene.emulator.paused = (STALL_AT, STALL_AT)
    scene.emulator.lost = set(range(lost))
    scene.run(5 + 2)
    packet = scene.pipeline._packet_samples / 48_000
    silent = [at for at, _, samples in scene.listener.packets if at > STALL_AT and not samples.any()]
    allowed = 2 * packet if lost < MAX_UNANSWERED else REPEAT_SECONDS + 2 * packet
    assert len(silent) * packet <= allowed
    assert max(scene.listener.latenesses(STALL_AT + 1)) <= packet + 0.0005


def test_an_emulator_that_answers_silence_is_not_flooded() -> None:
    requests = UnansweredRequests(answers_silence=True)
    sent = [now for now in np.arange(0, 2, 0.02).tolist() if may_send(requests, now, playing=False)]
    assert len(sent) <= MAX_UNANSWERED + 2 / REPEAT_SECONDS


def test_an_emulator_that_does_not_answer_silence_gets_a_request_for_each_packet() -> None:
    requests = UnansweredRequests()
    assert all(may_send(requests, now, playing=False) for now in np.arange(0, 2, 0.02).tolist())


def may_send(requests: UnansweredRequests, now: float, playing: bool) -> bool:
    allowed = requests.may_send(now, playing)
    if allowed:
        requests.sent(now)
    return allowed


def test_a_response_allows_requests_again() -> None:
    requests = UnansweredRequests()
    assert [may_send(requests, 0.0, playing=True) for _ in range(3)] == [True, True, False]
    requests.answered(960)
    assert may_send(requests, 0.0, playing=True)
    assert not requests.answers_silence
    requests.answered(0)
    assert requests.answers_silence
