"""A touch screen and a pen for a page, with real events by Chromium's DevTools protocol."""

from __future__ import annotations

import time

from playwright.sync_api import Page


class TouchScreen:
    """Fingers on a touch screen; by the time in their events, each is 50 ms after the one before."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})
        self._down = 0
        self._time = time.time()

    def touch(self, *places: tuple[float, float]) -> None:
        """Set which fingers touch the screen, and where: more than before, as many, or none."""
        kind = "touchStart" if len(places) > self._down else "touchMove" if places else "touchEnd"
        self._down = len(places)
        self._dispatch(kind, [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)])

    def cancel(self) -> None:
        """Let the system take the touches over."""
        self._down = 0
        self._dispatch("touchCancel", [])

    def _dispatch(self, kind: str, points: list[dict[str, float]]) -> None:
        self._time += 0.05
        event = {"type": kind, "touchPoints": points, "timestamp": self._time}
        self._session.send("Input.dispatchTouchEvent", event)

    def close(self) -> None:
        """End the touches and the emulation."""
        if self._down:
            self.touch()
        self._session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
        self._session.detach()


class Pen:
    """A pen over the page."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def event(self, kind: str, x: int, y: int, button: str = "none", buttons: int = 0) -> None:
        """Move, press or release it: `kind` is a type of Input.dispatchMouseEvent."""
        event = {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "pointerType": "pen"}
        self._session.send("Input.dispatchMouseEvent", event)
