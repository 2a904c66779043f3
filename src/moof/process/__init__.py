"""Child processes on the event loop that never outlive whoever started them; it imports nothing of Moof.

The server keeps its emulator in one (`ChildProcess`), the bridge its X server and its emulator.
"""

from .childprocess import USUAL, ChildProcess, LineReader, Surroundings

__all__ = ["USUAL", "ChildProcess", "LineReader", "Surroundings"]
