"""How good a viewer wants its pictures, and what that means on the encoders' scales."""

from enum import Enum
from typing import Final, NamedTuple


class PictureQuality(Enum):
    """The choices, by their names in messages."""

    SHARP = "sharp"
    BALANCED = "balanced"
    SAVING = "saving"

    @property
    def level(self) -> "QualityLevel":
        """What encoders make of it."""
        return _LEVELS[self]


class QualityLevel(NamedTuple):
    """What an encoder may spend on a picture.

    Attributes:
        share: of the bitrate that the encoder was made for.
        finest: the quantiser below which no picture is refined, on x264's scale (0 exact to 51 coarse).
            Encoders of constant quality have none: for them `share` makes it coarser.
        pictures: the most pictures a second, None for as many as there are.
    """

    share: float
    finest: int
    pictures: float | None = None


_LEVELS: Final = {
    PictureQuality.SHARP: QualityLevel(1.0, 10),
    PictureQuality.BALANCED: QualityLevel(0.5, 20),
    PictureQuality.SAVING: QualityLevel(0.15, 28, pictures=20.0),
}
