"""The states of Moof's page that people see, and how a script brings a page into each of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from support.browser_tabs import Tab

TABS: Final = ("picture", "key", "mac", "documents", "states")
"""Names of the settings' tabs."""

_UNTIL: Final = """
    const until = async (ready) => {
        for (const begun = performance.now(); !ready(); await new Promise((then) => setTimeout(then, 30))) {
            if (performance.now() - begun > 30000) throw new Error(`the state STATE waits for ${ready}`);
        }
    };
"""
_CLEAR: Final = """
    for (const panel of document.querySelectorAll(".panel:popover-open")) panel.hidePopover();
    document.getElementById("mac-keyboard").hidden ||= !document.getElementById("keyboard").click();
    document.getElementById("screen").focus();
    document.getElementById("hint").hidden = true;
"""
_LOADED: Final = """
    document.getElementById("toolbar").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    await until(() => document.querySelectorAll("#key-list button").length > 0);
    await until(() => [...document.querySelectorAll("link[rel=stylesheet]")].every(({ sheet }) => sheet));
"""
_SETTLED: Final = """
    const ends = ({ effect }) => effect.getComputedTiming().endTime < 5000;
    await Promise.all(document.getAnimations().filter(ends).map((each) => each.finished.catch(() => {})));
    await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
"""
_TOOLBAR: Final = 'document.getElementById("toolbar").classList.remove("away");'


@dataclass(frozen=True)
class PageState:
    """A state of the page while the Mac is on.

    Attributes:
        name: the name of its picture.
        steps: the body of an async function that brings a page with a picture into it.
        part: a selector of the element that the state adds to the page.
    """

    name: str
    steps: str
    part: str = "html"

    def enter(self, tab: Tab) -> None:
        """Leave the state before, enter this one, and wait until nothing moves.

        The browser's error names the state and what it waits for.
        """
        tab.evaluate(_UNTIL.replace("STATE", self.name) + _LOADED + _CLEAR + self.steps + _SETTLED)

    @staticmethod
    def settle(tab: Tab, steps: str = "") -> None:
        """Run further steps, and wait until nothing moves."""
        tab.evaluate(steps + _SETTLED)


def _panel(name: str, ready: str = "true", steps: str = "") -> PageState:
    shown = f'document.getElementById("{name}-panel").showPopover();'
    return PageState(name, f"{_TOOLBAR} {steps} {shown} await until(() => {ready});", f"#{name}-panel")


_READY_TABS: Final = {
    "mac": '!document.getElementById("mac-ram").disabled',
    "documents": 'document.querySelector("#documents-list li")',
    "states": 'document.querySelector("#states-list li")',
}
"""What shows that a tab of the settings has its contents."""


def _settings(tab: str) -> PageState:
    ready = _READY_TABS.get(tab, "true")
    click = f'document.getElementById("{tab}-tab").click();'
    shown = f'document.getElementById("settings-panel").showPopover(); {click}'
    return PageState(f"settings-{tab}", f"{_TOOLBAR} {shown} await until(() => {ready});", "#settings-panel")


_TEXT: Final = json.dumps("Dear Susan,\n\nhow is the new Macintosh?\n\n  Steve")
_TYPED: Final = f"""const field = document.getElementById("type-text");
    field.value = {_TEXT}; field.dispatchEvent(new Event("input", {{ bubbles: true }}));"""
_NAMED: Final = 'document.getElementById("me-name").textContent !== ""'

_MENU: Final = 'if (document.getElementById("more").hidden) return;'

PICTURE: Final = PageState("picture", 'document.getElementById("toolbar").classList.add("away");')
TOOLBAR: Final = PageState("toolbar", _TOOLBAR)
_PEOPLE: Final = _panel("people", _NAMED)
STATES: Final = (
    PICTURE,
    TOOLBAR,
    *(_settings(tab) for tab in TABS),
    _panel("keys"),
    _PEOPLE,
    _panel("type", steps=_TYPED),
    _panel("pictures"),
    _panel("latency"),
    _panel("power"),
    _panel("more", steps=_MENU),
    PageState("keyboard", 'document.getElementById("keyboard").click();', "#mac-keyboard"),
)
"""The states of a second visit with a Mac that is on."""

_MAKE_LINK: Final = """
    document.getElementById("token-name").value = "Susan";
    document.getElementById("new-token").requestSubmit();
"""
LINK: Final = PageState(
    "link",
    f"""{_PEOPLE.steps} if (!document.getElementById("owners-part").hidden) {{ {_MAKE_LINK}
    await until(() => !document.getElementById("new-link").hidden);
    const code = document.querySelector(".qr-code");
    if (location.hostname !== "127.0.0.1") await until(() => !code.hidden);
    (code.hidden ? document.getElementById("new-link") : code).scrollIntoView({{ block: "end" }}); }}""",
    "#people-panel",
)
"""A link was made for somebody; with its QR code if telephones could open it. Each time it makes one more."""
ATTRACT: Final = PageState(
    "attract", 'await until(() => document.getElementById("attract")?.hidden === false);'
)
"""The page of a kiosk that nobody uses."""

VISIT_FIRST: Final = (
    "window.left = true; localStorage.removeItem('moof.welcomed'); setTimeout(() => location.reload());"
)
"""Loads a page again as at a first visit."""
SECOND_VISIT: Final = "localStorage.setItem('moof.welcomed', 'true');"
HAS_PICTURE: Final = "return window.moof && !window.left ? (await window.moof.stats()).picture : false"
SHARP: Final = """
    for (let counted = -1, now = 0; counted !== now;) {
        counted = (await moof.stats()).frames;
        await new Promise((then) => setTimeout(then, 500));
        now = (await moof.stats()).frames;
    }
"""
"""Waits until the picture rests, for the first ones are coarse."""
NEVER_CONNECTS: Final = "window.WebSocket = class extends EventTarget { send() {} close() {} };"
"""A script that runs before the page's: its connection stays in the state "connecting"."""


def in_language(language: str) -> str:
    """Return a script that chooses one of the page's languages for the next load."""
    return f"localStorage.setItem('moof.language', {json.dumps(json.dumps(language))});"
