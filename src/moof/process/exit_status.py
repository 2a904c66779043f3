"""Exit statuses of an emulator's process that its supervisor understands, besides those of the contract."""

import os
from typing import Final

EXIT_STATUS_CANNOT_RUN: Final = os.EX_CONFIG
"""78, sysexits.h's configuration error: the emulator cannot run until its owner changes something. Its last
line of output says what; it is not started again by itself."""
