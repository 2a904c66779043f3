"""TODO rtp."""
