from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { PeoplePanel } = await load("ui/people/people-panel.js");
const { RequestError } = await load("connection/request-json.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(page.getElementById("people-panel"));
const element = (id) => document.getElementById(id);
const calls = [];
const failing = new Set();
const answers = {
  me: { role: "owner", name: "Anna", login: true, permissions: ["power"], ...argument },
  sessions: [{ id: "s1", role: "viewer", name: "Bob", address: "", last_seen: 0, connected: false }],
  tokens: [{ id: "t1", role: "player", name: "Room 3", expires: null }],
};
const names = ["me", "sessions", "tokens", "endSession", "removeToken", "addToken", "signOut"];
const api = Object.fromEntries(names.map((name) => [name, async (...values) => {
  calls.push([name, ...values]);
  if (failing.has(name)) throw new RequestError("Not yours.", 403);
  return answers[name];
}]));
const known = [];
const actions = { known: (me) => known.push(me.name), signedOut: () => calls.push("gone") };
const panel = new PeoplePanel(api, actions);
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
const reopen = async () => {
  element("people-panel").hidePopover();
  await settle();
  element("people-panel").showPopover();
  await settle();
};
const rows = (id) => element(id).childElementCount;
"""


@pytest.mark.parametrize(
    ("me", "sign_out", "owner"),
    [
        ({"role": "owner", "login": False}, False, True),
        ({"role": "player", "login": True}, True, False),
        ({"role": "viewer", "login": True}, True, False),
    ],
)
def test_who_i_am(run: Run, me: dict[str, Any], sign_out: bool, owner: bool) -> None:
    body = """
    await panel.load();
    return [element("me-name").textContent, element("me-role").textContent, !element("sign-out").hidden,
            !element("owners-part").hidden, known];
    """
    name, role, *shown, known = run(SCENE + body, me)
    assert (name, role.partition(":")[0].lower()) == ("Anna", me["role"])
    assert shown == [sign_out, owner]
    assert known == ["Anna"]


def test_owner_sees_the_lists_when_the_panel_opens(run: Run) -> None:
    body = """
    await panel.load();
    const before = calls.length;
    element("people-panel").showPopover();
    await settle();
    element("people-panel").hidePopover();
    return [before, rows("logins"), rows("tokens")];
    """
    assert run(SCENE + body) == [1, 1, 1]


def test_player_asks_for_no_lists(run: Run) -> None:
    body = """
    element("people-panel").showPopover();
    await settle();
    return calls;
    """
    assert run(SCENE + body, {"role": "player"}) == [["me"]]


def test_token_is_withdrawn_and_a_refusal_shown(run: Run) -> None:
    body = """
    element("people-panel").showPopover();
    await settle();
    failing.add("removeToken");
    const button = element("tokens").querySelector("button");
    button.click();
    button.click();
    await settle();
    return [calls.at(-1), element("people-error").textContent, element("people-error").hidden];
    """
    assert run(SCENE + body) == [["removeToken", "t1"], "Not yours.", False]


def test_signing_out(run: Run) -> None:
    body = """
    await panel.load();
    element("sign-out").click();
    await settle();
    return calls.slice(-2);
    """
    assert run(SCENE + body) == [["signOut"], "gone"]


def test_panel_is_closed(run: Run) -> None:
    body = """
    element("people-panel").showPopover();
    panel.close();
    await settle();
    return element("people-panel").matches(":popover-open");
    """
    assert run(SCENE + body) is False


def test_nothing_changes_where_nobody_can_be_asked(run: Run) -> None:
    body = """
    failing.add("me");
    await panel.load();
    return [known, element("owners-part").hidden];
    """
    assert run(SCENE + body) == [[], True]


def test_an_older_list_does_not_hide_the_new_link(run: Run) -> None:
    body = """
    element("people-panel").showPopover();
    await settle();
    let end = () => {};
    const [before, old] = [api.tokens, answers.tokens];
    api.tokens = () => new Promise((resolve) => { end = () => resolve(old); });
    await reopen();
    api.tokens = before;
    answers.addToken = { id: "t2", token: "secret" };
    answers.tokens = [...old, { id: "t2", role: "viewer", name: "x", expires: null }];
    element("token-name").value = "x";
    element("new-token").requestSubmit();
    await settle();
    end();
    await settle();
    return [element("new-link").hidden, rows("tokens")];
    """
    assert run(SCENE + body) == [False, 2]


def test_a_server_that_is_back_is_no_longer_said_to_be_silent(run: Run) -> None:
    body = """
    element("people-panel").showPopover();
    await settle();
    failing.add("sessions");
    await reopen();
    const silent = !element("people-error").hidden;
    failing.clear();
    await reopen();
    return [silent, !element("people-error").hidden];
    """
    assert run(SCENE + body) == [True, False]
