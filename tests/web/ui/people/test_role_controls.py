from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { RoleControls } = await load("ui/people/role-controls.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const href = "/static/style/roles.css";
const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
await new Promise((loaded) => { style.onload = loaded; document.head.append(style); });
const controls = new RoleControls();
const shown = (id) => getComputedStyle(document.getElementById(id)).display !== "none";
"""


def test_viewer_has_no_controls_of_players(run: Run) -> None:
    body = """
    const ids = ["mouse-mode", "touch-mode", "command-key", "keys", "keyboard", "power",
                 "settings", "people"];
    controls.viewOnly = true;
    const viewers = ids.filter(shown);
    controls.viewOnly = false;
    return [viewers, ids.filter(shown).length];
    """
    assert run(SCENE + body) == [["settings", "people"], 8]


@pytest.mark.parametrize("allowed", [True, False])
def test_missing_switches_are_explained(run: Run, allowed: bool) -> None:
    body = """
    controls.power = argument;
    document.getElementById("power-panel").showPopover();
    return [shown("reset"), !document.getElementById("power-note").hidden];
    """
    assert run(SCENE + body, allowed) == [allowed, not allowed]
