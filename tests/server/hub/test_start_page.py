"""The page before a Mac's start: what it shows of the folders, and which arguments its choices become."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import typer

from moof.cli.commands import command_line
from moof.server.hub.start_page import (
    ANEW_SECONDS,
    MAX_SHOWN,
    HubMac,
    chosen,
    last_state,
    start_arguments,
    start_form,
)
from moof.states.autosaves import Autosaves
from support.state_files import picture, state_file


def saved_mac(folder: Path, *pictures: bytes) -> Path:
    """Make the folder of a Mac that has saved states with these pictures."""
    autosaves = Autosaves(folder / "moof/states/auto")
    for number, each in enumerate(pictures):
        autosaves.store(state_file(image=each), number)
    return folder


def shown(image: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(image).decode()}"


def test_the_last_picture_is_shown_with_its_time(tmp_path: Path) -> None:
    old, new = picture(4, 3), picture(8, 6)
    form = start_form(saved_mac(tmp_path, old, new), (), (), "/hub/home")
    assert shown(new) in form
    assert shown(old) not in form
    assert "1970-01-01 00:16 UTC" in form  # 1000 s
    assert 'value="anew"' in form


@pytest.mark.parametrize("folder", ["empty", "off", "broken", "link"])
def test_a_mac_that_begins_anew_has_no_picture_and_no_choice(folder: str, tmp_path: Path) -> None:
    states = tmp_path / "moof/states/auto"
    states.mkdir(parents=True)
    whole = state_file()
    if folder == "off":
        (states / "1.moofstate").write_bytes(whole)
        (states / "switched-off").touch()
    elif folder == "broken":
        (states / "1.moofstate").write_bytes(whole[:100])
    elif folder == "link":
        (tmp_path / "elsewhere").write_bytes(whole)
        (states / "1.moofstate").symlink_to(tmp_path / "elsewhere")
    form = start_form(tmp_path, (), (), "/hub/home")
    assert "begins anew" in form
    assert "<img" not in form
    assert 'name="begin"' not in form


def test_a_broken_state_is_passed_over(tmp_path: Path) -> None:
    saved_mac(tmp_path, picture())
    (tmp_path / "moof/states/auto/9.moofstate").write_bytes(b"MoofStat")
    state = last_state(tmp_path)
    assert state is not None
    assert state.picture == picture()


def test_other_macs_are_links_with_their_pictures_and_names_are_escaped(tmp_path: Path) -> None:
    image = picture(16, 12)
    others = [
        HubMac("<b>", "/hub/spawn/ada/%3Cb%3E", saved_mac(tmp_path / "b", image)),
        *(HubMac(f"Mac {number}", f"/{number}", tmp_path / "none") for number in range(20)),
    ]
    form = start_form(tmp_path, others, (), "/hub/home")
    assert shown(image) in form
    assert "&lt;b&gt;" in form
    assert "<b>" not in form
    assert 'href="/hub/spawn/ada/%3Cb%3E"' in form
    assert form.count("Mac ") - form.count("Mac begins") == MAX_SHOWN - 1


def test_emulators_are_offered_where_there_are_some(tmp_path: Path) -> None:
    assert "<select" not in start_form(tmp_path, (), (), "/hub/home")
    form = start_form(tmp_path, (), ("hatari", "a&b"), "/hub/home")
    assert 'value="hatari"' in form
    assert 'value="a&amp;b"' in form


def test_choices_become_options_that_the_command_has() -> None:
    options = chosen({"begin": ["anew"], "emulator": ["hatari"]}, 1000.0)
    arguments = start_arguments(options, ["hatari"], 1000.0)
    assert arguments == ["--fresh", "--emulator", "hatari"]
    command = typer.main.get_group(command_line()).commands["hub-server"]
    with command.make_context("moof", list(arguments)) as context:
        assert (context.params["fresh"], context.params["emulator"]) == (True, "hatari")


def test_a_start_without_a_form_later_does_not_begin_anew_again() -> None:
    options = chosen({"begin": ["anew"]}, 1000.0)
    assert start_arguments(options, (), 1000.0 + ANEW_SECONDS) == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"emulator": "other"},
        {"emulator": ["hatari"]},
        {"anew": "yes"},
        {"anew": float("nan")},
        {"emulator": "--insecure"},
    ],
)
def test_what_is_no_choice_is_ignored(options: dict[str, object]) -> None:
    assert start_arguments(options, ["hatari"], 1000.0) == []


@pytest.mark.parametrize("form", [{}, {"begin": []}, {"begin": ["go-on"], "emulator": [""]}])
def test_going_on_is_the_default(form: dict[str, list[str]]) -> None:
    assert start_arguments(chosen(form, 1000.0), ["hatari"], 1000.0) == []
