"""The rows "Quality" and "Bit rate" of the settings: what is sent, when nothing is, and what is kept."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

Run = Callable[..., Any]
Scene = Any  # see conftest.py

SCENE = """
const { QualityChoice } = await load("ui/settings/quality-choice.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const sent = [];
const qualities = ["sharp", "balanced", "saving"];
const open = () => new QualityChoice(({ type, quality, limit }) => sent.push([type, quality, limit]));
const element = (id) => document.getElementById(id);
const choose = (id, value) => {
  element(id).value = value;
  element(id).dispatchEvent(new Event("change"));
};
const kept = () => JSON.parse(localStorage.getItem("moof.pictureWishes"));
const keep = (text) => localStorage.setItem("moof.pictureWishes", text);
const shown = () => ["quality", "bit-rate"].map((id) => element(id).value);
"""


@pytest.fixture(autouse=True)
def nothing_kept(run: Run) -> Iterator[None]:
    yield
    run("localStorage.clear(); document.body.replaceChildren();")


def test_a_choice_is_sent_and_kept(run: Run) -> None:
    body = """
    const choice = open();
    choice.show({ qualities, viewer: "v1" });
    const before = [sent.length, shown(), element("quality").parentElement.hidden];
    choose("quality", "saving");
    choose("bit-rate", "500000");
    choose("bit-rate", "");
    return [before, sent, kept()];
    """
    assert run(SCENE + body) == [
        [0, ["sharp", ""], False],
        [["quality", "saving", None], ["quality", "saving", 500_000], ["quality", "saving", None]],
        {"quality": "saving", "limit": None},
    ]


def test_what_was_kept_is_sent_once_in_each_session(run: Run) -> None:
    body = """
    keep('{"quality": "balanced", "limit": 300000}');
    const choice = open();
    for (const viewer of ["v1", "v1", "v2"]) choice.show({ qualities, viewer });
    return [sent, shown(), element("bit-rate").selectedOptions[0].text];
    """
    assert run(SCENE + body) == [
        [["quality", "balanced", 300_000]] * 2,
        ["balanced", "300000"],
        "at most 300 kbit/s",
    ]


def test_a_server_without_qualities_is_sent_nothing(run: Run) -> None:
    body = """
    keep('{"quality": "saving", "limit": 1000000}');
    const choice = open();
    choice.show({ qualities: [], viewer: "v1" });
    return [sent, element("quality").parentElement.hidden, element("bit-rate").disabled];
    """
    assert run(SCENE + body) == [[], True, True]


@pytest.mark.parametrize(
    "text",
    ["", "null", "7", '"saving"', '{"quality": 7, "limit": "1"}', '{"quality": "best", "limit": 1}', "[]"],
)
def test_anything_else_that_is_kept_is_the_default(run: Run, text: str) -> None:
    body = """
    keep(argument);
    const choice = open();
    choice.show({ qualities, viewer: "v1" });
    return [sent, shown()];
    """
    assert run(SCENE + body, text) == [[], ["sharp", ""]]


def test_the_page_sends_its_wishes(steady: Scene) -> None:
    steady.page.locator("#settings").click()
    expect(steady.page.locator("#quality option")).to_have_count(3)
    steady.page.locator("#quality").select_option("balanced")
    assert steady.server.expect("quality") == {"type": "quality", "quality": "balanced", "limit": None}
    steady.page.keyboard.press("Escape")
