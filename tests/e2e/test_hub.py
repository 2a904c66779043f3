"""A real JupyterHub and its proxy with Macs of several users, in a browser. The tests build on each other."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

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
        """Start a user's Mac if it does not run, and return the page with its picture."""
        page = MacPage(self.page(user))
        page.page.goto(f"{self._hub.url}/hub/spawn")
        if page.page.locator("#spawn_form").count():
            start(page, user)
        page.wait_for_picture()
        return page

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()


def start(page: MacPage, path: str) -> None:
    """Start the Mac at /user/PATH/ whose form is shown."""
    page.page.get_by_role("button", name="Start").click()
    page.page.wait_for_url(f"**/user/{path}/", timeout=90_000)


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
    assert "open this Mac below /user/ada/" in hub.log
    assert "?token=" not in hub.log
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


def test_a_killed_hub_leaves_its_macs_and_nothing_else(ada: MacPage, hub: HubProcess) -> None:
    mac, culler = hub.pid_of("ada"), hub.culler_pid
    os.kill(hub.pid, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{culler}").exists(), "the end of the culler")
    hub.start_again()
    assert hub.pid_of("ada") == mac
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


def test_a_mac_that_cannot_start_says_so_at_once(people: People, hub: HubProcess) -> None:
    settings = hub.mac_folder("dave") / "config/moof/moof.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("=", "utf-8")
    page = people.page("dave")
    page.goto(f"{hub.url}/hub/spawn")
    page.get_by_role("button", name="Start").click()
    # The Hub says it in the page of the start's progress, or, where the start fails before that
    # page is shown, above the form.
    said = page.get_by_text("The Mac has ended with status 2 as it started.").filter(visible=True)
    expect(said.first).to_be_visible(timeout=30_000)
    assert hub.server("dave") is None
    page.close()


def test_the_page_before_a_start_has_the_picture_of_the_state_at_the_stop(
    people: People, hub: HubProcess
) -> None:
    bob = people.at_own_mac("bob")
    memory = hub.memory("bob")
    bob.open_empty_document(memory)
    bob.page.keyboard.type("kept")
    wait_until(lambda: memory.notes == "kept", "the text in Notes")
    bob.page.close()
    hub.end_mac("bob")
    page = people.page("bob")
    page.goto(f"{hub.url}/hub/spawn")
    picture = page.get_by_role("img", name="The Mac's screen, as it was saved")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    expect(page.get_by_label("Go on where it was")).to_be_checked()
    page.close()


def test_a_second_mac_has_a_folder_of_its_own(people: People, hub: HubProcess) -> None:
    page = people.page("bob")
    page.goto(f"{hub.url}/hub/spawn/bob/second")
    expect(page.get_by_text("This Mac begins anew.")).to_be_visible()
    page.get_by_role("link", name="First Mac").locator("img").wait_for()
    second = MacPage(page)
    start(second, "bob/second")
    second.wait_for_picture()
    assert (hub.mac_folder("bob", "second") / "moof/documents").is_dir()
    hub.end_mac("bob", "second")
    page.close()


def test_a_mac_goes_on_after_a_stop(people: People, hub: HubProcess) -> None:
    bob = people.at_own_mac("bob")
    assert hub.memory("bob").notes == "kept"
    bob.page.close()


def test_a_mac_goes_on_elsewhere_after_the_loss_of_its_node(people: People, hub: HubProcess) -> None:
    bob = people.at_own_mac("bob")
    memory = hub.memory("bob")
    bob.page.keyboard.type(" or lost")
    wait_until(lambda: memory.notes == "kept or lost", "the text in Notes")
    bob.page.close()
    hub.lose_node("bob")
    wait_until(lambda: hub.server("bob") is None, "the Hub to notice", seconds=60)
    hub.move_volume("bob")
    bob = people.at_own_mac("bob")
    assert hub.memory("bob").notes.startswith("kept")  # what it saved last: at most a minute before
    bob.page.close()


def test_an_idle_mac_is_culled_and_its_state_is_saved(ada: MacPage, hub: HubProcess) -> None:
    ada.page.close()
    saved = set(hub.autosaves("ada"))
    culler = hub.cull_idle()
    try:
        wait_until(lambda: hub.server("ada") is None, "the culler", seconds=60)
    finally:
        culler.terminate()
        culler.wait(30)
    assert set(hub.autosaves("ada")) > saved
