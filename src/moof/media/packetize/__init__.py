"""Encoded pictures cut into RTP payloads, one file a codec."""
