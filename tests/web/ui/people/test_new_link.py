from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { NewLink, describeReach } = await load("ui/people/new-link.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(page.getElementById("people-panel"));
document.getElementById("people-panel").showPopover();
document.getElementById("owners-part").hidden = false;
const wanted = [];
let answer = { id: "t9", token: "a+b" };
const drawn = [];
const draw = async (text) => {
  drawn.push(text);
  return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>';
};
const newLink = new NewLink(async (asked) => { wanted.push(asked); return answer; }, draw);
const element = (id) => document.getElementById(id);
const submit = async () => {
  element("new-token").requestSubmit();
  await new Promise((resolve) => setTimeout(resolve, 0));
};
"""


def test_link_is_shown_until_its_token_is_withdrawn(run: Run) -> None:
    body = """
    element("token-name").value = " Room 3 ";
    element("token-expires").value = "3600";
    await submit();
    const note = element("new-link-note").textContent;
    const shown = [element("new-link").hidden, element("new-link-address").value, note];
    newLink.keep(["t9", "t1"]);
    const kept = element("new-link").hidden;
    newLink.keep(["t1"]);
    return [wanted, shown, kept, element("new-link").hidden, location.origin, element("token-name").value];
    """
    wanted, (hidden, address, note), kept, gone, origin, name = run(SCENE + body)
    assert wanted == [{"role": "viewer", "name": "Room 3", "expires": 3600, "uses": None}]
    assert (hidden, address) == (False, f"{origin}/?token=a%2Bb")
    assert "“Room 3”, viewer" in note
    assert (kept, gone, name) == (False, True, "")


def test_a_button_that_is_pressed_twice_makes_one_token(run: Run) -> None:
    body = """
    element("token-name").value = "x";
    element("new-token").requestSubmit();
    await submit();
    return [wanted.length, element("new-link").hidden];
    """
    assert run(SCENE + body) == [1, False]


def test_token_for_ever_and_one_that_was_not_made(run: Run) -> None:
    body = """
    answer = null;
    element("token-name").value = "x";
    element("token-expires").value = "";
    await submit();
    return [wanted[0].expires, element("new-link").hidden, element("token-name").value];
    """
    assert run(SCENE + body) == [None, True, "x"]


def test_name_is_needed(run: Run) -> None:
    assert run(SCENE + "await submit(); return wanted.length;") == 0


def test_number_of_uses(run: Run) -> None:
    body = """
    element("token-name").value = "x";
    const choices = [...element("token-uses").options].map(({ text }) => text);
    element("token-uses").value = "5";
    await submit();
    return [choices, wanted[0].uses, drawn];
    """
    choices, uses, drawn = run(SCENE + body)
    assert choices == ["unlimited", "once", "5 times", "30 times"]
    assert uses == 5
    assert drawn == []  # a telephone cannot open a link of this computer alone


@pytest.mark.parametrize(
    ("url", "elsewhere"),
    [
        ("http://127.0.0.1:8080/", False),
        ("http://localhost/", False),
        ("http://[::1]:8080/", False),
        ("https://mac.example/", True),
        ("http://localhost.example/", True),
    ],
)
def test_link_of_this_computer_alone_is_explained(run: Run, url: str, elsewhere: bool) -> None:
    assert (run(SCENE + "return describeReach(new URL(argument));", url) == "") is elsewhere


def test_without_a_clipboard_the_link_is_selected(run: Run) -> None:
    body = """
    Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
    element("token-name").value = "x";
    await submit();
    element("new-link-copy").click();
    await new Promise((resolve) => setTimeout(resolve, 0));
    delete navigator.clipboard;
    const { selectionStart, selectionEnd, value } = element("new-link-address");
    return [selectionEnd - selectionStart === value.length, element("new-link-copy").textContent];
    """
    assert run(SCENE + body) == [True, "Press Ctrl C"]
