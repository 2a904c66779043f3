"""The filter of hot keys: what it swallows, that nothing gets past it, and that no key stays down."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.hot_keys import HotKey, HotKeyFilter
from moof.bridge.keycodes import EVDEV_KEYS, x_keycode
from moof.bridge.recipe_folder import all_recipes

QEMU = ("ctrl+alt+2", "ctrl+alt+f", "f12", "leftmeta")
TWO, CTRL, RIGHT_CTRL, ALT, RIGHT_ALT, F12 = map(
    x_keycode, ("2", "leftctrl", "rightctrl", "leftalt", "rightalt", "f12")
)
NAMES = [
    *("2", "f", "x", "f12", "leftctrl", "rightctrl", "leftalt", "rightalt"),
    *("leftmeta", "rightmeta", "leftshift"),
]
HOT_KEYS = st.lists(
    st.lists(st.sampled_from([*NAMES, "ctrl", "alt"]), min_size=1, max_size=3, unique=True).map("+".join),
    max_size=4,
)
EVENTS = st.lists(
    st.one_of(st.none(), st.tuples(st.sampled_from([x_keycode(name) for name in NAMES]), st.booleans())),
    max_size=60,
)
"""A key and whether it is pressed; None releases all."""


def filter_of(*texts: str) -> HotKeyFilter:
    return HotKeyFilter(HotKey.parse(text) for text in texts)


@pytest.mark.parametrize("ctrl", [CTRL, RIGHT_CTRL])
@pytest.mark.parametrize("alt", [ALT, RIGHT_ALT])
def test_last_key_of_a_combination_is_swallowed_in_any_order(ctrl: int, alt: int) -> None:
    for order in itertools.permutations((ctrl, alt, TWO)):
        keys = filter_of(*QEMU)
        assert [keys.press(code) for code in order] == [True, True, False]
        assert [keys.release(code) for code in order] == [True, True, False]


def test_combinations_that_the_guest_needs_pass() -> None:
    keys = filter_of(*QEMU)
    for name in ("1", "tab", "esc", "leftshift"):
        assert [keys.press(code) for code in (CTRL, ALT, x_keycode(name))] == [True] * 3
        assert len(keys.release_all()) == 3
    assert [keys.press(code) for code in (CTRL, TWO)] == [True, True]


def test_swallowed_key_stays_swallowed_until_it_is_released() -> None:
    keys = filter_of(*QEMU)
    for code in (CTRL, ALT, TWO):
        keys.press(code)
    keys.release(ALT)
    assert not keys.press(TWO)  # repeats
    assert not keys.release(TWO)
    assert keys.press(TWO)


def test_single_key_is_swallowed_with_its_release() -> None:
    keys = filter_of(*QEMU)
    assert (keys.press(F12), keys.release(F12)) == (False, False)


@given(HOT_KEYS, EVENTS)
def test_no_sequence_completes_a_combination_or_leaves_a_key_down(
    texts: list[str], events: list[tuple[int, bool] | None]
) -> None:
    hot_keys = [HotKey.parse(text) for text in texts]
    keys = HotKeyFilter(hot_keys)
    display: set[int] = set()
    held: set[int] = set()
    for event in events:
        if event is None:
            display.difference_update(keys.release_all())
            held.clear()
        else:
            code, down = event
            (held.add if down else held.discard)(code)
            if down and keys.press(code):
                assert code not in display
                display.add(code)
            elif not down and keys.release(code):
                display.remove(code)
        assert display <= held
        assert not any(hot_key.complete(display) for hot_key in hot_keys)
    for code in held:
        if keys.release(code):
            display.remove(code)
    assert not display


@given(EVENTS)
def test_without_hot_keys_the_display_has_what_is_held(events: list[tuple[int, bool] | None]) -> None:
    keys = HotKeyFilter()
    held: set[int] = set()
    for code, down in filter(None, events):
        assert (keys.press if down else keys.release)(code) == (down != (code in held))
        (held.add if down else held.discard)(code)
    assert keys.release_all() == sorted(held)


@pytest.mark.parametrize("text", ["", "ctrl+", "ctrl++f", "hyper+f", "f+f", "ctrl alt f", "F99"])
def test_unknown_key_is_an_error_that_names_the_combination(text: str) -> None:
    with pytest.raises(ValueError, match="swallow"):
        HotKey.parse(text)


@given(st.text(max_size=20))
def test_any_text_is_parsed_or_an_error(text: str) -> None:
    error = ""
    try:
        keys = HotKey.parse(text).keys
    except ValueError as reason:
        keys, error = frozenset(), str(reason)
    assert keys or "swallow" in error


def test_case_and_spaces_do_not_matter() -> None:
    assert HotKey.parse("Ctrl + Alt + F") == HotKey.parse("ctrl+alt+f")


def test_shipped_recipes_leave_every_key_to_the_guest_that_is_no_hot_key_by_itself() -> None:
    for recipe in all_recipes():
        for name in EVDEV_KEYS:
            alone = any(hot_key.complete({x_keycode(name)}) for hot_key in recipe.swallow)
            assert HotKeyFilter(recipe.swallow).press(x_keycode(name)) is not alone
        for target in recipe.keys.values():
            assert HotKeyFilter(recipe.swallow).press(x_keycode(target)), f"{recipe.name}: {target}"
