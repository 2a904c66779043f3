from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

# Statistics of a connection: the sound card has consumed `samples`, the jitter buffer's delay is 25 ms.
SCENE = """
const { AudioReceiverStats } = await load("audio/receiver-stats.js");
const receiver = new AudioReceiverStats();
const stats = (samples, more = {}) => [
  { type: "codec" },
  { type: "inbound-rtp", kind: "audio", totalSamplesReceived: samples, jitterBufferEmittedCount: samples,
    jitterBufferDelay: samples * 0.025, jitterBufferTargetDelay: samples * 0.02,
    concealedSamples: 1, insertedSamplesForDeceleration: 2, removedSamplesForAcceleration: 3, ...more },
];
"""


def test_report_is_the_mean_of_five_readings(run: Run) -> None:
    body = """
    const answers = [];
    for (let i = 0; i < 10; i++) answers.push(receiver.add(1000 + 200 * i, stats(48000 + 9600 * i)));
    return answers;
    """
    answers = run(SCENE + body)
    assert [answer is None for answer in answers] == [True] * 4 + [False] + [True] * 4 + [False]
    assert answers[4]["time"] == 1400
    report = answers[9]["report"]
    assert report["consumed"] == 48_000 + 7 * 9600
    assert (report["depth"], report["target"]) == (pytest.approx(25), pytest.approx(20))
    assert (report["concealed"], report["inserted"], report["removed"]) == (1, 2, 3)


def test_another_connection_starts_from_zero(run: Run) -> None:
    body = """
    for (let i = 0; i < 4; i++) receiver.add(1000 + 200 * i, stats(480000 + 9600 * i));
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(receiver.add(2000 + 200 * i, stats(9600 + 9600 * i)));
    return answers.at(-1);
    """
    answer = run(SCENE + body)
    assert answer["time"] == 2400
    assert answer["report"]["depth"] == pytest.approx(25)


def test_no_report_without_audio(run: Run) -> None:
    body = "return [[], [{ type: 'codec' }], stats(0)].map((reports) => receiver.add(1000, reports));"
    assert run(SCENE + body) == [None, None, None]


def test_missing_statistics_are_zero(run: Run) -> None:
    body = """
    const bare = { jitterBufferTargetDelay: undefined, insertedSamplesForDeceleration: undefined };
    let answer;
    for (let i = 0; i < 5; i++) answer = receiver.add(1000 + i, stats(9600 + i, bare));
    return answer.report;
    """
    report = run(SCENE + body)
    assert (report["target"], report["inserted"]) == (0, 0)


def test_delay_of_the_sound_card(run: Run) -> None:
    body = """
    const type = "media-playout";
    const playout = (samples) => ({ type, totalPlayoutDelay: samples * 0.03, totalSamplesCount: samples });
    receiver.add(1000, [...stats(48000), playout(48000)]);
    receiver.add(1200, [...stats(57600), playout(57600)]);
    return receiver.outputDelay;
    """
    assert run(SCENE + body) == pytest.approx(30)


def test_bytes_of_the_report(run: Run) -> None:
    body = """
    const { audioReportMessage } = await load("input/input-messages.js");
    const counts = { concealed: 1, inserted: 2, removed: 3 };
    const report = { time: 1.5e12, consumed: 48000.5, depth: 25.5, target: 20, ...counts };
    return [...new Uint8Array(audioReportMessage(report))];
    """
    from moof.server.protocol.audio_report import PlaybackReport

    assert PlaybackReport.unpack(bytes(run(body))) == PlaybackReport(1.5e12, 48_000.5, 25.5, 20.0, 1, 2, 3)


def test_mean_delay_of_new_samples(run: Run) -> None:
    body = """
    const { MeanDelay } = await load("audio/receiver-stats.js");
    const delay = new MeanDelay();
    return [[2, 100], [2, 100], [5, 200], [1, 50]].map((sums) => delay.update(...sums));
    """
    assert run(body) == [20, None, 30, 20]  # the last one is another connection


def test_the_buffer_has_settled_when_nothing_is_stretched_any_more(run: Run) -> None:
    body = """
    const settled = [];
    const read = (samples, inserted) => {
      receiver.add(1000, stats(samples, { insertedSamplesForDeceleration: inserted }));
      settled.push(receiver.settled);
    };
    for (let i = 1; i <= 4; i++) read(9600 * i, 0);  // the first second
    for (let i = 0; i < 4; i++) read(60000 + 9600 * i, 480);
    read(100000, 960);
    receiver.reset();
    settled.push(receiver.settled);
    return settled;
    """
    assert run(SCENE + body) == [False] * 7 + [True, False, False]


def test_a_buffer_from_which_the_browser_will_remove_sound_has_not_settled(run: Run) -> None:
    body = """
    const settled = [];
    let delay = 0;
    const read = (samples, depth) => {
      delay += 9600 * depth;
      receiver.add(1000, stats(samples, { jitterBufferDelay: delay }));
      settled.push(receiver.settled);
    };
    for (let i = 0; i < 5; i++) read(60000 + 9600 * i, i ? 0.045 : 0.39);
    for (let i = 5; i < 8; i++) read(60000 + 9600 * i, 0.025);
    return settled;
    """
    assert run(SCENE + body) == [False] * 7 + [True]
