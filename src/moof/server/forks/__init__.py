"""Macs for visitors: a link of a saved state starts a further Moof, whose Mac goes on from that state."""
