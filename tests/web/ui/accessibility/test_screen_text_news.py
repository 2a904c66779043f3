"""What is said of the Mac's screen: what is in front, what is selected, and what was typed."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { ScreenNews, describeChange, frontOf, withoutBegunWord } =
  await load("ui/accessibility/screen-text-news.js");
const plain = { disabled: false, checked: false, active: false };
const part = (kind, text = "", states = {}) => ({ kind, text, ...plain, ...states });
const active = { active: true };
const desktop = [part("desktop"), part("option", "Notes", active), part("option", "Trash")];
const notes = (text) => [part("window", "Letter", active), part("field", text, active), ...desktop];
"""
NEWS = """
const news = new ScreenNews(argument);
const said = () => [...news.log.children].map((each) => each.textContent);
const until = async (ready) => { while (!ready()) await new Promise((then) => setTimeout(then, 5)); };
"""


def test_what_is_in_front(run: Run) -> None:
    body = """
    const windows = [...notes("Dear"), part("window", "Back"), part("field", "no")];
    const dialog = [part("dialog", "", active), part("text", "Save it?"), part("button", "Save", active),
      part("button", "Cancel"), part("field", "name", active)];
    return [frontOf([]), frontOf(desktop), frontOf([part("menu", "File"), ...windows]),
      frontOf([...dialog, ...windows])];
    """
    assert run(SCENE + body) == [
        {"title": "The Mac’s desktop", "isDialog": False, "option": "", "field": None},
        {"title": "The Mac’s desktop", "isDialog": False, "option": "Notes", "field": None},
        {"title": "Window on the Mac: Letter", "isDialog": False, "option": "", "field": "Dear"},
        {
            "title": "The Mac asks: Save it? Save (Return), Cancel",
            "isDialog": True,
            "option": "",
            "field": "name",
        },
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "Dear", "Dear"),
        ("Dear rea", "Dear reader", "reader"),
        ("Dear", "Dear Susan", "Susan"),
        ("one three", "one two three", "two three"),
        ("one three", "one and three", "and"),
        ("readr", "reader", "reader"),
        ("Dear", "Dear ", ""),
        ("Dear", "Dear\n", "New line"),
        ("Dear reader", "Dear ", "Deleted: reader"),
        ("10", "42", "42"),
        ("aa", "aaa", "aaa"),
        ("x", "x" + "a b " * 100, "401 characters"),
    ],
)
def test_a_change_is_said_in_words(run: Run, before: str, after: str, said: str) -> None:
    assert run(SCENE + "return describeChange(...argument);", [before, after]) == said


def test_the_front_and_the_selection_are_said_at_once_and_only_when_they_change(run: Run) -> None:
    body = """
    news.show(desktop);
    news.show(desktop);
    news.show([part("desktop"), part("option", "Notes"), part("option", "Trash", active)]);
    news.show(notes("Dear"));
    news.show([part("dialog", "", active), part("text", "Save as:"), part("field", "name", active)]);
    const before = said();
    news.clear();
    news.show(notes("Dear"));
    return [before, said()];
    """
    assert run(SCENE + NEWS + body, 1_000_000) == [
        ["The Mac’s desktop", "Trash", "Window on the Mac: Letter", "The Mac asks: Save as:", "name"],
        ["Window on the Mac: Letter"],
    ]


def test_typed_text_is_said_once_after_a_pause(run: Run) -> None:
    body = """
    news.show(notes(""));
    for (const text of ["D", "De", "Dear"]) news.show(notes(text));
    const before = said().length;
    await until(() => said().length > before);
    news.show(notes("Dear D"));
    news.show(notes("Dear Dear"));
    await until(() => said().length > before + 1);
    return [before, said()];
    """
    assert run(SCENE + NEWS + body, 40) == [1, ["Window on the Mac: Letter", "Dear", "Dear"]]


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("Dear", "Dear Susan, ho", "Dear Susan, "),
        ("Dear Su", "Dear Susan", "Dear Su"),
        ("Dear", "Bear", "Bear"),
        ("Dear", None, None),
    ],
)
def test_a_begun_word_waits_for_its_end(run: Run, before: str, after: str | None, field: str | None) -> None:
    assert run(SCENE + "return withoutBegunWord(...argument);", [before, after]) == field


def test_who_types_on_hears_the_words_all_the_same(run: Run) -> None:
    body = """
    let text = "";
    news.show(notes(text));
    await until(() => {
      news.show(notes(text += "a "));
      return said().length > 1;
    });
    return said()[1].trim().split(" ")[0];
    """
    assert run(SCENE + NEWS + body, 40) == "a"


def test_the_last_sentences_are_kept(run: Run) -> None:
    """A page that nobody reads does not grow."""
    body = """
    for (let count = 0; count < 9; count += 1) news.show([part("window", `${count}`, active)]);
    return said().length;
    """
    assert run(SCENE + NEWS + body, 40) == 5
