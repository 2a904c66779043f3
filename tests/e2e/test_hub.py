"""A real JupyterHub and its proxy with Macs of several users, in a browser. The tests build on each other."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.hub_process import HubProcess
from support.mac_page import VIEWPORT, MacPage
from support.waiting import wait_until


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    running = HubProcess(tmp_path_factory.mktemp("hub"))
    yield running
    running.stop()


class People:
    """The browsers of users who have signed in at the Hub."""

    def __init__(self, browser: Browser, hub: HubProcess) -> None:
        self._browser = browser
        self._hub = hub
        self._contexts: dict[str, BrowserContext] = {}

    def page(self, user: str) -> Page:
        """Return a new page in a user's browser; at the first time the user signs in."""
        if user not in self._contexts:
            context = self._contexts[user] = self._browser.new_context(viewport=VIEWPORT)
            sign_in = context.new_page()
            sign_in.goto(f"{self._hub.url}/hub/login?next=/hub/home")
            sign_in.fill("#username_input", user)
            sign_in.fill("#password_input", self._hub.password)
            sign_in.click("#login_submit")
            sign_in.wait_for_url("**/hub/home")
            sign_in.close()
        return self._contexts[user].new_page()

    def at_own_mac(self, user: str) -> MacPage:
        """Start a user's Mac, and return the page with its picture."""
        page = MacPage(self.page(user))
        page.page.goto(f"{self._hub.url}/hub/spawn", wait_until="commit")
        page.page.wait_for_url(f"**/user/{user}/", timeout=90_000)
        page.wait_for_picture()
        return page

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()


@pytest.fixture(scope="module")
def people(browser: Browser, hub: HubProcess) -> Iterator[People]:
    made = People(browser, hub)
    yield made
    made.close()


def role(page: Page) -> str:
    """Return the role that the server of the shown page gives."""
    return str(page.evaluate("async () => (await (await fetch('api/me')).json()).role"))


@pytest.fixture(scope="module")
def ada(people: People) -> MacPage:
    return people.at_own_mac("ada")


def share(hub: HubProcess, user: str) -> None:
    """Share ada's Mac with a user."""
    hub.api("POST", f"/users/{user}")
    answer = hub.api("POST", "/shares/ada/", json={"user": user})
    assert answer.status_code == 200, answer.text


def test_each_user_owns_a_mac(people: People, ada: MacPage, hub: HubProcess) -> None:
    bob = people.at_own_mac("bob")
    assert (role(ada.page), role(bob.page)) == ("owner", "owner")
    assert hub.server("ada") != hub.server("bob")
    bob.page.close()


def test_nobody_else_gets_in(people: People, ada: MacPage, hub: HubProcess) -> None:
    page = people.page("bob")
    answer = page.goto(f"{hub.url}/user/ada/")
    assert answer is not None
    assert answer.status == 403
    assert page.request.get(f"{hub.url}/user/ada/api/status").status == 401
    page.close()


def test_a_shared_mac_is_watched(people: People, ada: MacPage, hub: HubProcess) -> None:
    share(hub, "eve")
    eve = MacPage(people.page("eve"))
    eve.page.goto(f"{hub.url}/user/ada/")
    eve.page.get_by_role("button", name="Authorize").click()
    eve.wait_for_picture()
    assert role(eve.page) == "viewer"
    eve.page.close()


def test_a_player_by_the_hub_s_role_plays(people: People, ada: MacPage, hub: HubProcess) -> None:
    share(hub, "carol")
    carol = MacPage(people.page("carol"))
    carol.page.goto(f"{hub.url}/user/ada/")
    carol.page.get_by_role("button", name="Authorize").click()
    carol.wait_for_picture()
    assert role(carol.page) == "player"
    carol.page.close()


def test_macs_run_on_while_the_hub_is_restarted(ada: MacPage, hub: HubProcess) -> None:
    frames = ada.frames
    hub.restart()
    wait_until(lambda: ada.frames > frames, "pictures of the connection from before")
    ada.page.reload()
    ada.wait_for_picture()
    assert role(ada.page) == "owner"


def test_activity_is_reported_and_a_killed_mac_is_noticed(
    people: People, ada: MacPage, hub: HubProcess
) -> None:
    bob = people.at_own_mac("bob")
    wait_until(lambda: (hub.server("bob") or {}).get("last_activity"), "activity of bob's Mac")
    os.kill(hub.pid_of("bob"), signal.SIGKILL)
    wait_until(lambda: hub.server("bob") is None, "the Hub to notice", seconds=60)
    bob.page.goto(f"{hub.url}/user/bob/")
    expect(bob.page.get_by_role("button", name="Launch Server")).to_be_visible()
    bob.page.close()


def test_an_idle_mac_is_culled(ada: MacPage, hub: HubProcess) -> None:
    ada.page.close()
    culler = hub.cull_idle()
    try:
        wait_until(lambda: hub.server("ada") is None, "the culler", seconds=60)
    finally:
        culler.terminate()
        culler.wait(30)
