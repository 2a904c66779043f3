from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { PeopleLists, describeLogin, describeSpan, describeToken } = await load("ui/people/people-lists.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(page.getElementById("people-panel"));
document.getElementById("people-panel").showPopover();
document.getElementById("owners-part").hidden = false;
const done = [];
const lists = new PeopleLists((id) => done.push(["end", id]), (id) => done.push(["withdraw", id]));
const rows = (id) => [...document.getElementById(id).children];
const anna = { id: "s1", role: "viewer", name: "Anna", address: "10.0.0.7", last_seen: 940 };
const login = (more) => ({ ...anna, connected: true, current: false, ...more });
const token = { id: "t1", role: "player", name: "Room 3", expires: null };
"""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1 min"), (300, "5 min"), (7200, "2 h"), (86_400, "24 h"), (7 * 86_400 - 60, "7 days")],
)
def test_span_of_time(run: Run, seconds: float, text: str) -> None:
    assert run(SCENE + "return describeSpan(argument);", seconds) == text


def test_facts(run: Run) -> None:
    body = """
    return [
      describeLogin(login(), 1000),
      describeLogin(login({ connected: false }), 1000),
      describeLogin(login({ connected: false, address: "" }), 950),
      describeToken(token, 0),
      describeToken({ ...token, expires: 1000 }, 1000),
      describeToken({ ...token, expires: 8200 }, 1000),
      describeToken({ ...token, uses: 5, used: 2 }, 1000),
      describeToken({ ...token, uses: 5, used: 5 }, 1000),
    ];
    """
    assert run(SCENE + body) == [
        "viewer · 10.0.0.7 · connected",
        "viewer · 10.0.0.7 · 1 min ago",
        "viewer · just now",
        "player · for ever",
        "player · expired",
        "player · 2 h left",
        "player · for ever · used 2 of 5 times",
        "player · for ever · used up",
    ]


def test_own_login_session_is_marked_and_the_others_can_be_ended(run: Run) -> None:
    body = """
    lists.show([login({ current: true }), login({ id: "s2", name: "<b>Bob" })], [token], 1000);
    const [own, other] = rows("logins");
    const button = other.querySelector("button");
    button.click();
    const asked = [button.textContent, done.length];
    button.click();
    const withdraw = rows("tokens")[0].querySelector("button");
    withdraw.focus();
    withdraw.click();
    withdraw.blur();
    const shown = [own.innerText, own.querySelector("button"), other.innerText.includes("<b>Bob")];
    return [...shown, asked, done, withdraw.textContent, withdraw.getAttribute("aria-label")];
    """
    own, button, other, asked, done, withdraw, label = run(SCENE + body)
    assert "this one" in own
    assert (button, other) == (None, True)
    assert asked == ["Really?", 0]
    assert done == [["end", "s2"]]
    assert (withdraw, label) == ("Withdraw", "Withdraw: Room 3")


def test_list_that_has_not_changed_keeps_its_elements(run: Run) -> None:
    body = """
    lists.show([login()], [], 1000);
    const [before] = rows("logins");
    lists.show([login()], [], 1000);
    return rows("logins")[0] === before;
    """
    assert run(SCENE + body) is True
