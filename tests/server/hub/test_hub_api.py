"""Requests to the Hub's API."""

from collections.abc import AsyncIterator

import httpx
import pytest

from moof.server.hub.authorization import Authorization
from moof.server.hub.hub_api import HubApi, HubRefusedError, HubUnreachableError
from support.hub_stand_in import ACCESS, ENVIRONMENT, HubStandIn


@pytest.fixture
def hub() -> HubStandIn:
    return HubStandIn()


@pytest.fixture
async def api(hub: HubStandIn) -> AsyncIterator[HubApi]:
    made = HubApi(ENVIRONMENT, hub.transport)
    yield made
    await made.close()


async def test_a_code_becomes_a_token_and_a_user(api: HubApi) -> None:
    token = await api.exchange(Authorization(ENVIRONMENT).code_form("ada"))
    user = await api.member(token)
    assert (user.name, user.admin, [*user.scopes]) == ("ada", False, [ACCESS])


async def test_refusals(api: HubApi) -> None:
    with pytest.raises(HubRefusedError):
        await api.exchange(Authorization(ENVIRONMENT).code_form("nobody"))
    with pytest.raises(HubRefusedError):
        await api.member("nobody")


@pytest.mark.parametrize("status", [500, 502, 503, 302])
async def test_a_hub_in_trouble_is_unreachable(api: HubApi, hub: HubStandIn, status: int) -> None:
    hub.status = status
    with pytest.raises(HubUnreachableError, match=str(status)):
        await api.member("ada")


@pytest.mark.parametrize("body", ["", "[]", "<html>", '{"name": 1}'])
async def test_answers_that_make_no_sense(body: str) -> None:
    api = HubApi(ENVIRONMENT, httpx.MockTransport(lambda request: httpx.Response(200, text=body)))
    with pytest.raises(HubUnreachableError):
        await api.member("ada")
    with pytest.raises(HubUnreachableError):
        await api.exchange({})
    await api.close()


async def test_no_hub() -> None:
    api = HubApi(ENVIRONMENT, httpx.MockTransport(refuse))
    with pytest.raises(HubUnreachableError, match="ConnectError"):
        await api.member("ada")
    await api.close()


def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


async def test_activity(api: HubApi, hub: HubStandIn) -> None:
    await api.report_activity(0.0)
    stamp = "1970-01-01T00:00:00+00:00"
    assert hub.activities == [{"last_activity": stamp, "servers": {"": {"last_activity": stamp}}}]
