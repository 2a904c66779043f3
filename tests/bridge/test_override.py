"""Settings of a user that do not fit the bridge."""

from __future__ import annotations

import pytest

from moof.bridge.override import Override

HELP = "Usage\n  --screen STRING\n    video mode\n  --init_grab BOOL\n"
GRAB = Override(("--init_grab", "false"), r"init_grab\s+true")
SCREEN = Override(("--screen", r"win/\1/\2"), r"screen\s+dga/(\d+)/(\d+)", only_if_set=True)


def test_default_is_overridden_too_and_a_setting_is_named() -> None:
    arguments = ["--init_grab", "false"]
    assert GRAB.apply([], HELP) == (arguments, "")
    assert GRAB.apply(["init_grab false"], HELP) == (arguments, "")
    assert GRAB.apply(["x", "init_grab  true"], HELP) == (arguments, "init_grab  true")


def test_value_of_a_setting_is_kept() -> None:
    assert SCREEN.apply(["screen dga/800/600"], HELP) == (["--screen", "win/800/600"], "screen dga/800/600")
    assert SCREEN.apply(["screen win/800/600"], HELP) == ([], "")
    assert SCREEN.apply(["screen dga/1/2", "screen dga/3/4"], None)[0] == ["--screen", "win/3/4"]


def test_option_that_the_program_does_not_have_is_not_passed() -> None:
    assert GRAB.apply(["init_grab true"], "  --init_grabs BOOL\n") == ([], "")
    assert GRAB.apply([], "") == ([], "")
    assert GRAB.apply([], None)[0]


@pytest.mark.parametrize(("arguments", "setting"), [((), "x"), (("--x",), "(")])
def test_invalid_override_is_refused(arguments: tuple[str, ...], setting: str) -> None:
    with pytest.raises(ValueError, match=r"arguments|setting"):
        Override(arguments, setting)
