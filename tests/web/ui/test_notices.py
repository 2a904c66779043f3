from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

DESCRIBE = 'return (await load("ui/notices.js")).describe(argument)'
RUNNING = {"connected": True, "pid": 7, "state": "running", "width": 640, "height": 480}
ALL_IS_WELL = {
    "link": "open",
    "peer": "connected",
    "met": True,
    "farewell": "",
    "emulator": RUNNING,
    "note": "",
    "off": False,
    "watching": False,
    "codec": "h264",
    "choice": "h264",
    "codecs": [],
    "picture": True,
}
OFF = {**RUNNING, "connected": False, "state": "stopped"}


@pytest.mark.parametrize(
    ("change", "title", "action"),
    [
        ({"link": "connecting", "met": False, "picture": False}, "Connecting…", None),
        ({"link": "waiting", "met": False, "picture": False}, "The server does not answer", "hurry"),
        ({"link": "waiting", "picture": False}, "The connection is lost", "hurry"),
        (
            {"link": "waiting", "farewell": "Moof is updating.", "picture": False},
            "Moof is updating.",
            "hurry",
        ),
        ({"link": "connecting", "picture": False}, "The connection is lost", None),
        ({"link": "idle", "farewell": "Somebody else is here."}, "Somebody else is here.", "connect"),
        ({"link": "idle"}, "Not connected", "connect"),
        ({"emulator": OFF}, "The Mac is off", "restart"),
        ({"emulator": {**RUNNING, "state": "stopped"}}, "The Mac is off", "restart"),
        ({"emulator": OFF, "note": "The Mac is restarting…"}, "The Mac is restarting…", None),
        (
            {"emulator": OFF, "note": "It does not start", "off": True},
            "It does not start",
            "restart",
        ),
        (
            {"emulator": OFF, "note": "It is off", "off": True, "watching": True},
            "It is off",
            None,
        ),
        ({"emulator": OFF, "watching": True}, "The Mac is off", None),
        ({"emulator": {**RUNNING, "state": "paused"}}, "The Mac is paused", "resume"),
        ({"peer": "new", "picture": False}, "Connecting the picture…", None),
        ({"peer": "disconnected"}, "The picture is held up", None),
        ({"peer": "failed"}, "The picture is held up", None),
        ({"picture": False}, "Waiting for the first picture…", None),
    ],
)
def test_what_is_said(run: Run, change: dict[str, Any], title: str, action: str | None) -> None:
    notice = run(DESCRIBE, {**ALL_IS_WELL, **change})
    assert notice["title"] == title
    assert notice.get("action", {}).get("name") == action


def test_nothing_is_said_over_a_picture(run: Run) -> None:
    assert run(DESCRIBE, ALL_IS_WELL) is None
    assert run(DESCRIBE, {**ALL_IS_WELL, "link": "waiting"}) is None
    assert run(DESCRIBE, {**ALL_IS_WELL, "emulator": None}) is None
