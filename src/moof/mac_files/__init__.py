"""Files of a classic Mac on other systems: names, texts, types, formats that keep both forks. Pure."""

from moof.mac_files.binhex import open_binhex
from moof.mac_files.mac_file import ForkReader, MacFileError, MacFileInfo
from moof.mac_files.macbinary import open_macbinary

__all__ = ["ForkReader", "MacFileError", "MacFileInfo", "open_binhex", "open_macbinary"]
