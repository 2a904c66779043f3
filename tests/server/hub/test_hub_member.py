"""Users of the Hub and their roles."""

import pytest

from moof.server.auth.roles import Role
from moof.server.hub.hub_member import HubMember
from support.hub_stand_in import ACCESS, ENVIRONMENT


def member(name: str, *scopes: str, admin: bool = False) -> HubMember:
    return HubMember.from_json({"name": name, "admin": admin, "scopes": list(scopes)})


@pytest.mark.parametrize(
    ("user", "role"),
    [
        (member("ada", ACCESS), Role.OWNER),
        (member("teacher", ACCESS, admin=True), Role.OWNER),
        (member("bob", "access:servers!user=ada"), Role.VIEWER),
        (member("bob", ACCESS, "custom:moof:play"), Role.PLAYER),
        (member("bob", ACCESS, "custom:moof:play!server=ada/"), Role.PLAYER),
        (member("bob", ACCESS, "custom:moof:play!server=eve/"), Role.VIEWER),
        (member("bob", "custom:moof:play"), None),
        (member("bob", "access:servers!server=eve/"), None),
        (member("ada"), None),
        (member("teacher", admin=True), None),
    ],
)
def test_role(user: HubMember, role: Role | None) -> None:
    assert user.role(ENVIRONMENT) is role


@pytest.mark.parametrize(
    "answer", [{}, {"name": "ada"}, {"name": 1, "scopes": []}, {"name": "a", "scopes": 1}]
)
def test_invalid_answers(answer: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no name"):
        HubMember.from_json(answer)


def test_only_a_true_admin_is_one() -> None:
    assert not HubMember.from_json({"name": "a", "scopes": [], "admin": "yes"}).admin
