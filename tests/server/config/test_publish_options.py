"""Where picture and sound are published."""

import pytest

from moof.server.config.publish_options import PublishOptions, PublishOptionsError, host_of, origin_of


def test_the_address_and_the_token_are_not_shown() -> None:
    options = PublishOptions("https://sfu.example:8443/whip/room-secret?key=k", "north")
    assert options.host == "sfu.example:8443"
    assert not any(secret in repr(options) for secret in ("room-secret", "key=k", "north"))


@pytest.mark.parametrize(
    "url",
    ["", "sfu.example/whip", "ftp://sfu.example/", "https:///whip", "https://[::1/x", "http://a:99999/"],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(PublishOptionsError, match=r"not http://HOST/PATH"):
        PublishOptions(url)


def test_passwords_do_not_belong_in_the_address() -> None:
    with pytest.raises(PublishOptionsError, match="token file") as refused:
        PublishOptions("https://me:north@sfu.example/whip")
    assert "north" not in str(refused.value)


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "ü"])
def test_a_token_is_one_word(token: str) -> None:
    with pytest.raises(PublishOptionsError, match="one word"):
        PublishOptions("https://sfu.example/whip", token)


def test_hosts_and_origins() -> None:
    assert host_of("https://me:north@sfu.example/x") == "sfu.example"
    assert origin_of("https://sfu.example/a") == origin_of("https://sfu.example:443/b")
    assert origin_of("https://sfu.example/a") != origin_of("http://sfu.example/a")


def test_watchers_have_an_address_at_a_janus_alone() -> None:
    assert PublishOptions("ws://sfu.example:8188/?room=5").watchers_url == "ws://sfu.example:8188/"
    watch = PublishOptions("ws://sfu.example:8188/", watch_url="wss://other.example/janus")
    assert watch.watchers_url == "wss://other.example/janus"
    assert PublishOptions("https://sfu.example/whip").watchers_url == ""
