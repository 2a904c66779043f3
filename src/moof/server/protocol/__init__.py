"""Messages between page and server as bytes and JSON: signaling, input, frame metadata, playback reports."""
