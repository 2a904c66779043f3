"""Files: disk images, ROMs, the emulator's preferences, and what `moof doctor` reads."""
