from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

CURRENT = """
const { currentPlatform } = await load("input/platform.js");
const { name, modern } = argument;
Object.defineProperty(navigator, "platform", { value: name, configurable: true });
Object.defineProperty(navigator, "userAgentData", { value: modern, configurable: true });
try {
  return currentPlatform();
} finally {
  delete navigator.platform;
  delete navigator.userAgentData;
}
"""


@pytest.mark.parametrize(("apple", "key"), [(True, "meta"), (False, "alt")])
def test_default_command_key(run: Run, apple: bool, key: str) -> None:
    assert run('return (await load("input/platform.js")).defaultCommandKey(argument)', apple) == key


@pytest.mark.parametrize(
    ("apple", "names"), [(True, {"meta": "⌘", "alt": "⌥"}), (False, {"meta": "Win", "alt": "Alt"})]
)
def test_names_of_the_keys_that_may_be_command(run: Run, apple: bool, names: dict[str, str]) -> None:
    assert run('return (await load("input/platform.js")).commandKeyNames(argument)', apple) == names


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("MacIntel", "apple"),
        ("iPhone", "apple"),
        ("iPad", "apple"),
        ("Win32", "windows"),
        ("Linux x86_64", "other"),
        ("Linux armv81", "other"),
    ],
)
def test_the_platform_is_told_by_its_name(run: Run, name: str, platform: str) -> None:
    assert run(CURRENT, {"name": name}) == platform


def test_chromium_names_the_platform_in_another_place(run: Run) -> None:
    assert run(CURRENT, {"name": "Win32", "modern": {"platform": "macOS"}}) == "apple"
