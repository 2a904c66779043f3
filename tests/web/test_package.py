import json
import re
from pathlib import Path

from PIL import Image

from moof.web import page_root
from moof.web.compact import compact

PAGE = Path(str(page_root()))
SOURCES = sorted(path for path in PAGE.rglob("*") if path.suffix in {".html", ".js", ".css", ".svg"})


SCRIPTS = sorted(PAGE.rglob("*.js"))
IMPORT = re.compile(r'^import .*from "(\.[^"]+)";|import\("(\.[^"]+)"\)', re.MULTILINE)

MAX_BYTES = 200_000
"""What a browser loads before the first picture, without compression."""
MAX_REQUESTS = 95


def imported(script: Path) -> set[Path]:
    """Return the modules that a script imports when it runs; types and what is loaded later do not count."""
    return {(script.parent / name).resolve() for name, _ in IMPORT.findall(script.read_text()) if name}


def first_files() -> list[Path]:
    """Return what `index.html` makes a browser load before the first picture."""
    html = (PAGE / "index.html").read_text()
    links = re.findall(r"<link [^>]*>|<script [^>]*>", html)
    names = {
        name
        for link in links
        if not re.search(r' disabled|"apple-touch-icon"|"manifest"', link)
        for name in re.findall(r'(?:href|src)="static/([^"]+)', link)
    }
    icons = set(re.findall(r'<use href="static/([^"#]+)', html))
    return [PAGE / "index.html", *(PAGE / name for name in sorted(names | icons))]


def test_references_in_html_lead_to_files() -> None:
    for html in PAGE.glob("*.html"):
        for reference in re.findall(r'(?:href|src)="static/([^"#]+)', html.read_text()):
            assert (PAGE / reference).is_file(), f"{html.name}: {reference}"


def test_manifest_names_icons_that_have_its_sizes() -> None:
    """The page is installed by it (W3C). Its addresses are relative to itself."""
    manifest = json.loads((PAGE / "manifest.webmanifest").read_text())
    assert (manifest["start_url"], manifest["scope"]) == ("../", "../")
    for icon in manifest["icons"]:
        file = PAGE / icon["src"]
        if icon["type"] == "image/png":
            with Image.open(file) as picture:
                assert icon["sizes"] == f"{picture.width}x{picture.height}"
        else:
            assert file.is_file()


def test_imports_lead_to_files() -> None:
    for script in SCRIPTS:
        for names in IMPORT.findall(script.read_text()):
            for name in filter(None, names):
                assert (script.parent / name).is_file(), f"{script.name} imports {name}"


def test_page_preloads_exactly_the_modules_that_it_runs() -> None:
    """Otherwise the browser would request one level of imports after the other."""
    todo, needed = {(PAGE / "main.js").resolve()}, set[Path]()
    while todo:
        script = todo.pop()
        needed.add(script)
        todo |= imported(script) - needed
    preloaded = re.findall(r'rel="modulepreload" href="static/([^"]+)"', (PAGE / "index.html").read_text())
    assert sorted(preloaded) == sorted(str(script.relative_to(PAGE.resolve())) for script in needed)


def test_what_the_first_picture_needs_is_small() -> None:
    files = first_files()
    assert sum(len(compact(file, file.read_bytes())) for file in files) < MAX_BYTES
    assert len(files) <= MAX_REQUESTS


def test_nothing_blurs_the_moving_picture() -> None:
    """Without a graphics card that doubles the browser's processor time while a panel is open."""
    assert [style.name for style in PAGE.rglob("*.css") if "backdrop-filter" in style.read_text()] == []


def test_every_referenced_icon_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (PAGE / "icons/icons.svg").read_text()))
    used = set(re.findall(r'icons\.svg#([a-z]+)"', (PAGE / "index.html").read_text()))
    for script in SCRIPTS:
        for pair in re.findall(r'setIcon\([^;]*?"([a-z]+)" : "([a-z]+)"\)', script.read_text()):
            used |= set(pair)
    assert used <= drawn


def test_no_style_names_an_icon() -> None:
    """Firefox applies the page's rules to the copies of icons: one for a button would hide them."""
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (PAGE / "icons/icons.svg").read_text()))
    for style in PAGE.rglob("*.css"):
        selectors = re.sub(r":has\((?:[^()]|\([^()]*\))*\)", "", style.read_text())
        named = re.findall(r"#([\w-]+)", " ".join(re.findall(r"([^{}]+)\{", selectors)))
        assert drawn.isdisjoint(named), style.name


def test_the_page_loads_nothing_from_other_hosts() -> None:
    for path in SOURCES:
        addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+/[^\s\"']*", path.read_text())
        assert [a for a in addresses if "www.w3.org/2000/svg" not in a] == [], path.name


def test_no_script_or_style_inside_the_page() -> None:
    html = (PAGE / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html) == []
