"""What people read about the file that they gave as a ROM, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from moof.sentence import Sentence
from moof.setup.emulator_kinds import EmulatorKind, emulators_for
from moof.setup.rom_identity import RomKind, RomReport

_SENTENCES: Final = {
    RomKind.GOOD: "The ROM of: {macs}.",
    RomKind.SWAPPED: "The ROM of: {macs}. Its bytes are in another order, which the copy corrects.",
    RomKind.REPEATED: "The ROM of: {macs}, several times in succession; the copy has it once.",
    RomKind.LONG: "The ROM of: {macs}, with more bytes behind it, which the copy leaves out.",
    RomKind.MAC_OS: "A file “Mac OS ROM” of a Power Macintosh.",
    RomKind.HALF: "Every second byte of the ROM of: {macs}. It is that of one of two chips: join both files.",
    RomKind.CUT: "The beginning of the ROM of: {macs}. The file is cut off: copy it again.",
    RomKind.DAMAGED: "The ROM of: {macs}, but its checksum does not agree: the file is damaged.",
    RomKind.WRONG: "This is no ROM of a Mac: it is {found}.",
}
_OTHER: Final = "The ROM of: {macs}. {wanted} does not take it; {others} does."
_NONE: Final = "The ROM of: {macs}. {wanted} does not take it."
_OTHER_FILE: Final = "A file “Mac OS ROM” of a Power Macintosh. {wanted} does not take it; {others} does."


@dataclass(frozen=True, slots=True)
class RomAdvice:
    """A sentence with values in braces, and whether the emulator takes the ROM."""

    sentence: str
    accepted: bool
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence with its values."""
        return Sentence(self.sentence, **self.values)


def advise(report: RomReport, kind: EmulatorKind) -> RomAdvice:
    """Return what to say about a file that is to be the ROM of this emulator's Mac."""
    values = {"macs": report.name, "found": report.found, "wanted": kind.title}
    if not report.is_usable:
        return RomAdvice(_SENTENCES[report.kind], False, values)
    suitable = emulators_for(report)
    if kind in suitable:
        return RomAdvice(_SENTENCES[report.kind], True, values)
    if not suitable:
        return RomAdvice(_NONE, False, values)
    values["others"] = ", ".join(each.title for each in suitable)
    return RomAdvice(_OTHER_FILE if report.kind is RomKind.MAC_OS else _OTHER, False, values)
