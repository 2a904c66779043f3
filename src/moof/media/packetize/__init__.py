"""Splits encoded pictures into RTP payloads, one file a codec."""
