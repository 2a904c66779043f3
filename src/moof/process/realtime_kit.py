"""RealtimeKit: the service on the system's D-Bus that grants ordinary users' threads real-time scheduling.

It grants nothing before the process has limited how long such a thread may compute without a pause
(rtkit's README, "How it works"). It is asked from a thread of its own, so that a bus that does not answer
costs a second and no more. D-Bus is loaded only there: who has the right already never needs it.
"""

import threading
from typing import TYPE_CHECKING, Any, Final

from moof.process.realtime_limit import limit_realtime

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

_NAME: Final = "org.freedesktop.RealtimeKit1"
_PATH: Final = "/org/freedesktop/RealtimeKit1"
_MAX_SECONDS: Final = 1.0
"""For all calls together; then the thread runs as it did."""
_MAX_MICROSECONDS: Final = 200_000
"""rtkit's own limit, which it may be configured to lower."""


class RealtimeKitError(Exception):
    """RealtimeKit did not grant it; the message says why."""


class _Request(threading.Thread):
    """One request for one thread; what it answered stands in `error` when it has ended."""

    def __init__(self, thread: int, priority: int) -> None:
        super().__init__(name="realtime-kit", daemon=True)
        self.error = f"no answer within {_MAX_SECONDS:.0f} s"
        self._thread_id, self._priority = thread, priority

    def run(self) -> None:
        try:
            self._ask()
        except RealtimeKitError as error:
            self.error = str(error)
        except (ImportError, OSError, ValueError) as error:
            self.error = f"no system bus: {error}"
        else:
            self.error = ""

    def _ask(self) -> None:
        from jeepney import DBusErrorResponse
        from jeepney.io.blocking import open_dbus_connection

        with open_dbus_connection("SYSTEM", auth_timeout=_MAX_SECONDS) as bus:
            try:
                self._request(bus)
            except DBusErrorResponse as refused:
                raise RealtimeKitError(str(refused.data[0] if refused.data else refused.name)) from refused

    def _request(self, bus: "DBusConnection") -> None:
        priority = min(self._priority, _property(bus, "MaxRealtimePriority"))
        microseconds = min(_MAX_MICROSECONDS, _property(bus, "RTTimeUSecMax"))
        if not limit_realtime(self._thread_id, microseconds):
            raise RealtimeKitError("the process has no limit for real-time threads")
        _call(bus, "MakeThreadRealtime", "tu", (self._thread_id, priority))


def ask_realtime_kit(thread: int, priority: int) -> None:
    """Let RealtimeKit give a thread of this process real-time scheduling, at that priority or less.

    Raises RealtimeKitError, with the reason, if it does not.
    """
    request = _Request(thread, priority)
    request.start()
    request.join(_MAX_SECONDS)
    if error := request.error:
        raise RealtimeKitError(error)


def _property(bus: "DBusConnection", name: str) -> int:
    """Return a number that RealtimeKit publishes."""
    ((_, value),) = _call(bus, "Get", "ss", (_NAME, name), "org.freedesktop.DBus.Properties")
    return int(value)


def _call(
    bus: "DBusConnection", method: str, signature: str, arguments: tuple[Any, ...], interface: str = _NAME
) -> tuple[Any, ...]:
    from jeepney import DBusAddress, new_method_call
    from jeepney.wrappers import unwrap_msg

    call = new_method_call(DBusAddress(_PATH, _NAME, interface), method, signature, arguments)
    return tuple(unwrap_msg(bus.send_and_get_reply(call, timeout=_MAX_SECONDS)))
