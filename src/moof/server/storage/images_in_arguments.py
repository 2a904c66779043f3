"""The disk images that a Mac gets by its emulator's arguments: `emulator_argument` in moof.toml."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from moof.sentence import Sentence, reason_of, said_by
from moof.server.config.remote_config import write_values
from moof.server.config.settings import SettingsError, read_settings
from moof.server.storage.attached_images import AttachedImage, ImageRefusedError, ImageSettings
from moof.setup.argument_images import FoundImage, ImageArgument, OwnArgumentError, with_images
from moof.setup.disk_identity import DiskReport, DiskUse, identify_disk
from moof.setup.image_rules import ImageRules, format_of
from moof.setup.mac_paths import OTHERS_DISK, is_disk_of_a_mac, is_same
from moof.setup.mac_shelf import ARGUMENTS, START_KEYS, ShelvedMac, change_arguments, current_mac, find_mac

_NO_PLACE: Final = "This Mac has no place for another image: detach one first."


class ArgumentImages(ImageSettings):
    """Images in the arguments of Mini vMac or of QEMU's Macs."""

    def __init__(self, file: Path, rules: ImageRules, macs: Path) -> None:
        """`file` is moof.toml, `macs` the folder of the Macs that were set up: such a one keeps them, too."""
        self._file = file
        self._rules = rules
        self._macs = macs

    @property
    def uses(self) -> Sequence[DiskUse]:
        """Those of the recipe."""
        return self._rules.uses

    @property
    def locks(self) -> bool:
        """As the recipe says."""
        return self._rules.locks

    def uses_of(self, report: DiskReport) -> Sequence[DiskUse]:
        """Return what this emulator can use an image for."""
        return self._rules.uses_of(report)

    def read(self) -> list[AttachedImage]:
        """Return the images in the order of the arguments. Raises SettingsError."""
        found = self._rules.syntax.find(_arguments(self._file, read_settings(self._file).values))
        return [AttachedImage(each.image.path, each.image.use, each.image.read_only) for each in found]

    def write(self, images: Sequence[AttachedImage]) -> None:
        """Change the arguments in moof.toml and in the folder of a Mac that was set up.

        Raises:
            ImageRefusedError: The emulator does not take one, or another Mac has it.
            SettingsError: A file cannot be changed; both are as they were.
        """
        values = read_settings(self._file).values
        arguments = _arguments(self._file, values)
        found = self._rules.syntax.find(arguments)
        if len(images) > max(self._rules.most, len(found)):
            raise ImageRefusedError(_NO_PLACE)
        name = current_mac(self._macs, values)
        mac = find_mac(self._macs, name) if name is not None else None
        wanted = [self._wanted(each, found, mac) for each in images]
        changed = self._changed(arguments, wanted)
        before = {key: values.get(key) for key in START_KEYS}
        if mac is None:
            self._write(changed, before)
        else:
            self._write_with_mac(mac, wanted, changed, before)

    def _write(self, arguments: list[str], before: Mapping[str, object]) -> None:
        write_values(self._file, {ARGUMENTS: arguments or None}, before)

    def _write_with_mac(
        self,
        mac: ShelvedMac,
        wanted: Sequence[ImageArgument],
        changed: list[str],
        before: Mapping[str, object],
    ) -> None:
        """Write both files, or neither: the next choice of the Mac takes the arguments in its folder."""
        own = _texts(mac.settings[ARGUMENTS])
        try:
            change_arguments(self._macs, mac, self._changed(own, wanted))
            try:
                self._write(changed, before)
            except SettingsError:
                change_arguments(self._macs, mac, own)
                raise
        except OSError as error:
            raise SettingsError(f"The folder of {mac.name} cannot be changed: {error.strerror}.") from error

    def _changed(self, arguments: Sequence[str], wanted: Sequence[ImageArgument]) -> list[str]:
        try:
            return with_images(self._rules.syntax, arguments, wanted)
        except OwnArgumentError as error:
            raise ImageRefusedError(said_by(error)) from error

    def _wanted(
        self, image: AttachedImage, found: Sequence[FoundImage], mac: ShelvedMac | None
    ) -> ImageArgument:
        """Return an image for the arguments, checked if it is new there or new for writing.

        Raises ImageRefusedError.
        """
        is_read_only = image.read_only or image.use is DiskUse.CD
        same_use = [each.image for each in found if each.image.use is image.use]
        old = next((each for each in same_use if is_same(each.path, image.path)), None)
        if old is not None and (is_read_only or not old.read_only):
            return ImageArgument(old.path, old.use, is_read_only, old.format)
        report = self._report(image)
        own_folder = self._macs / mac.name if mac is not None else None
        if not is_read_only and is_disk_of_a_mac(image.path, self._macs, own_folder):
            raise ImageRefusedError(OTHERS_DISK)
        path = old.path if old is not None else image.path
        return ImageArgument(path, image.use, is_read_only, format_of(report))

    def _report(self, image: AttachedImage) -> DiskReport:
        """Return what an image is. Raises ImageRefusedError if the emulator does not take it so."""
        try:
            report = identify_disk(image.path)
        except OSError as error:
            raise ImageRefusedError(
                Sentence("{file} cannot be read: {reason}.", file=image.path.name, reason=reason_of(error))
            ) from error
        if image.use not in self._rules.uses_of(report):
            other = Sentence("{what} This Mac’s emulator does not take it.", what=report.text)
            what = report.refusal(image.use) or other
            raise ImageRefusedError(Sentence("{file}: {what}", file=image.path.name, what=what))
        return report


def _arguments(file: Path, values: Mapping[str, object]) -> list[str]:
    """Return the arguments in moof.toml. Raises SettingsError."""
    arguments = values.get(ARGUMENTS, [])
    if not isinstance(arguments, list) or not all(isinstance(each, str) for each in arguments):
        raise SettingsError(
            f'{file}: {ARGUMENTS} must be a list of texts such as ["-drive", "file=mac.img"].'
        )
    return arguments


def _texts(arguments: object) -> list[str]:
    """Return the arguments that a Mac's folder keeps, which were checked when they were read."""
    return [*map(str, arguments)] if isinstance(arguments, list) else []
