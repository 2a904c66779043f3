"""Signing in through the Hub, over HTTP."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from moof.server.auth.access import AccessRules
from moof.server.auth.audit import AuditEvent
from moof.server.auth.roles import Role
from moof.server.http.base_path import BasePathMiddleware
from moof.server.http.body_limits import BodyLimits
from moof.server.http.error_pages import ErrorPages
from moof.server.http.routes import create_app
from moof.server.http.sign_in import SignIn
from moof.server.hub.hub_api import HubApi
from moof.server.hub.hub_sign_in import HubSignIn
from support.access import open_rules
from support.hub_stand_in import ACCESS, ENVIRONMENT, HubStandIn
from support.quiet_backend import QuietBackend

BROWSER = {"accept": "text/html"}


class Scene:
    """A server that the Hub has started, and browsers."""

    def __init__(self, folder: Path) -> None:
        self.hub = HubStandIn()
        self.api = HubApi(ENVIRONMENT, self.hub.transport)
        self.rules: AccessRules = replace(open_rules(folder), base_path=ENVIRONMENT.prefix)
        backend = QuietBackend(folder)
        self.audit = backend.audit
        self.sign_in = HubSignIn(self.api, self.rules, SignIn(self.rules, self.audit))
        app = create_app(backend, self.rules, BodyLimits(1), self.sign_in)
        self._app = BasePathMiddleware(ErrorPages(app, self.sign_in), ENVIRONMENT.prefix)

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://mac:8000")

    async def come(self, browser: httpx.AsyncClient, name: str, query: str = "") -> httpx.Response:
        """Open the page as `name`, and come back from the Hub; return the answer to the callback."""
        sent = await browser.get(f"/user/ada/{query}", headers=BROWSER)
        assert sent.status_code == 302
        state = parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]
        address = f"/user/ada/oauth_callback?code={name}&state={state}"
        return await browser.get(address, headers=BROWSER)

    async def role(self, browser: httpx.AsyncClient) -> str | None:
        answer = await browser.get("/user/ada/api/me")
        return answer.json()["role"] if answer.status_code == 200 else None


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(tmp_path)
    yield made
    await made.api.close()


async def test_a_user_comes_back_as_the_owner_to_the_page_they_opened(scene: Scene) -> None:
    async with scene.browser() as browser:
        answer = await scene.come(browser, "ada", "?codec=png")
        assert (answer.status_code, answer.headers["location"]) == (303, "/user/ada/?codec=png")
        assert await scene.role(browser) == "owner"


async def test_programs_and_wrong_tokens_are_not_redirected(scene: Scene) -> None:
    async with scene.browser() as browser:
        answer = await browser.get("/user/ada/api/me")
        assert answer.status_code == 401


async def test_the_way_to_the_hub_is_no_refusal_in_the_audit_log(scene: Scene) -> None:
    async with scene.browser() as browser:
        await scene.come(browser, "ada")
        assert [each.event for each in scene.audit.entries] == [AuditEvent.SIGNED_IN]


@pytest.mark.parametrize(
    ("method", "headers"),
    [("GET", {}), ("POST", BROWSER), ("GET", {**BROWSER, "authorization": "Bearer wrong"})],
    ids=["a program", "a form", "a wrong token"],
)
async def test_other_requests_of_strangers_are_refusals(
    scene: Scene, method: str, headers: dict[str, str]
) -> None:
    async with scene.browser() as browser:
        await browser.request(method, "/user/ada/api/preferences", headers=headers)
        assert {each.event for each in scene.audit.entries} == {AuditEvent.REFUSED}


async def test_a_user_without_access_gets_a_page_that_says_so(scene: Scene) -> None:
    scene.hub.scopes["eve"] = ["access:servers!server=eve/"]
    async with scene.browser() as browser:
        answer = await scene.come(browser, "eve")
        assert answer.status_code == 403
        assert "no access to this Mac" in answer.text
        assert await scene.role(browser) is None


async def test_a_state_of_another_browser_is_refused(scene: Scene) -> None:
    async with scene.browser() as attacker, scene.browser() as victim:
        sent = await attacker.get("/user/ada/", headers=BROWSER)
        state = parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]
        answer = await victim.get(f"/user/ada/oauth_callback?code=ada&state={state}", headers=BROWSER)
        assert answer.status_code == 403
        assert await scene.role(victim) is None


async def test_two_tabs_sign_in_at_the_same_time(scene: Scene) -> None:
    async with scene.browser() as browser:
        addresses = [(await browser.get("/user/ada/", headers=BROWSER)).headers["location"] for _ in range(2)]
        for address in addresses:
            state = parse_qs(urlsplit(address).query)["state"][0]
            answer = await browser.get(f"/user/ada/oauth_callback?code=ada&state={state}", headers=BROWSER)
            assert answer.status_code == 303


async def test_a_denial_and_a_hub_that_is_away(scene: Scene) -> None:
    async with scene.browser() as browser:
        assert (await scene.come(browser, "")).status_code == 403
        scene.hub.status = 503
        answer = await scene.come(browser, "ada")
        assert answer.status_code == 503
        assert "does not answer" in answer.text


async def test_a_review_ends_what_the_hub_has_withdrawn(scene: Scene) -> None:
    scene.hub.scopes["bob"] = [ACCESS]
    async with scene.browser() as ada, scene.browser() as bob:
        await scene.come(ada, "ada")
        await scene.come(bob, "bob")
        await scene.sign_in.review(time.time())
        assert (await scene.role(ada), await scene.role(bob)) == ("owner", "viewer")
        del scene.hub.scopes["bob"]
        scene.hub.status = 503  # the Hub is being restarted
        await scene.sign_in.review(time.time())
        assert (await scene.role(ada), await scene.role(bob)) == ("owner", "viewer")
        scene.hub.status = 0
        await scene.sign_in.review(time.time())
        assert (await scene.role(ada), await scene.role(bob)) == ("owner", None)


async def test_a_share_that_becomes_another_one_needs_a_new_sign_in(scene: Scene) -> None:
    scene.hub.scopes["bob"] = [ACCESS, "custom:moof:play"]
    async with scene.browser() as bob:
        await scene.come(bob, "bob")
        assert await scene.role(bob) == "player"
        scene.hub.scopes["bob"] = [ACCESS]
        await scene.sign_in.review(time.time())
        assert await scene.role(bob) is None
        await scene.come(bob, "bob")
        assert await scene.role(bob) == "viewer"


async def test_an_old_cookie_does_not_keep_a_role_that_is_gone(scene: Scene) -> None:
    scene.hub.scopes["bob"] = [ACCESS, "custom:moof:play"]
    async with scene.browser() as old, scene.browser() as new:
        await scene.come(old, "bob")
        scene.hub.scopes["bob"] = [ACCESS]
        await scene.come(new, "bob")
        assert (await scene.role(old), await scene.role(new)) == (None, "viewer")


async def test_who_has_signed_out_is_not_asked_for_again(scene: Scene) -> None:
    async with scene.browser() as browser:
        await scene.come(browser, "ada")
        await browser.post("/user/ada/sign-out", headers={"origin": "http://mac:8000"})
        await scene.sign_in.review(time.time())
        assert list(scene.sign_in.members) == []
        assert Role.OWNER.value not in str(await scene.role(browser))
