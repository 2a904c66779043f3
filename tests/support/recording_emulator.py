"""An emulator that keeps the messages it receives."""

from moof.ipc import Message
from moof.server.emulator.link import MessageSink


class RecordingEmulator(MessageSink):
    """A `MessageSink` without an emulator behind it; `connected` says whether `send` succeeds."""

    def __init__(self, *, connected: bool = True) -> None:
        self.connected = connected
        self.messages: list[Message] = []

    def send(self, message: Message) -> bool:
        """Keep the message, whether the emulator is connected or not."""
        self.messages.append(message)
        return self.connected
