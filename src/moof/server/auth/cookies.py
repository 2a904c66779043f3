"""The cookie of a login session (RFC 6265), and the token in a request's headers (RFC 6750)."""

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers

_MAX_COOKIES: Final = 200
"""As many as browsers keep for a host: pages on its other ports can add some, and take nobody's place."""
_MAX_AGE: Final = 400 * 86_400
"""Seconds, the most that browsers allow; the server decides when the login session expires."""


@dataclass(frozen=True, slots=True)
class NamedCookie:
    """A cookie of a server below `path`. `tls` says that the server itself serves https.

    If the page may be `embedded` in one of another site, a browser keeps a cookie for each such site (CHIPS:
    the attribute Partitioned).
    """

    name: str
    tls: bool = False
    path: str = "/"
    embedded: bool = False

    def values(self, headers: Headers) -> list[str]:
        """Return the values of the cookies with this name, at most 200; other cookies do not matter.

        Not http.cookies, which reads none if another site's cookie is malformed.
        """
        pairs = (pair.partition("=") for line in headers.getlist("cookie") for pair in line.split(";"))
        return [value.strip() for key, _, value in pairs if key.strip() == self.name][:_MAX_COOKIES]

    def header(self, value: str, seconds: int, scheme: str) -> str:
        """Return the Set-Cookie header, `Secure` if the page came by https."""
        secure = self.tls or scheme == "https"
        # Browsers take "None" only with Secure. With "Strict" a link in a mail would not open.
        site = "None; Partitioned" if secure and self.embedded else "Lax"
        end = "; Secure" if secure else ""
        return f"{self.name}={value}; Path={self.path}; HttpOnly; SameSite={site}; Max-Age={seconds}{end}"


@dataclass(frozen=True, slots=True)
class LoginCookie:
    """The cookie of the page on `page_port`, below `path`. `tls` says that the server itself serves https.

    The name contains the port: browsers send a cookie to all ports of a host. `embedded`: see NamedCookie.
    """

    page_port: int
    tls: bool = False
    path: str = "/"
    embedded: bool = False

    @property
    def name(self) -> str:
        """The cookie's name."""
        return f"moof-{self.page_port}"

    def values(self, headers: Headers) -> list[str]:
        """Return the values of the cookies with this name, at most 200; other cookies do not matter."""
        return self._cookie.values(headers)

    def set(self, value: str, scheme: str) -> str:
        """Return the Set-Cookie header for a login session, `Secure` if the page came by https."""
        return self._cookie.header(value, _MAX_AGE, scheme)

    def clear(self, scheme: str) -> str:
        """Return the Set-Cookie header that removes the cookie."""
        return self._cookie.header("", 0, scheme)

    @property
    def _cookie(self) -> NamedCookie:
        return NamedCookie(self.name, self.tls, self.path, self.embedded)


def bearer_token(headers: Headers) -> str | None:
    """Return the token of the Authorization header, None without one."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None
