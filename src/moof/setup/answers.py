"""What is asked before a Mac is set up, and the answers, checked."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moof.sentence import Sentence, reason_of
from moof.setup.blank_disk import MAX_DISK_MB
from moof.setup.disk_identity import DiskUse, identify_disk
from moof.setup.emulator_kinds import EmulatorKind, SettingsFormat

MAX_SETTING_BYTES: Final = 240
"""Basilisk II and SheepShaver read 254 bytes of a line."""
DEFAULT_DISK_MB: Final = 500
BUILT_IN_MAC: Final = "mac"
"""The name of Moof's own Mac, which no other has."""
MAX_NAME: Final = 40
"""Characters of a Mac's name."""
_NAME: Final = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MAX_NAME - 1}}}")


class AnswerError(ValueError):
    """An answer cannot be used; `question` is its name, the text a sentence for people."""

    def __init__(self, question: str, sentence: str) -> None:
        super().__init__(sentence)
        self.question = question


@dataclass(frozen=True, slots=True)
class SetupAnswers:
    """The answers.

    Attributes:
        name: that of the Mac, and of its folder.
        disk: an image that exists; None makes an empty one of `disk_mb` MB, of 0 MB none.
        cd: the image of a CD.
        memory_mb, screen, depth: of the Mac; None where its emulator has no such choice.
        sound: whether the Mac has sound.
        network: whether the Mac reaches the network, by the emulator's own NAT (slirp).
    """

    name: str
    disk: Path | None = None
    disk_mb: int = DEFAULT_DISK_MB
    cd: Path | None = None
    memory_mb: int | None = None
    screen: tuple[int, int] | None = None
    depth: int | None = None
    sound: bool = True
    network: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its name, its text, a sentence that helps, and its choices, of which the first is best."""

    name: str
    text: str
    help: str
    choices: tuple[str, ...] = ()


def questions(kind: EmulatorKind) -> list[Question]:
    """Return what is asked of an emulator's Mac, in this order."""
    asked = [
        Question("rom", "ROM", kind.rom),
        Question(
            "disk",
            "Disk image",
            "A disk that you have already. Without one, an empty formatted disk is made.",
        ),
        Question("disk-size", "Size of the empty disk (MB)", "It takes room only as it is filled."),
        Question("cd", "CD image", "For example the CD that installs Mac OS. None is possible, too."),
        Question(
            "memory",
            "Memory (MB)",
            "More than the old programs need does no harm.",
            tuple(map(str, kind.memory)),
        ),
        Question(
            "screen",
            "Screen",
            "Its size in pixels.",
            tuple(screen_text(each) for each in kind.screens),
        ),
        Question(
            "depth",
            "Colours",
            "Bits per pixel at the first start; later the Mac’s control panel changes it.",
            tuple(map(str, kind.depths)),
        ),
        Question("sound", "Sound", "Whether the Mac is heard.", ("yes", "no")),
        Question(
            "network",
            "Network",
            "The Mac reaches the network, and with it the services of this computer, too.",
            ("no", "yes"),
        ),
    ]
    with_settings = kind.settings is SettingsFormat.BASILISK
    return [each for each in asked if with_settings or each.name in ("rom", "disk", "disk-size")]


def screen_text(screen: tuple[int, int]) -> str:
    """Return a size as it is written: "800x600"."""
    return f"{screen[0]}x{screen[1]}"


def check_name(name: str) -> str:
    """Return the name of a Mac. Raises AnswerError."""
    if not _NAME.fullmatch(name):
        raise AnswerError(
            "name",
            # Whole, with MAX_NAME as a word: the page's tables have this sentence.
            "A name has small letters, digits and hyphens, 40 at most, and begins with none of those last.",
        )
    if name == BUILT_IN_MAC:
        raise AnswerError("name", "This is the name of Moof’s own Mac.")
    return name


def check_choice(question: Question, value: str) -> str:
    """Return one of a question's choices. Raises AnswerError."""
    if value not in question.choices:
        raise AnswerError(
            question.name,
            Sentence(
                "{question}: one of {choices}.",
                question=Sentence(question.text),
                choices=", ".join(question.choices),
            ),
        )
    return value


def check_disk_mb(value: str) -> int:
    """Return the size of an empty disk in MB. Raises AnswerError."""
    if not re.fullmatch(r"[0-9]{1,4}", value) or int(value) > MAX_DISK_MB:
        raise AnswerError(
            "disk-size", Sentence("A disk has 1 to {most} MB; 0 is for no disk.", most=str(MAX_DISK_MB))
        )
    return int(value)


def check_image(question: str, path: Path) -> Path:
    """Return the absolute path of an image for the question "disk" or "cd".

    Raises AnswerError if it is none, or cannot be named in settings. May block for as long as a disk does.
    """
    found = without_tilde(path).absolute()
    if not found.is_file():
        raise AnswerError(question, Sentence("There is no file {path}.", path=str(path)))
    text = str(found)
    if not text.isprintable() or len(text.encode()) > MAX_SETTING_BYTES:
        raise AnswerError(
            question,
            Sentence("The path {path} is too long, or has control characters.", path=repr(str(path))),
        )
    try:
        refusal = identify_disk(found).refusal(DiskUse(question))
    except OSError as error:
        raise AnswerError(
            question, Sentence("{file} cannot be read: {reason}.", file=str(path), reason=reason_of(error))
        ) from error
    if refusal is not None:
        raise AnswerError(question, refusal)
    return found


def without_tilde(path: Path) -> Path:
    """Return a path with the home of a user in place of ~ or ~NAME; of a user who is not there, as it is."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  that of Path raises RuntimeError


def answers_of(kind: EmulatorKind, name: str, given: dict[str, str]) -> SetupAnswers:
    """Return the answers from texts by the question's name, the best ones for what is missing.

    Raises:
        AnswerError: One of them cannot be used.
    """
    asked = {each.name: each for each in questions(kind)}
    if unknown := sorted(given.keys() - asked.keys()):
        raise AnswerError(
            unknown[0],
            Sentence("{emulator} has no choice of {question}.", emulator=kind.title, question=unknown[0]),
        )
    chosen = {each.name: _chosen(each, given) for each in asked.values() if each.choices}
    memory, depth, screen = (chosen.get(each) for each in ("memory", "depth", "screen"))
    return SetupAnswers(
        check_name(name),
        disk=_image("disk", given),
        disk_mb=check_disk_mb(given.get("disk-size") or str(DEFAULT_DISK_MB)),
        cd=_image("cd", given),
        memory_mb=int(memory) if memory else None,
        screen=_screen(screen) if screen else None,
        depth=int(depth) if depth else None,
        sound=chosen.get("sound") != "no",
        network=chosen.get("network") == "yes",
    )


def _chosen(question: Question, given: dict[str, str]) -> str:
    return check_choice(question, given.get(question.name) or question.choices[0])


def _image(question: str, given: dict[str, str]) -> Path | None:
    text = given.get(question, "")
    return check_image(question, Path(text)) if text else None


def _screen(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)
