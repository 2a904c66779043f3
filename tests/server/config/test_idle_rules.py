import pytest

from moof.server.config.idle_rules import IdleRules


@pytest.mark.parametrize(
    ("rules", "ends"),
    [(IdleRules(), False), (IdleRules(unwatched=5.0), True), (IdleRules(unused=5.0), True)],
)
def test_a_server_ends_by_either_rule(rules: IdleRules, ends: bool) -> None:
    assert rules.ends is ends
