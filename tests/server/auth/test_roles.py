import pytest

from moof.server.auth.roles import NotAllowedError, Permission, Role, RolePolicy

OWNER, PLAYER, VIEWER = Role


@pytest.mark.parametrize(
    ("role", "included"), [(OWNER, [OWNER, PLAYER, VIEWER]), (PLAYER, [PLAYER, VIEWER]), (VIEWER, [VIEWER])]
)
def test_a_role_includes_those_below_it(role: Role, included: list[Role]) -> None:
    assert [each for each in Role if role.includes(each)] == included


ALL = list(Permission)


@pytest.mark.parametrize(
    ("player_power", "role", "permissions"),
    [
        (True, OWNER, ALL),
        (True, PLAYER, [Permission.WATCH, Permission.PLAY, Permission.POWER]),
        (True, VIEWER, [Permission.WATCH]),
        (False, OWNER, ALL),
        (False, PLAYER, [Permission.WATCH, Permission.PLAY]),
        (False, VIEWER, [Permission.WATCH]),
    ],
)
def test_permissions_of_a_role(player_power: bool, role: Role, permissions: list[Permission]) -> None:
    assert RolePolicy(player_power).permissions(role) == permissions


@pytest.mark.parametrize(
    ("role", "permission", "sentence"),
    [
        (VIEWER, Permission.PLAY, "watching only"),
        (VIEWER, Permission.POWER, "owner"),
        (VIEWER, Permission.MANAGE, "owner"),
        (PLAYER, Permission.POWER, "owner"),
    ],
)
def test_the_refusal_says_whom_it_is_for(role: Role, permission: Permission, sentence: str) -> None:
    with pytest.raises(NotAllowedError, match=sentence):
        RolePolicy(player_power=False).check(role, permission)


def test_what_is_allowed_raises_nothing() -> None:
    RolePolicy().check(PLAYER, Permission.POWER)
