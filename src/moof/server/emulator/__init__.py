"""The emulator: the link to it, its supervision, and the switches of the Mac."""
