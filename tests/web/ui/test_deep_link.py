from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

PARSE = 'return (await load("ui/deep-link.js")).parseDeepLink(argument);'
NOTHING = {"codec": None, "fullScreen": False, "viewOnly": False}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", {}),
        ("?codec=png", {"codec": "png"}),
        ("?codec=%3Cscript%3E", {}),
        ("?codec=", {}),
        ("?fullscreen=1&view=1", {"fullScreen": True, "viewOnly": True}),
        ("?fullscreen&view=only", {"fullScreen": True, "viewOnly": True}),
        ("?fullscreen=0&view=False", {}),
        ("?other=1&scale=2", {}),
    ],
)
def test_address_is_read(run: Run, search: str, found: dict[str, object]) -> None:
    assert run(PARSE, search) == {**NOTHING, **found}


def test_full_screen_waits_for_the_first_click_or_key(run: Run) -> None:
    body = """
    const { enterFullScreen } = await load("ui/deep-link.js");
    const calls = [];
    Object.defineProperty(navigator, "userActivation", { value: { isActive: false }, configurable: true });
    document.documentElement.requestFullscreen = async () => void calls.push("full screen");
    await enterFullScreen({ show: (text) => calls.push(text), hide: () => calls.push("hidden") });
    for (let count = 0; count < 2; count++) window.dispatchEvent(new KeyboardEvent("keydown"));
    delete navigator.userActivation;
    delete document.documentElement.requestFullscreen;
    return calls;
    """
    assert run(body) == ["Click or press a key for full screen", "hidden", "full screen"]
