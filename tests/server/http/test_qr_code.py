"""The QR code of a link; that a camera's decoder reads it is in tests/e2e/test_people.py."""

from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from moof.server.http.body_limits import BodyLimits
from moof.server.http.qr_code import MAX_QR_TEXT, qr_svg
from moof.server.http.routes import create_app
from support.access import local_rules
from support.quiet_backend import QuietBackend

SVG = "{http://www.w3.org/2000/svg}"
LINK = "https://mac.example/?token=" + "x" * 32


def test_it_is_a_drawing_that_the_pages_policy_allows() -> None:
    root = ElementTree.fromstring(qr_svg(LINK))
    assert root.tag == f"{SVG}svg"
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top, width) == (0, 0, height)
    elements = list(root.iter())
    assert {each.tag for each in elements} == {f"{SVG}svg", f"{SVG}path"}
    assert not any(name == "style" or name.startswith("on") for each in elements for name in each.attrib)


@pytest.mark.parametrize("text", ["x", "x" * MAX_QR_TEXT, "漢" * MAX_QR_TEXT, LINK])
def test_each_text_that_is_taken_fits(text: str) -> None:
    assert "viewBox" in qr_svg(text)


async def test_the_owners_page_gets_it(tmp_path: Path) -> None:
    app = create_app(QuietBackend(tmp_path), local_rules(tmp_path), BodyLimits())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as owner:
        answer = await owner.post("/qr-code", json={"text": LINK})
        assert answer.json() == {"svg": qr_svg(LINK)}
        for text in ("", "x" * (MAX_QR_TEXT + 1)):
            assert (await owner.post("/qr-code", json={"text": text})).status_code == 422
