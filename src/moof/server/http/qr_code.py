"""`POST /qr-code`: a link as a QR code (ISO/IEC 18004), for the camera of a telephone.

The route belongs to the page, not to the API. The link is in the body, since others may read what an address
has.
"""

from io import BytesIO
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel, Field

from moof.server.auth.roles import Permission
from moof.server.http.route_permissions import needs

MAX_QR_TEXT: Final = 500
"""Characters; as UTF-8 they fit a code of the level M, which has at most 2,331 bytes."""
_QUIET_ZONE: Final = 4
"""Modules of white around the code that ISO/IEC 18004 demands."""


class QrText(BaseModel):
    """What the code says."""

    text: str = Field(min_length=1, max_length=MAX_QR_TEXT)


class QrCode(BaseModel):
    """The code as an SVG document without a size, black on white."""

    svg: str


def qr_svg(text: str) -> str:
    """Return a text as a QR code, an SVG document. It can be read while 15 % of it is hidden (level M)."""
    import segno  # only owners who make a link need it

    out = BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False)
    code.save(out, kind="svg", xmldecl=False, nl=False, omitsize=True, border=_QUIET_ZONE, light="#fff")
    return out.getvalue().decode()


def qr_api() -> APIRouter:
    """Return the route."""
    router = APIRouter(include_in_schema=False)

    @router.post("/qr-code")
    @needs(Permission.MANAGE)
    async def qr_code(asked: QrText) -> QrCode:
        """Return a link as a QR code."""
        return QrCode(svg=qr_svg(asked.text))

    return router
