"""The private names of aiortc that Moof uses, and the only access to them.

aiortc does ICE, DTLS, SRTP, SDP, RTCP sender reports and the parsing of feedback. It has no public way to
send access units that were encoded elsewhere at given RTP timestamps; so rtp_sender.py replaces private
methods of its sender, rtcp_demuxer.py two of its transport. Nor does it limit what a browser sends;
sctp_guard.py and datagram_guard.py do. `check_private_names` checks at start that each of these names still
exists. docs/library-internals.md says why, and how to test a new version.
"""

import logging
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, Final

import aiortc
from aiortc import RTCPeerConnection, RTCRtpSender

LOG: Final = logging.getLogger(__name__)

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
_TRANSPORT_METHODS: Final = ("_send_rtp", "_handle_rtcp_data", "_handle_rtp_data")
_SCTP_METHODS: Final = ("_handle_data", "_receive_chunk")


class AiortcMismatchError(RuntimeError):
    """The installed aiortc lacks a private name that Moof uses, or behaves differently."""


def check_private_names() -> None:
    """Raise AiortcMismatchError if a name is missing; warn if the version is not the tested one."""
    sender = RTCRtpSender("video", SimpleNamespace(state="new"))  # type: ignore[arg-type]
    required: Iterable[tuple[object, str]] = (
        *((sender, name) for name in (*_REPLACED_METHODS, "_ssrc", "_rtx_ssrc", "_stream_id")),
        *((sender, _mangled(name)) for name in _PRIVATE_FIELDS),
        *((aiortc.RTCDtlsTransport, name) for name in _TRANSPORT_METHODS),
        *((aiortc.RTCSctpTransport, name) for name in _SCTP_METHODS),
    )
    missing = [name for owner, name in required if not hasattr(owner, name)]
    if missing:
        raise AiortcMismatchError(
            f"aiortc {aiortc.__version__} has no {', '.join(missing)}: install aiortc {TESTED_WITH}, "
            "or adapt moof/server/transport/aiortc_internals.py and rtp_sender.py."
        )
    if aiortc.__version__ != TESTED_WITH:
        LOG.warning("aiortc is %s; Moof was tested with %s.", aiortc.__version__, TESTED_WITH)


def check_fields(owner: object, names: Iterable[str]) -> None:
    """Raise AiortcMismatchError if an object of aiortc's or aioice's lacks one of the names."""
    missing = [name for name in names if not hasattr(owner, name)]
    if missing:
        raise AiortcMismatchError(
            f"{type(owner).__name__} of aiortc {aiortc.__version__} has no {', '.join(missing)}: "
            f"install aiortc {TESTED_WITH}."
        )


def ice_connection(connection: RTCPeerConnection) -> Any:
    """Return aioice's Connection, of which there is one: with BUNDLE, all media share a transport."""
    assert connection.sctp is not None
    return connection.sctp.transport.transport._connection


def _mangled(name: str) -> str:
    return f"_RTCRtpSender__{name}"


def private(sender: RTCRtpSender, name: str) -> Any:
    """Return the value of one of a sender's private fields."""
    return getattr(sender, _mangled(name))


def set_private(sender: RTCRtpSender, name: str, value: int) -> None:
    """Set one of a sender's private fields."""
    setattr(sender, _mangled(name), value)


def replace_method(owner: object, name: str, method: Callable[..., object]) -> None:
    """Replace a method of one object by `method`; its class stays unchanged."""
    setattr(owner, name, method)
