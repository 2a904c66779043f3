import re
from pathlib import Path

from moof.web import page_root

PAGE = Path(str(page_root()))
SOURCES = sorted(path for path in PAGE.rglob("*") if path.suffix in {".html", ".js", ".css", ".svg"})


def test_every_reference_leads_to_a_file() -> None:
    html = (PAGE / "index.html").read_text()
    for reference in re.findall(r'(?:href|src)="static/([^"#]+)', html):
        assert (PAGE / reference).is_file(), reference
    for script in PAGE.glob("*.js"):
        for reference in re.findall(r'from "\./([^"]+)"', script.read_text()):
            assert (PAGE / reference).is_file(), f"{script.name} imports {reference}"


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (PAGE / "icons/icons.svg").read_text()))
    used = set(re.findall(r'icons\.svg#([a-z]+)"', (PAGE / "index.html").read_text()))
    used |= set(re.findall(r'setIcon\([^;]*?"([a-z]+)" : "([a-z]+)"\)', (PAGE / "toolbar.js").read_text())[0])
    assert used <= drawn


def test_nothing_comes_from_elsewhere() -> None:
    for path in SOURCES:
        addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+/[^\s\"']*", path.read_text())
        assert [a for a in addresses if "www.w3.org/2000/svg" not in a] == [], path.name


def test_no_script_or_style_inside_the_page() -> None:
    html = (PAGE / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html) == []
