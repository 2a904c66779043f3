"""Setting up a real Mac: recognises ROMs, plans an emulator's settings and files, and writes them."""
