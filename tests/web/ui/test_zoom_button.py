from collections.abc import Callable
from typing import Any


def test_the_button_is_shown_while_the_picture_is_zoomed_and_resets_it(run: Callable[..., Any]) -> None:
    body = """
    const { ZoomButton } = await load("ui/zoom-button.js");
    const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
    document.body.replaceChildren(page.getElementById("zoom"));
    const display = Object.assign(new EventTarget(), { zoom: 1, zoomed: false, resets: 0 });
    display.resetZoom = () => { display.resets += 1; };
    new ZoomButton(display);
    const button = document.getElementById("zoom"), shown = [];
    for (const zoom of [2.04, 0.6, 1]) {
      Object.assign(display, { zoom, zoomed: zoom > 1 });
      display.dispatchEvent(new Event("zoom"));
      shown.push(button.hidden ? null : button.textContent.trim());
    }
    button.click();
    return [shown, display.resets];
    """
    assert run(body) == [["2.0 ×", None, None], 1]
