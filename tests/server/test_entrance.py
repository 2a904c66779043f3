from pathlib import Path

from moof.server.doors import Certificate, Doors
from moof.server.entrance import access_rules, page_address


def test_an_address_of_this_machines_own() -> None:
    rules = access_rules(Doors(), 8080, 10)
    assert (rules.tokens, page_address(rules)) == (None, "http://127.0.0.1:8080/")
    assert page_address(access_rules(Doors("::1"), 8080, 10)) == "http://[::1]:8080/"


def test_the_token_is_part_of_the_address(tmp_path: Path) -> None:
    doors = Doors("0.0.0.0", token_file=tmp_path / "tokens", certificate=Certificate(Path("c"), Path("k")))
    rules = access_rules(doors, 443, 10)
    assert rules.tokens is not None
    assert page_address(rules) == f"https://127.0.0.1:443/?token={rules.tokens.player}"
    assert page_address(rules, rules.tokens.viewer).endswith(rules.tokens.viewer)
    assert access_rules(doors, 443, 10) == rules
