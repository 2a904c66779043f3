"""A listener that keeps what a sound server reports of its streams."""

from moof.bridge.pulse_server import PlaybackListener


class PlaybackRecorder(PlaybackListener):
    """Keeps the states in the order in which they were reported."""

    def __init__(self) -> None:
        self.states: list[bool] = []

    def playback_changed(self, is_open: bool) -> None:
        """Keep the state."""
        self.states.append(is_open)
