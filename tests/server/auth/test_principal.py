from moof.server.auth.principal import Principal
from moof.server.auth.roles import Role
from moof.server.auth.sender import Sender


def test_limits_count_a_principal_by_network_and_role() -> None:
    ann = Principal(Role.PLAYER, "Ann", "2001:db8::5", "s1", "t1")
    assert ann.sender == Sender("2001:db8::/64", Role.PLAYER)


def test_a_principal_is_the_same_at_another_address() -> None:
    ann = Principal(Role.PLAYER, "Ann", "10.0.0.1", "s1", "t1")
    assert ann == Principal(Role.PLAYER, "Ann", "10.0.0.2", "s1", "t1")
    assert ann != Principal(Role.PLAYER, "Ann", "10.0.0.1", "s2", "t1")
