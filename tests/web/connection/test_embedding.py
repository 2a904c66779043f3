from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { Embedding } = await load("connection/embedding.js");
const told = [];
const parent = { postMessage: (message, origin) => told.push([origin, message]) };
let listener = null;
const frame = { parent, addEventListener: (type, each) => { listener = each; } };
const calls = [];
const act = (name) => (value) => { calls.push(value === undefined ? [name] : [name, value]); };
const actions = { focus: act("focus"), text: act("text"), power: act("power"), codec: act("codec"),
  picture: async () => { if (calls.length) throw new Error("There is no picture."); return "a blob"; } };
const embedding = new Embedding(frame, actions);
const SCHOOL = "https://school.example";
const send = (data, origin = SCHOOL, source = parent) => listener({ data, origin, source });
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const state = { peer: "connected", hasFrame: true, emulator: { width: 640, height: 480 }, viewOnly: false };
"""


def test_named_origins_are_told_when_the_frame_listens(run: Run) -> None:
    assert run(SCENE + 'embedding.allow([SCHOOL, "https://b.example"]); return told;') == [
        ["https://school.example", {"moof": "ready", "version": 1}],
        ["https://b.example", {"moof": "ready", "version": 1}],
    ]


def test_page_that_said_hello_is_told_each_new_state(run: Run) -> None:
    body = """
    embedding.allow([SCHOOL]);
    told.length = 0;
    embedding.show(state);
    const before = told.length;
    send({ moof: "hello" });
    embedding.show({ ...state });
    embedding.show({ ...state, hasFrame: false, emulator: null });
    send({ moof: "hello" });
    return [before, told];
    """
    before, told = run(SCENE + body)
    assert before == 0
    assert [message["picture"] for _, message in told] == [True, False, False]
    assert told[0] == [
        "https://school.example",
        {
            "moof": "state",
            "phase": "connected",
            "picture": True,
            "width": 640,
            "height": 480,
            "viewOnly": False,
        },
    ]


def test_messages_act(run: Run) -> None:
    body = """
    embedding.allow([SCHOOL]);
    send({ moof: "focus" });
    send({ moof: "text", text: "Grüße" });
    send({ moof: "power", command: "reset" });
    send({ moof: "codec", codec: "png" });
    return calls;
    """
    assert run(SCENE + body) == [["focus"], ["text", "Grüße"], ["power", "reset"], ["codec", "png"]]


@pytest.mark.parametrize(
    "sending",
    [
        'send({ moof: "focus" }, "https://other.example")',
        'send({ moof: "focus" }, SCHOOL, {})',
        "send(null)",
        'send("focus")',
        "send({ moof: 1 })",
    ],
)
def test_other_messages_are_ignored(run: Run, sending: str) -> None:
    body = f"embedding.allow([SCHOOL]); told.length = 0; {sending}; await settle(); return [calls, told];"
    assert run(SCENE + body) == [[], []]


def test_nobody_is_heard_before_the_server_has_named_an_origin(run: Run) -> None:
    assert run(SCENE + 'send({ moof: "focus" }); return [calls, told];') == [[], []]


@pytest.mark.parametrize(
    "message", ['{ moof: "fly" }', '{ moof: "text", text: 1 }', '{ moof: "power", command: "off" }']
)
def test_messages_that_are_not_understood_are_refused(run: Run, message: str) -> None:
    body = f"embedding.allow([SCHOOL]); told.length = 0; send({message}); await settle(); return told;"
    ((origin, answer),) = run(SCENE + body)
    assert (origin, answer["moof"]) == ("https://school.example", "refused")


def test_picture(run: Run) -> None:
    body = """
    embedding.allow([SCHOOL]);
    told.length = 0;
    send({ moof: "picture", id: 7 });
    await settle();
    send({ moof: "focus" });
    send({ moof: "picture", id: 8 });
    await settle();
    return told.map(([, message]) => message);
    """
    assert run(SCENE + body) == [
        {"moof": "picture", "picture": "a blob", "id": 7},
        {"moof": "refused", "reason": "There is no picture.", "id": 8},
    ]


def test_page_that_is_not_embedded_listens_to_nobody(run: Run) -> None:
    body = """
    let listens = false;
    const own = { addEventListener: () => { listens = true; } };
    own.parent = own;
    new Embedding(own, actions);
    return listens;
    """
    assert run(SCENE + body) is False
