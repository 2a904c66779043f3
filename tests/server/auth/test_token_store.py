import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moof.server.auth import token_store
from moof.server.auth.record_file import TokenError
from moof.server.auth.roles import Role
from moof.server.auth.token_store import MAX_LIFETIME, MAX_USES, TokenStore, UsedUpError

NOW = 1_700_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "tokens.json")


def write(store: TokenStore, content: object) -> None:
    store.path.write_text(json.dumps(content))
    store.path.chmod(0o600)


def test_a_token_is_found_by_its_secret_which_the_file_does_not_have(store: TokenStore) -> None:
    token, secret = store.add(Role.VIEWER, " Room 3 ", NOW, 60.0)
    assert (token.role, token.name, token.made, token.expires) == (Role.VIEWER, "Room 3", NOW, NOW + 60)
    assert store.find_secret(secret) == store.find(token.id) == token
    assert secret not in store.path.read_text()
    for wrong in ("", "x", secret[:-1], secret + "x", "\ud800", "x" * 100_000):
        assert store.find_secret(wrong) is None


def test_another_store_of_the_file_sees_changes_when_it_looks(store: TokenStore) -> None:
    other = TokenStore(store.path)
    token, secret = store.add(Role.PLAYER, "Ann", NOW)
    assert other.find_secret(secret) is None
    other.reload()
    assert other.find_secret(secret) == token
    assert other.remove(token.id)
    assert not other.remove(token.id)
    assert store.find(token.id) == token
    store.reload()
    assert (store.find(token.id), store.find_secret(secret), store.tokens) == (None, None, ())


def test_a_deleted_file_has_no_tokens(store: TokenStore) -> None:
    store.add(Role.PLAYER, "Ann", NOW)
    store.path.unlink()
    store.reload()
    assert store.tokens == ()


@pytest.mark.parametrize("first", ["reload", "add"])
def test_a_file_of_version_1_is_converted_and_its_tokens_stay_valid(store: TokenStore, first: str) -> None:
    old = {"player": "p" * 32, "viewer": "v" * 32}
    write(store, old)
    if first == "add":
        store.add(Role.OWNER, "me", NOW)
    store.reload()
    found = {role: store.find_secret(secret) for role, secret in old.items()}
    assert {role: each and (each.role.value, each.name) for role, each in found.items()} == {
        "player": ("player", "player"),
        "viewer": ("viewer", "viewer"),
    }
    assert not any(secret in store.path.read_text() for secret in old.values())
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert [each.role.value for each in store.tokens] == ["player", "viewer", *["owner"] * (first == "add")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"player": "short", "viewer": "v" * 32}, "too short"),
        ({"player": "x" * 32, "viewer": "x" * 32}, "the same"),
        ({"player": 5, "viewer": "v" * 32}, "too short"),
        ({"guest": "x" * 32}, "cannot be used"),
        ({"version": 3, "tokens": []}, "version 3 is unknown"),
        ({"version": 2}, "cannot be used"),
        ({"version": 2, "tokens": [{"id": "x"}]}, "cannot be used"),
        ({"version": 2, "tokens": [5]}, "cannot be used"),
        ({"version": 2, "tokens": 5}, "cannot be used"),
    ],
)
def test_an_invalid_file_is_refused_and_what_was_known_stays(
    store: TokenStore, content: object, reason: str
) -> None:
    token, _ = store.add(Role.PLAYER, "Ann", NOW)
    write(store, content)
    before = store.path.read_text()
    for _ in range(2):
        with pytest.raises(TokenError, match=reason):
            store.reload()
    with pytest.raises(TokenError, match=reason):
        store.add(Role.PLAYER, "Ann", NOW)
    assert store.tokens == (token,)
    assert store.path.read_text() == before


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_name_is_not_empty_and_not_long(store: TokenStore, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 60 characters"):
        store.add(Role.PLAYER, name, NOW)


def test_a_name_has_nothing_that_a_terminal_obeys(store: TokenStore) -> None:
    token, _ = store.add(Role.PLAYER, " a\x1b[31mb\n\tc ", NOW)
    assert token.name == "ab c"


@pytest.mark.parametrize("lifetime", [0.0, -1.0, MAX_LIFETIME + 1, float("nan"), float("inf")])
def test_a_lifetime_is_positive_and_not_endless(store: TokenStore, lifetime: float) -> None:
    with pytest.raises(ValueError, match="ten years"):
        store.add(Role.PLAYER, "Ann", NOW, lifetime)


def test_the_number_of_tokens_is_limited(store: TokenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_store, "MAX_TOKENS", 2)
    store.add(Role.PLAYER, "1", NOW)
    store.add(Role.PLAYER, "2", NOW)
    with pytest.raises(ValueError, match="remove some"):
        store.add(Role.PLAYER, "3", NOW)


def test_a_token_expires(store: TokenStore) -> None:
    token, _ = store.add(Role.PLAYER, "Ann", NOW, 60.0)
    assert (token.is_valid(NOW + 59.9), token.is_valid(NOW + 60)) == (True, False)


def test_one_that_is_removed_while_the_file_is_unusable_is_wrong_and_removed_later(store: TokenStore) -> None:
    token, secret = store.add(Role.PLAYER, "Ann", NOW)
    kept, _ = store.add(Role.PLAYER, "Bob", NOW)
    store.path.chmod(0o644)
    for remove in (lambda: store.remove(token.id), store.save_removed):
        with pytest.raises(TokenError):
            remove()
    assert (store.find_secret(secret), store.find(token.id), store.tokens) == (None, None, (kept,))
    store.path.chmod(0o600)
    store.reload()
    assert store.find_secret(secret) is None
    store.save_removed()
    later = TokenStore(store.path)
    later.reload()
    assert later.tokens == (kept,)


def test_uses_are_counted_until_there_are_none_left(store: TokenStore) -> None:
    token, secret = store.add(Role.PLAYER, "Class 4b", NOW, uses=2)
    for used in (1, 2):
        assert not token.is_used_up
        store.use(token.id)
        found = store.find_secret(secret)
        assert found is not None
        assert (found.uses, found.used) == (2, used)
        token = found
    assert token.is_used_up
    assert token.is_valid(NOW)
    with pytest.raises(UsedUpError, match="as often as it may be"):
        store.use(token.id)
    again = TokenStore(store.path)
    again.reload()
    assert again.find(token.id) == token


def test_of_many_uses_at_once_each_is_counted(store: TokenStore) -> None:
    token, _ = store.add(Role.PLAYER, "x", NOW, uses=5)

    def use(_: int) -> bool:
        try:
            TokenStore(store.path).use(token.id)
        except UsedUpError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(use, range(8))) == [False] * 3 + [True] * 5


def test_a_removed_token_has_no_uses(store: TokenStore) -> None:
    token, _ = store.add(Role.PLAYER, "x", NOW, uses=5)
    TokenStore(store.path).remove(token.id)
    with pytest.raises(UsedUpError):
        store.use(token.id)


@pytest.mark.parametrize("uses", [0, -1, MAX_USES + 1])
def test_an_impossible_number_of_uses_is_refused(store: TokenStore, uses: int) -> None:
    with pytest.raises(ValueError, match="uses"):
        store.add(Role.PLAYER, "x", NOW, uses=uses)


def test_a_token_of_an_earlier_version_may_be_used_any_number_of_times(store: TokenStore) -> None:
    token, secret = store.add(Role.PLAYER, "x", NOW)
    document = json.loads(store.path.read_text())
    for entry in document["tokens"]:
        del entry["uses"], entry["used"]
    write(store, document)
    store.reload()
    found = store.find_secret(secret)
    assert found == token
    assert not found.is_used_up
