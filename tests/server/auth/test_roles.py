import pytest

from moof.server.auth.roles import Role

OWNER, PLAYER, VIEWER = Role


@pytest.mark.parametrize(
    ("role", "included"), [(OWNER, [OWNER, PLAYER, VIEWER]), (PLAYER, [PLAYER, VIEWER]), (VIEWER, [VIEWER])]
)
def test_a_role_includes_those_below_it(role: Role, included: list[Role]) -> None:
    assert [each for each in Role if role.includes(each)] == included
