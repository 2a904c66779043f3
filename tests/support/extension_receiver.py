"""A receiver that keeps what an emulator's extension socket receives."""

from __future__ import annotations

import queue

from moof.extension import ExtensionMessage, ExtensionReceiver


class QueueReceiver(ExtensionReceiver):
    """Keeps the messages in the order in which they arrived."""

    def __init__(self) -> None:
        self.messages: queue.Queue[ExtensionMessage] = queue.Queue()

    def extension_message(self, message: ExtensionMessage) -> None:
        """Keep the message."""
        self.messages.put(message)
