from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

DESCRIBE = 'return (await load("ui/notices.js")).describeState(argument)'
RUNNING = {"connected": True, "pid": 7, "state": "running", "width": 640, "height": 480}
CONNECTED: dict[str, Any] = {
    "signaling": "open",
    "peer": "connected",
    "webRtcFailure": None,
    "diagnosis": None,
    "serverSeen": True,
    "signedOut": False,
    "byeMessage": "",
    "emulator": RUNNING,
    "note": "",
    "off": False,
    "viewOnly": False,
    "codec": "h264",
    "choice": "h264",
    "codecs": [],
    "hasFrame": True,
}
OFF = {**RUNNING, "connected": False, "state": "stopped"}


@pytest.mark.parametrize(
    ("change", "title", "action"),
    [
        ({"signaling": "connecting", "serverSeen": False, "hasFrame": False}, "Connecting…", None),
        (
            {"signaling": "waiting", "serverSeen": False, "hasFrame": False},
            "The server does not answer",
            "retry",
        ),
        ({"signaling": "waiting", "hasFrame": False}, "The connection is lost", "retry"),
        (
            {
                "signaling": "waiting",
                "hasFrame": False,
                "diagnosis": {"title": "A proxy", "detail": "Change it."},
            },
            "A proxy",
            "retry",
        ),
        (
            {
                "signaling": "connecting",
                "serverSeen": False,
                "hasFrame": False,
                "diagnosis": {"title": "A proxy", "detail": "Change it."},
            },
            "A proxy",
            None,
        ),
        (
            {"signaling": "waiting", "byeMessage": "Moof is updating.", "hasFrame": False},
            "Moof is updating.",
            "retry",
        ),
        ({"signaling": "connecting", "hasFrame": False}, "The connection is lost", None),
        ({"signaling": "idle", "byeMessage": "Somebody else is here."}, "Somebody else is here.", "connect"),
        ({"signaling": "idle"}, "Not connected", "connect"),
        ({"emulator": OFF}, "The Mac is off", "restart"),
        ({"emulator": {**RUNNING, "state": "stopped"}}, "The Mac is off", "restart"),
        ({"emulator": OFF, "note": "The Mac is restarting…"}, "The Mac is restarting…", None),
        (
            {"emulator": OFF, "note": "It does not start", "off": True},
            "It does not start",
            "restart",
        ),
        (
            {"emulator": OFF, "note": "It is off", "off": True, "viewOnly": True},
            "It is off",
            None,
        ),
        ({"emulator": OFF, "viewOnly": True}, "The Mac is off", None),
        ({"emulator": {**RUNNING, "state": "paused"}}, "The Mac is paused", "resume"),
        ({"emulator": {**RUNNING, "state": "paused"}, "viewOnly": True}, "The Mac is paused", None),
        ({"signedOut": True, "signaling": "idle", "byeMessage": "bye"}, "You are signed out", "sign in"),
        ({"emulator": {**RUNNING, "responding": False}}, "The Mac has stopped answering", "restart"),
        (
            {"emulator": {**OFF, "responding": False}, "viewOnly": True},
            "The Mac has stopped answering",
            None,
        ),
        ({"emulator": {**RUNNING, "responding": True, "state": "paused"}}, "The Mac is paused", "resume"),
        ({"peer": "new", "hasFrame": False}, "Connecting the picture…", None),
        ({"peer": "disconnected"}, "The picture is interrupted", None),
        ({"peer": "failed"}, "The picture is interrupted", None),
        ({"hasFrame": False}, "Waiting for the first picture…", None),
    ],
)
def test_notice_for_each_state(run: Run, change: dict[str, Any], title: str, action: str | None) -> None:
    notice = run(DESCRIBE, {**CONNECTED, **change})
    assert notice["title"] == title
    assert notice.get("action", {}).get("name") == action


@pytest.mark.parametrize(
    ("note", "title", "detail"),
    [
        ("The Mac is switched off.", "The Mac is switched off.", None),
        ("The Mac is starting…", "The Mac is starting…", None),
        (
            "The Mac does not start: it is not tried again until you restart it: It needs a ROM. No.",
            "The Mac does not start",
            "It is not tried again until you restart it: It needs a ROM. No.",
        ),
        (
            "The Mac stopped unexpectedly, exit status 1 (a.b: c). Starting it again…",
            "The Mac stopped unexpectedly",
            "Exit status 1 (a.b: c). Starting it again…",
        ),
    ],
)
def test_reason_is_the_notices_detail(run: Run, note: str, title: str, detail: str | None) -> None:
    notice = run(DESCRIBE, {**CONNECTED, "emulator": OFF, "note": note, "off": True})
    assert (notice["title"], notice.get("detail")) == (title, detail)


def test_no_notice_over_a_picture(run: Run) -> None:
    assert run(DESCRIBE, CONNECTED) is None
    assert run(DESCRIBE, {**CONNECTED, "signaling": "waiting"}) is None
    assert run(DESCRIBE, {**CONNECTED, "emulator": None}) is None


@pytest.mark.parametrize("failure", ["missing", "refused", "no candidates", "no route"])
def test_a_notice_says_why_media_use_the_websocket(run: Run, failure: str) -> None:
    notice = run(DESCRIBE, {**CONNECTED, "webRtcFailure": failure, "hasFrame": False})
    assert "WebRTC" in notice["detail"]
    assert "WebSocket" in notice["detail"]


@pytest.mark.parametrize(
    ("failure", "audible", "expected"),
    [(None, False, False), ("missing", True, False), ("missing", False, True)],
)
def test_silence_is_explained(run: Run, failure: str | None, audible: bool, expected: bool) -> None:
    body = 'return (await load("ui/notices.js")).describeFallback(argument.failure, argument.audible)'
    assert ("silent" in run(body, {"failure": failure, "audible": audible})) is expected


def test_the_button_of_a_switch_is_for_those_who_may_switch(run: Run) -> None:
    body = """
    const { NoticeView, describeState } = await load("ui/notices.js");
    const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
    document.body.replaceChildren(...page.body.children);
    const view = new NoticeView(() => {});
    const button = document.getElementById("notice-action");
    view.show(describeState({ ...argument, emulator: { ...argument.emulator, state: "paused" } }));
    const shown = [button.hidden];
    view.power = false;
    shown.push(button.hidden);
    view.show(describeState({ ...argument, signedOut: true }));
    return [...shown, button.hidden, button.textContent];
    """
    assert run(body, CONNECTED) == [False, True, False, "Sign in"]


def test_each_hint_is_shown_once(run: Run) -> None:
    body = """
    const { StateHints } = await load("ui/notices.js");
    const shown = [];
    const hints = new StateHints({ show: (text) => shown.push(text) });
    const watching = { ...argument, viewOnly: true };
    const slow = { ...watching, webRtcFailure: "no route" };
    for (const state of [argument, watching, watching, slow, slow]) hints.show(state);
    return shown;
    """
    watching, fallback = run(body, CONNECTED)
    assert "only watching" in watching
    assert "No WebRTC packets" in fallback
