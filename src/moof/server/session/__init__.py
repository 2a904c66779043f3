"""One viewer from its first message to its last: signaling, negotiation, codec, input."""
