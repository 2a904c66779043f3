"""The headers of every answer that restrict what a browser does with it."""

from collections.abc import Collection

from moof.server.auth.origins import Origin


def security_headers(
    embedders: Collection[Origin] = (), connect: Collection[str] = (), forms: Collection[str] = ()
) -> dict[str, str]:
    """Return the headers; pages of the origins `embedders` may show this server's page in a frame.

    `connect` are other origins to which the page may connect, `forms` those to which a form may lead.

    The policy (CSP, level 3) allows the page its own scripts, styles and connections, and no other host's.
    """
    ancestors = " ".join(sorted(str(each) for each in embedders)) or "'none'"
    connections = " ".join(["'self'", *connect])
    actions = " ".join(["'self'", *forms])
    return {
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
            f"font-src 'self'; connect-src {connections}; media-src 'self' blob:; manifest-src 'self'; "
            f"base-uri 'none'; form-action {actions}; frame-ancestors {ancestors}"
        ),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
