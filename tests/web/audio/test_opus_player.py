from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { OpusPlayer } = await load("audio/opus-player.js");
const packet = new Uint8Array([0xfc, 0xff, 0xfe]).buffer; // 20 ms of silence
const streams = [];
const player = new OpusPlayer((stream) => streams.push(stream));
"""


def test_first_packet_opens_one_stream(run: Run) -> None:
    body = """
    const before = streams.length;
    for (let count = 0; count < 5; count++) player.play(packet);
    const tracks = streams.flatMap((stream) => stream.getTracks().map(({ kind }) => kind));
    player.close();
    return [before, tracks];
    """
    assert run(SCENE + body) == [0, ["audio"]]


def test_packets_begin_where_the_ones_before_end(run: Run) -> None:
    body = """
    const starts = [];
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (when) {
      starts.push([when, when + this.buffer.duration]);
      start.call(this, when);
    };
    // A busy browser decodes late now and then: the packet after that is scheduled anew.
    const follows = ([begin], index) => index > 0 && Math.abs(begin - starts[index - 1][1]) < 1e-6;
    try {
      while (starts.filter(follows).length < 3) {
        for (let count = 0; count < 3; count++) player.play(packet);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      AudioBufferSourceNode.prototype.start = start;
      player.close();
    }
    return starts.map(([begin, end]) => Math.round(1000 * (end - begin)));
    """
    assert set(run(SCENE + body)) == {20}


def test_closed_player_ignores_packets(run: Run) -> None:
    body = """
    player.play(packet);
    player.close();
    player.play(packet);
    player.close();
    return streams.length;
    """
    assert run(SCENE + body) == 1
