from moof.server.auth.exemptions import Everybody, Nobody


def test_everybody_or_nobody_needs_no_token() -> None:
    scope = {"type": "http", "client": ("127.0.0.1", 4711)}
    assert Everybody().exempts(scope)
    assert not Nobody().exempts(scope)
