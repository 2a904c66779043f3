"""The path below which a server serves everything."""

import pytest

from moof.server.config.page_path import check_base_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "/"),
        ("/", "/"),
        ("mac", "/mac/"),
        ("/user/a@b-c/", "/user/a@b-c/"),
        ("/user/%C3%A4", "/user/%C3%A4/"),
    ],
)
def test_base_path_has_slashes_at_both_ends(text: str, path: str) -> None:
    assert check_base_path(text) == path


@pytest.mark.parametrize("text", ["a//b", "/a b", "..", "/a/./b", "/a;b", "/a?b", "/ä", "/%2", "/a\n"])
def test_invalid_base_path(text: str) -> None:
    with pytest.raises(ValueError, match="is not a path such as /mac/"):
        check_base_path(text)
