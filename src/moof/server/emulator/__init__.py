"""TODO emulator."""
