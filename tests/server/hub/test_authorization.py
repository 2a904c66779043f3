"""The OAuth code flow as the browser sees it."""

from urllib.parse import parse_qs, urlsplit

from moof.server.hub.authorization import MAX_PENDING, PENDING_SECONDS, Authorization
from support.hub_stand_in import ENVIRONMENT


def test_the_address_at_the_hub() -> None:
    state, address = Authorization(ENVIRONMENT).begin("", 0.0)
    assert urlsplit(address).path == "/hub/api/oauth2/authorize"
    assert parse_qs(urlsplit(address).query) == {
        "client_id": ["jupyterhub-user-ada"],
        "redirect_uri": ["/user/ada/oauth_callback"],
        "response_type": ["code"],
        "state": [state],
    }


def test_a_state_returns_the_query_once() -> None:
    authorization = Authorization(ENVIRONMENT)
    state, _ = authorization.begin("codec=png", 0.0)
    assert authorization.finish(state, [state], 1.0) == "codec=png"
    assert authorization.finish(state, [state], 1.0) is None


def test_a_state_belongs_to_the_browser_with_its_cookie() -> None:
    authorization = Authorization(ENVIRONMENT)
    state, _ = authorization.begin("", 0.0)
    other, _ = authorization.begin("", 0.0)
    assert authorization.finish(state, [other], 1.0) is None
    assert authorization.finish(state, [], 1.0) is None
    assert authorization.finish("made up", ["made up"], 1.0) is None
    assert authorization.finish(state, [other, state], 1.0) == ""


def test_a_state_expires() -> None:
    authorization = Authorization(ENVIRONMENT)
    state, _ = authorization.begin("", 0.0)
    assert authorization.finish(state, [state], PENDING_SECONDS + 1) is None


def test_of_too_many_the_oldest_is_forgotten() -> None:
    authorization = Authorization(ENVIRONMENT)
    states = [authorization.begin("", 0.0)[0] for _ in range(MAX_PENDING + 1)]
    assert authorization.finish(states[0], states, 1.0) is None
    assert authorization.finish(states[1], states, 1.0) == ""


def test_a_long_query_is_not_kept() -> None:
    authorization = Authorization(ENVIRONMENT)
    state, _ = authorization.begin("x" * 10_000, 0.0)
    assert authorization.finish(state, [state], 1.0) == ""
