"""The choice that the Mac's screen follows the window: what is sent, and when nothing is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { WindowFollow } = await load("ui/settings/window-follow.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const values = { followWindow: false };
const settings = { get: (name) => values[name], set: (name, value) => { values[name] = value; } };
const area = Object.assign(new EventTarget(), { whole: { width: 1366.5, height: 657 } });
const sent = [];
let sentOne = () => {};
const may = { change: true };
const open = () => new WindowFollow(area, settings, {
  send: ({ width, height }) => { sent.push([width, height]); sentOne(); }, mayChange: () => may.change,
}, 1);
const resize = (width, height) => {
  area.whole = { width, height };
  area.dispatchEvent(new Event("change"));
};
const nextSent = () => new Promise((resolve) => { sentOne = resolve; });
const box = document.getElementById("follow-window");
const isHidden = () => document.getElementById("follow-window-option").hidden;
"""


@pytest.fixture(autouse=True)
def empty_page(run: Run) -> Iterator[None]:
    yield
    run("document.body.replaceChildren();")


def test_sizes_are_sent_while_it_is_on_the_last_of_several_and_the_end(run: Run) -> None:
    body = """
    const follow = open();
    follow.receive({ followable: true });
    box.click();
    const next = nextSent();
    resize(800, 700);
    resize(900, 700);
    await next;
    box.click();
    return [sent, values, isHidden()];
    """
    assert run(SCENE + body) == [[[1366, 657], [900, 700], [0, 0]], {"followWindow": False}, False]


def test_another_session_or_emulator_is_sent_the_size_again(run: Run) -> None:
    body = """
    values.followWindow = true;
    const follow = open();
    follow.receive({ followable: true });
    follow.receive({ followable: false });
    follow.receive({ followable: true });
    return [sent, box.checked];
    """
    assert run(SCENE + body) == [[[1366, 657], [1366, 657]], True]


def test_the_choice_is_there_only_for_those_who_may_and_macs_that_can(run: Run) -> None:
    body = """
    values.followWindow = true;
    const follow = open();
    const before = isHidden();
    follow.receive({ followable: false });
    const cannot = isHidden();
    may.change = false;
    follow.receive({ followable: true });
    return [before, cannot, isHidden(), sent];
    """
    assert run(SCENE + body) == [True, True, True, []]
