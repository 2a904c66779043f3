"""Which emulator the server connects to: its own, an attached one, or the one that an option names. Pure."""

from collections.abc import Collection

from moof.process import NextCommand
from moof.server.emulator.supervisor import STARTING


class NoSuchEmulatorError(Exception):
    """No emulator runs with this process id."""


class EmulatorTarget:
    """The process id for `EmulatorLink.set_target`.

    An attached emulator takes precedence until it ends. After it come the emulator that the server started,
    once it is ready, then the process id that an option names, then the newest emulator of this user.
    """

    def __init__(self, named_pid: int | None = None) -> None:
        self._named = named_pid
        self._own: int | None = None
        self._attached: int | None = None
        self._foreign = named_pid is not None
        self._pid = named_pid

    @property
    def pid(self) -> int | None:
        """The process id to connect to, None for the newest emulator of this user."""
        return self._pid

    def set_own(self, ready_pid: int | None) -> bool:
        """Take the process id of the emulator that the server started; return True if `pid` has changed.

        With None, which says that it is not ready, `pid` stays: no other emulator is served instead.
        """
        if ready_pid is not None:
            self._own = ready_pid
        if ready_pid is None or self._attached is not None:
            return False
        return self._set(ready_pid)

    def attach(self, pid: int, running: Collection[int]) -> bool:
        """Connect to one of the `running` emulators; return True if `pid` has changed.

        Raises:
            NoSuchEmulatorError: `running` does not contain this process id.
        """
        if pid not in running:
            raise NoSuchEmulatorError(f"there is no running emulator {pid}")
        self._attached = pid
        return self._set(pid)

    def detach_ended(self, running: Collection[int]) -> bool:
        """Leave the attached emulator unless it is still `running`; return True if `pid` has changed."""
        if self._attached is None or self._attached in running:
            return False
        self._attached = None
        return self._set(self._own or self._named)

    @property
    def is_own(self) -> bool:
        """Whether the server connects to the emulator that it started, or to none before that is ready."""
        return not self._foreign

    def waiting_note(self, supervisor_note: str | None) -> str:
        """Return the sentence for people while no emulator is connected.

        `supervisor_note` is the supervisor's, None if the server starts no emulator.
        """
        if supervisor_note is not None:
            return supervisor_note or STARTING
        if self._named is not None:
            return f"Waiting for emulator {self._named}…"
        return "Waiting for an emulator…"

    def _set(self, pid: int | None) -> bool:
        changed = pid != self._pid
        self._pid = pid
        self._foreign = pid is None or pid != self._own
        return changed


class OfflineEmulator:
    """Whether the server's own emulator is served, and was started so that no guest has the network.

    `next_command` says it of the starts after the first one, None: they are as the first one was.
    """

    def __init__(
        self, target: EmulatorTarget, own_is_offline: bool, next_command: NextCommand | None = None
    ) -> None:
        self._target = target
        self._own_is_offline = own_is_offline
        self._next_command = next_command

    @property
    def is_served(self) -> bool:
        """Whether no guest of the emulator that is served can reach this server."""
        offline_now = self._next_command is None or self._next_command.offline
        return self._own_is_offline and offline_now and self._target.is_own
