from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { AudioPanel, PingPanel } = await load("latency/panels.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const element = (id) => document.getElementById(id);
const rows = (id) => [...element(id).rows].map((row) => [...row.cells].map((cell) => cell.textContent));
"""


def test_button_shows_the_median(run: Run) -> None:
    body = """
    let median = null;
    const panel = new PingPanel({ quantile: () => median });
    panel.update();
    const before = element("latency-text").textContent;
    median = { total: 31.6 };
    panel.update();
    return [before, element("latency-text").textContent];
    """
    assert run(SCENE + body) == ["–", "32 ms"]


def test_open_panel_shows_each_part(run: Run) -> None:
    body = """
    const { PARTS } = await load("latency/meter.js");
    const figures = (value) => Object.fromEntries([...PARTS, "total"].map((part) => [part, value]));
    const panel = new PingPanel({ quantile: (fraction) => figures(fraction === 0.5 ? 1 : 2) });
    panel.update();
    const closed = rows("latency-parts");
    element("latency-panel").showPopover();
    const open = rows("latency-parts");
    element("latency-panel").hidePopover();
    return [closed, open];
    """
    closed, opened = run(SCENE + body)
    assert closed != opened
    assert ["Browser to server", "", "1.0", "2.0"] in opened
    assert opened[-1] == ["Total", "", "1.0", "2.0"]


def test_audio_without_figures_is_dashes(run: Run) -> None:
    body = """
    const { AudioReceiverStats } = await load("audio/receiver-stats.js");
    const panel = new AudioPanel(new AudioReceiverStats());
    element("latency-panel").showPopover();
    panel.update();
    const found = rows("audio-parts");
    element("latency-panel").hidePopover();
    return found.slice(-6);
    """
    labels = ("Until the deadline", "Encoding", "Server to browser", "Jitter buffer", "Sound card", "Total")
    assert [(row[0], row[2]) for row in run(SCENE + body)] == [(label, "–") for label in labels]
