"""Video: reads the emulator's frames, encodes each once per codec in use, and sends them to the viewers."""
