from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_a_panel_stays_above_its_button_or_the_menu(run: Run) -> None:
    body = """
    const { placeAbove } = await load("ui/panel-place.js");
    document.body.innerHTML = `<button id=x></button><button id=more></button><div id=x-panel popover></div>`;
    const [button, more, panel] = ["x", "more", "x-panel"].map((id) => document.getElementById(id));
    panel.style.cssText = "position: fixed; width: 100px; box-sizing: border-box";
    button.style.cssText = "position: fixed; left: 300px; width: 20px; padding: 0; border: 0";
    more.style.cssText = "position: fixed; left: 600px; width: 20px; padding: 0; border: 0";
    placeAbove("x");
    const placed = new Promise((done) => panel.addEventListener("toggle", done));
    panel.showPopover();
    await placed;
    const places = [panel.style.left];
    const moved = (left) => {
      button.style.left = `${left}px`;
      dispatchEvent(new Event("resize"));
      places.push(panel.style.left);
    };
    moved(400);
    moved(0);
    button.hidden = true;
    moved(400);
    return places;
    """
    assert run(body) == ["310px", "410px", "58px", "610px"]
