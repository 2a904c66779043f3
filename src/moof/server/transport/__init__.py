"""The media connections to viewers: WebRTC through aiortc, or messages of the WebSocket."""
