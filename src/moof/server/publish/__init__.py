"""The publisher: one upload of picture and sound to a server that forwards them to many watchers (an SFU)."""
