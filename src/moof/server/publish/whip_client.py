"""A WHIP client's requests, and what their answers mean (RFC 9725). Sans-IO."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urljoin, urlsplit

from moof.server.config.publish_options import PublishOptions, host_of, origin_of
from moof.server.publish.link_header import ice_servers
from moof.server.publish.retry import parse_retry_after
from moof.server.publish.sdp_fragment import MEDIA_TYPE, FragmentPlace, ice_of
from moof.server.publish.sfu import NoRestartError, SfuAnswer, SfuError
from moof.server.transport.ice_restart import IceDescription

MAX_BODY_BYTES: Final = 256 * 1024
"""Of an answer: an SDP has some kilobytes."""
_MAX_REDIRECTS: Final = 5
_SDP: Final = "application/sdp"
_REDIRECTED: Final = (307, 308)
"""With the same method and body; 301 and 302, which make a GET of a POST, are not allowed (section 4.5)."""


class Method(StrEnum):
    """The methods of WHIP."""

    POST = "POST"
    PATCH = "PATCH"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class WhipRequest:
    """An HTTP request; its headers may have the token."""

    method: Method
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WhipResponse:
    """An HTTP response; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str = field(default="", repr=False)

    def has_type(self, media_type: str) -> bool:
        """Return whether the body is of this type, whatever its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() == media_type


class WhipClient:
    """One session: the offer, further candidates, restarts of ICE, and the end."""

    def __init__(self, options: PublishOptions) -> None:
        self._options = options
        self._url = options.url
        self._session_url = ""
        self._entity_tag = ""
        self._trickles = True
        self._redirects = 0
        self._offer = ""
        self._place = FragmentPlace(())

    @property
    def host(self) -> str:
        """The host and port of the endpoint, wherever it has redirected to."""
        return host_of(self._url)

    def post(self, offer: str) -> WhipRequest:
        """Return the request that begins the session with an SDP offer."""
        self._offer, self._place = offer, FragmentPlace.of_offer(offer)
        headers = {"content-type": _SDP, "accept": _SDP}
        same = origin_of(self._url) == origin_of(self._options.url)
        return WhipRequest(Method.POST, self._url, self._with_token(headers, same), offer)

    def redirected(self, response: WhipResponse) -> WhipRequest | None:
        """Return the same request for where the endpoint redirects to, None if it does not.

        Another origin does not get the token (RFC 9110, section 15.4). Raises SfuError for too many of them,
        and for one that leaves https.
        """
        if response.status not in _REDIRECTED:
            return None
        target = _joined(self._url, response.headers.get("location", ""))
        secure, scheme = urlsplit(self._url).scheme == "https", urlsplit(target).scheme
        if self._redirects >= _MAX_REDIRECTS:
            raise SfuError(f"it redirects more than {_MAX_REDIRECTS} times")
        if not target or (secure and scheme == "http"):
            raise SfuError("it redirects to where no offer is sent")
        self._redirects += 1
        self._url = target
        return self.post(self._offer)

    def opened(self, response: WhipResponse, now: float) -> SfuAnswer:
        """Return the answer in the response to the offer; `now` is in seconds since 1970. Raises SfuError."""
        if response.status != 201:
            raise self._refused(response, now)
        location = response.headers.get("location", "")
        self._session_url = _joined(self._url, location) if location else ""
        if not self._session_url:
            raise SfuError("its answer does not say where the session is (Location)")
        if not response.has_type(_SDP) or not response.body:
            raise SfuError("its answer is no SDP")
        self._entity_tag = response.headers.get("etag", "")
        return SfuAnswer(response.body, ice_servers(response.headers.get("link", "")))

    def trickle(self, ice: IceDescription) -> WhipRequest | None:
        """Return the request with further candidates, None if the endpoint takes none."""
        return self._patch(ice, self._entity_tag) if self._trickles else None

    def trickled(self, response: WhipResponse) -> None:
        """Note what the endpoint says to further candidates: without them the first ones must do."""
        self._trickles = response.status in (200, 204)

    def restart(self, ice: IceDescription) -> WhipRequest:
        """Return the request for a restart of ICE, whichever the session's last one was (If-Match: *)."""
        return self._patch(ice, "*")

    def restarted(self, response: WhipResponse) -> IceDescription:
        """Return the endpoint's side of a restart. Raises NoRestartError."""
        if response.status != 200 or not response.has_type(MEDIA_TYPE):
            raise NoRestartError(f"it does not restart ICE ({response.status})")
        try:
            answered = ice_of(response.body)
        except ValueError as error:
            raise NoRestartError(f"it answers a restart of ICE with {error}") from error
        self._entity_tag = response.headers.get("etag", "")
        return answered

    def delete(self) -> WhipRequest | None:
        """Return the request that ends the session, None without one."""
        url, self._session_url = self._session_url, ""
        return WhipRequest(Method.DELETE, url, self._session_headers({}, url)) if url else None

    def _patch(self, ice: IceDescription, entity_tag: str) -> WhipRequest:
        headers = {"content-type": MEDIA_TYPE}
        if entity_tag:
            headers["if-match"] = entity_tag
        url = self._session_url
        return WhipRequest(Method.PATCH, url, self._session_headers(headers, url), self._place.fragment(ice))

    def _session_headers(self, headers: dict[str, str], url: str) -> dict[str, str]:
        """Return the headers with the token, which the session asks for, too, unless all could read it."""
        same = origin_of(url) == origin_of(self._options.url)
        return self._with_token(headers, same or urlsplit(url).scheme == "https")

    def _with_token(self, headers: dict[str, str], allowed: bool) -> dict[str, str]:
        if not self._options.token or not allowed:
            return headers
        return headers | {"authorization": f"Bearer {self._options.token}"}

    def _refused(self, response: WhipResponse, now: float) -> SfuError:
        after = parse_retry_after(response.headers.get("retry-after", ""), now)
        hint = " (the token)" if response.status in (401, 403) else ""
        return SfuError(f"it answers {response.status}{hint}", after)


def _joined(url: str, reference: str) -> str:
    """Return the address that a reference in an answer leads to, "" if no request can be sent there."""
    try:
        target = urljoin(url, reference)
        parts = urlsplit(target)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    return target if valid else ""
