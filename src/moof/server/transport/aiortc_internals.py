"""The private names of aiortc that Moof builds on, and the only ways to them.

aiortc keeps ICE, DTLS, SRTP, SDP, RTCP sender reports and the parsing of feedback. It has no public way to
send access units that were encoded elsewhere, at RTP timestamps of ours; mediasender.py does that from
inside. `check_private_names` says whether each of these names still exists, so that a new version of aiortc
is the work of these two files.
"""

import logging
from collections.abc import Callable, Coroutine, Iterable
from types import SimpleNamespace
from typing import Any, Final

import aiortc
from aiortc import RTCRtpSender

_log = logging.getLogger(__name__)

TESTED_WITH: Final = "1.16.0"

_REPLACED_METHODS: Final = ("send", "_run_rtp", "_retransmit", "_send_keyframe")
_PRIVATE_FIELDS: Final = (
    "rtp_started",
    "rtp_exited",
    "ntp_timestamp",
    "rtp_timestamp",
    "octet_count",
    "packet_count",
)
_TRANSPORT_METHODS: Final = ("_send_rtp", "_handle_rtcp_data")


class AiortcMismatchError(RuntimeError):
    """The installed aiortc is not the one that this file was written for."""


def check_private_names() -> None:
    """Raise AiortcMismatchError if one is gone; warn if the version is not the one that was tested."""
    sender = RTCRtpSender("video", SimpleNamespace(state="new"))  # type: ignore[arg-type]
    wanted: Iterable[tuple[object, str]] = (
        *((sender, name) for name in (*_REPLACED_METHODS, "_ssrc", "_rtx_ssrc", "_stream_id")),
        *((sender, _mangled(name)) for name in _PRIVATE_FIELDS),
        *((aiortc.RTCDtlsTransport, name) for name in _TRANSPORT_METHODS),
    )
    missing = [name for owner, name in wanted if not hasattr(owner, name)]
    if missing:
        raise AiortcMismatchError(
            f"aiortc {aiortc.__version__} has no {', '.join(missing)}: install aiortc {TESTED_WITH}, "
            "or adapt moof/server/transport/aiortc_internals.py and rtp_sender.py."
        )
    if aiortc.__version__ != TESTED_WITH:
        _log.warning("aiortc is %s; Moof was tested with %s.", aiortc.__version__, TESTED_WITH)


def _mangled(name: str) -> str:
    return f"_RTCRtpSender__{name}"


def private(sender: RTCRtpSender, name: str) -> Any:
    """Return one of a sender's private fields."""
    return getattr(sender, _mangled(name))


def set_private(sender: RTCRtpSender, name: str, value: int) -> None:
    """Set one of them."""
    setattr(sender, _mangled(name), value)


def run_now(sending: Coroutine[Any, Any, None]) -> None:
    """Run aiortc's sending, which is a coroutine but never waits: datagrams go, or are dropped."""
    try:
        sending.send(None)
    except StopIteration:
        return
    sending.close()
    raise AiortcMismatchError(f"aiortc {aiortc.__version__} waits to send; Moof works with {TESTED_WITH}.")


def replace_method(owner: object, name: str, method: Callable[..., object]) -> None:
    """Put our method in the place of one object's own; its class stays as it is."""
    setattr(owner, name, method)
