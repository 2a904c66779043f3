"""Answers as texts: checked, and the best ones for what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.setup.answers import AnswerError, answers_of, check_name, questions
from moof.setup.emulator_kinds import EMULATOR_KINDS

BASILISK, MINI = EMULATOR_KINDS["basilisk2"], EMULATOR_KINDS["minivmac"]


def test_nothing_given_is_the_best_of_all() -> None:
    answers = answers_of(BASILISK, "one", {})
    assert (answers.memory_mb, answers.screen, answers.depth) == (64, (800, 600), 8)
    assert (answers.sound, answers.network, answers.disk, answers.disk_mb) == (True, False, None, 500)


def test_given_answers_are_taken(tmp_path: Path) -> None:
    image = tmp_path / "a disk.img"
    image.write_bytes(bytes(400 << 10))
    given = {"disk": str(image), "memory": "128", "screen": "1024x768", "sound": "no", "network": "yes"}
    answers = answers_of(BASILISK, "one", given)
    assert (answers.disk, answers.memory_mb, answers.screen) == (image, 128, (1024, 768))
    assert (answers.sound, answers.network) == (False, True)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("memory", "7"),
        ("screen", "1x1"),
        ("disk-size", "2001"),
        ("disk-size", "-1"),
        ("disk", "/no/such/file"),
        ("cd", "/"),
        ("sound", "loud"),
        ("seriala", "|command"),
    ],
)
def test_wrong_answers_are_refused(question: str, value: str) -> None:
    with pytest.raises(AnswerError) as caught:
        answers_of(BASILISK, "one", {question: value})
    assert caught.value.question == question


def test_an_image_that_is_none_is_refused_with_what_it_is(tmp_path: Path) -> None:
    image = tmp_path / "system.zip"
    image.write_bytes(b"PK\x03\x04" + bytes(400 << 10))
    with pytest.raises(AnswerError, match="a ZIP archive: unpack it first"):
        answers_of(BASILISK, "one", {"disk": str(image)})


def test_path_that_would_begin_a_line_is_refused(tmp_path: Path) -> None:
    image = tmp_path / "disk\nseriala |sh"
    image.touch()
    with pytest.raises(AnswerError, match="control characters"):
        answers_of(BASILISK, "one", {"disk": str(image)})


@pytest.mark.parametrize("name", ["", "-a", "mac", "A", "a/b", "..", "a" * 41, "a b", "a\n"])
def test_wrong_names_are_refused(name: str) -> None:
    with pytest.raises(AnswerError):
        check_name(name)


def test_emulator_without_settings_is_asked_for_less() -> None:
    assert [each.name for each in questions(MINI)] == ["rom", "disk", "disk-size"]
    with pytest.raises(AnswerError, match="no choice of memory"):
        answers_of(MINI, "one", {"memory": "4"})


def test_questions_have_a_sentence_and_a_best_choice() -> None:
    assert all(each.help and each.text for each in questions(BASILISK))
    assert questions(BASILISK)[4].choices[0] == "64"
