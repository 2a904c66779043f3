from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

# Statistics of a connection as a browser gives them: a card that has taken `samples`, a buffer 25 ms deep.
SCENE = """
const { Listener } = await load("audio/receiver-stats.js");
const listener = new Listener();
const stats = (samples, more = {}) => [
  { type: "codec" },
  { type: "inbound-rtp", kind: "audio", totalSamplesReceived: samples, jitterBufferEmittedCount: samples,
    jitterBufferDelay: samples * 0.025, jitterBufferTargetDelay: samples * 0.02,
    concealedSamples: 1, insertedSamplesForDeceleration: 2, removedSamplesForAcceleration: 3, ...more },
];
"""


def test_a_report_is_the_mean_of_several_looks(run: Run) -> None:
    body = """
    const answers = [];
    for (let i = 0; i < 10; i++) answers.push(listener.look(1000 + 200 * i, stats(48000 + 9600 * i)));
    return answers;
    """
    answers = run(SCENE + body)
    assert [answer is None for answer in answers] == [True] * 4 + [False] + [True] * 4 + [False]
    assert answers[4]["seen"] == 1400
    report = answers[9]["report"]
    assert report["consumed"] == 48_000 + 7 * 9600
    assert (report["depth"], report["target"]) == (pytest.approx(25), pytest.approx(20))
    assert (report["concealed"], report["inserted"], report["removed"]) == (1, 2, 3)


def test_another_connection_counts_anew(run: Run) -> None:
    body = """
    for (let i = 0; i < 4; i++) listener.look(1000 + 200 * i, stats(480000 + 9600 * i));
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(listener.look(2000 + 200 * i, stats(9600 + 9600 * i)));
    return answers.at(-1);
    """
    answer = run(SCENE + body)
    assert answer["seen"] == 2400
    assert answer["report"]["depth"] == pytest.approx(25)


def test_without_sound_there_is_no_report(run: Run) -> None:
    body = "return [[], [{ type: 'codec' }], stats(0)].map((reports) => listener.look(1000, reports));"
    assert run(SCENE + body) == [None, None, None]


def test_a_browser_that_does_not_say_the_target(run: Run) -> None:
    body = """
    const bare = { jitterBufferTargetDelay: undefined, insertedSamplesForDeceleration: undefined };
    let answer;
    for (let i = 0; i < 5; i++) answer = listener.look(1000 + i, stats(9600 + i, bare));
    return answer.report;
    """
    report = run(SCENE + body)
    assert (report["target"], report["inserted"]) == (0, 0)


def test_the_cards_own_buffer(run: Run) -> None:
    body = """
    const type = "media-playout";
    const playout = (samples) => ({ type, totalPlayoutDelay: samples * 0.03, totalSamplesCount: samples });
    listener.look(1000, [...stats(48000), playout(48000)]);
    listener.look(1200, [...stats(57600), playout(57600)]);
    return listener.output;
    """
    assert run(SCENE + body) == pytest.approx(30)


def test_the_report_in_bytes(run: Run) -> None:
    body = """
    const { soundReportMessage } = await load("input/input-messages.js");
    const counts = { concealed: 1, inserted: 2, removed: 3 };
    const report = { time: 1.5e12, consumed: 48000.5, depth: 25.5, target: 20, ...counts };
    return [...new Uint8Array(soundReportMessage(report))];
    """
    from moof.server.protocol.audio_report import PlaybackReport

    assert bytes(run(body)) == PlaybackReport(1.5e12, 48_000.5, 25.5, 20.0, 1, 2, 3).pack()
