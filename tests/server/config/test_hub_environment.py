"""What JupyterHub says by environment variables."""

import pytest

from moof.server.config.hub_environment import HubEnvironment, HubError
from support.hub_stand_in import ENVIRONMENT, VARIABLES


def test_variables_of_a_user_s_server() -> None:
    assert (ENVIRONMENT.host, ENVIRONMENT.port, ENVIRONMENT.prefix) == ("127.0.0.1", 38715, "/user/ada/")
    assert ENVIRONMENT.callback_path == "/oauth_callback"
    assert ENVIRONMENT.hub_url == "/hub/"
    assert ENVIRONMENT.scopes == {"access:servers!server=ada/", "access:servers!user=ada"}
    assert "the server's" not in repr(ENVIRONMENT)


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({"JUPYTERHUB_BASE_URL": "/school/"}, "/school/hub/"),
        ({"JUPYTERHUB_HOST": "https://hub.example"}, "https://hub.example/hub/"),
        ({"JUPYTERHUB_PUBLIC_HUB_URL": "https://hub.example/school/hub"}, "https://hub.example/school/hub/"),
    ],
)
def test_address_of_the_hub_for_browsers(changes: dict[str, str], address: str) -> None:
    assert HubEnvironment.read({**VARIABLES, **changes}).hub_url == address


def test_a_service_url_without_host_listens_everywhere() -> None:
    hub = HubEnvironment.read({**VARIABLES, "JUPYTERHUB_SERVICE_URL": "http://:8888/user/ada/"})
    assert (hub.host, hub.port) == ("0.0.0.0", 8888)


@pytest.mark.parametrize("name", ["JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER"])
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(HubError, match=f"^{name} is not set.*moof run"):
        HubEnvironment.read({**VARIABLES, name: ""})


@pytest.mark.parametrize(
    "changes",
    [
        {"JUPYTERHUB_SERVICE_PREFIX": "/a b/"},
        {"JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:port/"},
        {"JUPYTERHUB_SERVICE_URL": "http://127.0.0.1/"},
        {"JUPYTERHUB_OAUTH_ACCESS_SCOPES": "{"},
        {"JUPYTERHUB_OAUTH_ACCESS_SCOPES": "{}"},
    ],
)
def test_invalid_values(changes: dict[str, str]) -> None:
    with pytest.raises(HubError):
        HubEnvironment.read({**VARIABLES, **changes})
