"""QEMU's machine protocol, QMP (docs/interop/qmp-spec in its source): JSON, a message a line. Sans-IO."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

MAX_LINE: Final = 1 << 20
"""Bytes of a message: the longest list the disks."""


class QmpError(Exception):
    """QEMU has sent what is no message of its protocol."""


@dataclass(frozen=True, slots=True)
class QmpGreeting:
    """The first message. `version` is QEMU's, such as "7.2"."""

    version: str


@dataclass(frozen=True, slots=True)
class QmpReturn:
    """What a command has returned; `number` is the command's."""

    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class QmpFailure:
    """Why a command has failed, a sentence of QEMU's without a full stop."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class QmpEvent:
    """Something has happened, such as JOB_STATUS_CHANGE."""

    name: str
    data: dict[str, Any]


QmpMessage = QmpGreeting | QmpReturn | QmpFailure | QmpEvent


class QmpReader:
    """Splits what QEMU sends into messages."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[QmpMessage]:
        """Return the messages that `data` completes. Raises QmpError for anything else."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:
            raise QmpError(f"a message of QEMU is longer than {MAX_LINE} bytes")
        return [_message(line) for line in lines if line.strip()]


def pack_command(number: int, name: str, arguments: dict[str, Any]) -> bytes:
    """Return a command; `number` comes back with its answer."""
    return json.dumps({"execute": name, "arguments": arguments, "id": number}).encode() + b"\n"


def _message(line: bytes) -> QmpMessage:
    try:
        tree = json.loads(line)
        if not isinstance(tree, dict):
            raise ValueError("no object")
        if "QMP" in tree:
            version = tree["QMP"]["version"]["qemu"]
            return QmpGreeting(f"{int(version['major'])}.{int(version['minor'])}")
        if "event" in tree:
            return QmpEvent(str(tree["event"]), dict(tree.get("data", {})))
        if "return" in tree:
            return QmpReturn(int(tree["id"]), tree["return"])
        return QmpFailure(int(tree.get("id", 0)), str(tree["error"]["desc"]))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise QmpError(f"QEMU has sent {line[:100]!r}, which is no message of its protocol") from error
