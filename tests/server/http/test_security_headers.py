from moof.server.auth.origins import Origin
from moof.server.http.security_headers import security_headers


def frame_ancestors(headers: dict[str, str]) -> str:
    (found,) = (
        each for each in headers["content-security-policy"].split("; ") if each.startswith("frame-ancestors ")
    )
    return found.partition(" ")[2]


def test_no_page_may_embed_the_page() -> None:
    assert frame_ancestors(security_headers()) == "'none'"


def test_named_sites_may_embed_the_page() -> None:
    embedders = [Origin.parse("https://school.example"), Origin.parse("http://[::1]:8000")]
    assert frame_ancestors(security_headers(embedders)) == "http://[::1]:8000 https://school.example"
