"""The notice that the Mac ends soon, since nobody uses it."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { UnusedNotice } = await load("ui/unused-notice.js");
document.body.replaceChildren();
const kept = [];
const notice = new UnusedNotice(() => kept.push("kept"));
const show = (seconds, mayPlay = true) => notice.show({ type: "unused", seconds }, mayPlay);
const section = () => document.getElementById("unused-notice");
"""


def test_it_counts_and_offers_to_keep_the_mac(run: Run) -> None:
    body = """
    show(60);
    const time = section().querySelector("time");
    const shown = [section().querySelector("[role=alert]").textContent, time.textContent];
    while (time.textContent === "1:00") await new Promise((resolve) => setTimeout(resolve, 20));
    section().querySelector("button").click();
    show(null);
    return [shown, time.textContent, kept, section()];
    """
    text = "Is somebody still here? This Mac is saved and ends soon."
    assert run(SCENE + body) == [[text, "1:00"], "0:59", ["kept"], None]


def test_who_only_watches_is_not_asked(run: Run) -> None:
    assert run(SCENE + "show(60, false); return section();") is None


def test_another_time_replaces_the_one_before(run: Run) -> None:
    body = """
    for (const seconds of [60, 30]) show(seconds);
    return [document.querySelectorAll("#unused-notice").length, section().querySelector("time").textContent];
    """
    assert run(SCENE + body) == [1, "0:30"]
