"""How an emulator gives its Mac the files of a folder."""

from enum import Enum


class SharedLayout(Enum):
    """What a recipe's `shared_layout` may be, and how files are in the folder."""

    EXTFS = "extfs"
    """The Mac reads and writes the folder: texts, types and resource forks are as `extfs` has them."""
    PLAIN = "plain"
    """The guest, which is no Mac, reads and writes the folder: files are as they are."""
    IMAGE = "image"
    """The Mac reads an image, made of the folder at each start: files are as the built-in Mac has them."""
