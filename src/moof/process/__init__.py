"""Child processes on the event loop that never outlive whoever started them, and the scheduling of our own.

The server keeps its emulator in one (`ChildProcess`), the bridge its X server and its emulator. Both have
threads that deliver sound, and ask to be woken in time for it. It imports nothing of Moof.
"""

from .childprocess import USUAL, ChildProcess, LineReader, Surroundings
from .scheduling import be_woken_in_time

__all__ = ["USUAL", "ChildProcess", "LineReader", "Surroundings", "be_woken_in_time"]
