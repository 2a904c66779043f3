"""The questions of `moof setup` in the terminal: one after the other, back and forth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from moof.cli.terminal import fail, terminal

if TYPE_CHECKING:
    from moof.setup.answers import Question
    from moof.setup.emulator_kinds import EmulatorKind

BACK: Final = "<"


class SetupDialog:
    """Asks for what was not given. Answers stay when a person goes back."""

    def __init__(
        self, kind: EmulatorKind, rom: Sequence[Path], given: Mapping[str, str], *, ask: bool
    ) -> None:
        """`rom` are the files of the ROM, `given` the answers that need no question.

        Without `ask` nothing is asked.
        """
        from moof.setup.answers import questions

        self._kind = kind
        self._given = dict(given)
        self._ask = ask
        self._rom = list(rom)
        self._data: bytes | None = None
        self._questions = [each for each in questions(kind) if each.name not in given]

    @property
    def given(self) -> dict[str, str]:
        """The answers so far by the question's name, without the ROM."""
        return self._given

    def run(self) -> tuple[bytes, dict[str, str]]:
        """Return the ROM, as the emulator takes it, and the answers. Exits if one that was given is wrong.

        Raises:
            KeyboardInterrupt: The person ended it.
            EOFError: The input ended.
        """
        if self._rom:
            self._take_rom()
        elif not self._ask:
            fail(f"--rom: {self._kind.title} needs a ROM of your own. {self._kind.rom}")
        self._ask_all()
        assert self._data is not None
        return self._data, self._given

    def _ask_all(self) -> None:
        left = [each for each in self._questions if each.name != "rom" or self._data is None]
        if left and self._ask:
            terminal.print(f"Return takes what stands in brackets, {BACK} goes back.", style="dim")
        index, step = 0, 1
        while self._ask and index < len(left):
            if self._applies(left[index]):
                step = self._step(left[index])
            elif index == 0:
                step = 1
            index = max(0, index + step)

    def _applies(self, question: Question) -> bool:
        """Return whether the answers so far leave something to ask."""
        return question.name != "disk-size" or not self._given.get("disk")

    def _step(self, question: Question) -> int:
        """Ask a question; return 1 for the next one, -1 for the one before, 0 to ask it again."""
        default = self._default(question)
        terminal.print(f"\n[bold]{question.text}[/bold]", end="")
        terminal.print(f"  {question.help}", style="dim")
        if question.choices:
            terminal.print(f"  {', '.join(question.choices)}", style="dim")
        text = terminal.input(f"  [{default}] > " if default else "  > ", markup=False).strip()
        if text == BACK:
            return -1
        return 1 if self._take(question, text or default) else 0

    def _default(self, question: Question) -> str:
        from moof.setup.answers import DEFAULT_DISK_MB

        if question.name in self._given:
            return self._given[question.name]
        if question.name == "rom":
            return " ".join(map(str, self._rom))
        if question.name == "disk-size":
            return str(DEFAULT_DISK_MB)
        return question.choices[0] if question.choices else ""

    def _take(self, question: Question, text: str) -> bool:
        """Take an answer, or say what is wrong with it."""
        from moof.setup.answers import AnswerError, answers_of
        from moof.setup.mac_folders import default_macs
        from moof.setup.mac_paths import check_own_disk

        if question.name == "rom":
            known = self._rom if text == self._default(question) else []
            return bool(text) and self._try_rom(known or [Path(text)])
        try:
            answers = answers_of(self._kind, self._kind.name, {**self._given, question.name: text})
            check_own_disk(answers, default_macs())
        except AnswerError as error:
            terminal.print(f"  {error}", style="yellow", markup=False)
            return False
        self._given[question.name] = text
        return True

    def _try_rom(self, rom: Sequence[Path]) -> bool:
        """Take the ROM of one file or two, or of a file and that of the other chip, which is asked."""
        from moof.setup.rom_advice import advise
        from moof.setup.rom_file import RomFileError, identify_files
        from moof.setup.rom_identity import RomKind

        self._rom = list(rom)
        try:
            report = identify_files(self._rom)
            if report.kind is RomKind.HALF:
                terminal.print(f"  {advise(report, self._kind).text}", markup=False)
                other = terminal.input("  The other file > ").strip()
                if other in ("", BACK):
                    return False
                self._rom.append(Path(other))
                report = identify_files(self._rom)
        except RomFileError as error:
            terminal.print(f"  {error}", style="yellow", markup=False)
            return False
        advice = advise(report, self._kind)
        terminal.print(f"  {advice.text}", style="green" if advice.accepted else "yellow", markup=False)
        self._data = report.data if advice.accepted else None
        return advice.accepted

    def _take_rom(self) -> None:
        """Take the ROM that was given. Exits with what is wrong with it."""
        from moof.setup.rom_advice import advise
        from moof.setup.rom_file import RomFileError, identify_files

        try:
            report = identify_files(self._rom)
        except RomFileError as error:
            fail(f"--rom: {error}")
        advice = advise(report, self._kind)
        if not advice.accepted:
            fail(f"--rom: {advice.text}")
        terminal.print(advice.text, markup=False)
        self._data = report.data
