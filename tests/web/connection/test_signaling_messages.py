"""Compares the page's typedefs of the signaling messages with the server's schema of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moof.web import page_root
from support.jsdoc import Property, object_types, union_types

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/signaling.schema.json").read_text("utf-8"))
SCRIPT = "".join(
    (page_root() / f"connection/{name}-messages.js").read_text("utf-8")
    for name in ("idle", "kiosk", "quality", "screen", "signaling")
)
UNIONS = {"client": "ClientMessage", "server": "ServerMessage"}
OTHER_SERVERS = {"CandidateMessage"}
"""Messages that the page accepts from servers that send their candidates after the offer."""


def schema_types(field: dict[str, Any]) -> set[str]:
    """Return a field's types as JSDoc writes them; an object is its class, an array just "array"."""
    if "anyOf" in field:
        return set().union(*map(schema_types, field["anyOf"]))
    if "$ref" in field:
        return {field["$ref"].rpartition("/")[2]}
    return {"number" if field["type"] == "integer" else field["type"]}


def typedef_types(field: Property) -> set[str]:
    """Return a field's types, likewise: a text in quotes is a string."""
    kinds = {'"': "string", "]": "array"}
    return {kinds.get(each[-1], each) for each in field.types}


def field_differences(
    typedef: Property, field: dict[str, Any], required: bool, direction: str
) -> Iterator[str]:
    """Yield what a receiver may find other than it expects: `field` is the schema's."""
    ours, theirs = typedef_types(typedef), schema_types(field)
    sent, expected = (ours, theirs) if direction == "client" else (theirs, ours)
    if not sent <= expected:
        yield f"{sorted(sent)} is sent, {sorted(expected)} is expected"
    if required and typedef.optional:
        yield "is required"
    texts = field.get("enum", [field["const"]] if "const" in field else None)
    if texts is not None and typedef.types != {json.dumps(text) for text in texts}:
        yield f"is one of {texts}"


def differences(script: str, direction: str) -> Iterator[str]:
    """Yield what differs between a script's typedefs and the schema, in one direction."""
    schema, typedefs = SCHEMA[direction], object_types(script)
    messages = {each["$ref"].rpartition("/")[2] for each in schema["oneOf"]}
    names = {name: f"{name}Message" if name in messages else name for name in schema["$defs"]}
    if (
        union_types(script)[UNIONS[direction]] - OTHER_SERVERS
        != {names[each] for each in messages} - OTHER_SERVERS
    ):
        yield f"{UNIONS[direction]} has other messages"
    for name, definition in schema["$defs"].items():
        typedef, fields = typedefs.get(names[name], {}), definition["properties"]
        if set(typedef) != set(fields):
            yield f"{names[name]} has other fields: {sorted(set(typedef) ^ set(fields))}"
            continue
        for field, sought in fields.items():
            required = field in definition.get("required", ())
            for difference in field_differences(typedef[field], sought, required, direction):
                yield f"{names[name]}.{field} {difference}"


@pytest.mark.parametrize("direction", UNIONS)
def test_typedefs_are_those_of_the_schema(direction: str) -> None:
    assert list(differences(SCRIPT, direction)) == []


@pytest.mark.parametrize(
    ("direction", "before", "after", "difference"),
    [
        ("server", "{number} ppm", "{number} speed", "AudioStatusMessage has other fields: ['ppm', 'speed']"),
        (
            "server",
            "{string} note",
            "{number} note",
            "StatusMessage.note ['string'] is sent, ['number'] is expected",
        ),
        ("server", "{number | null} pid", "{number} pid", "EmulatorView.pid ['null', 'number'] is sent"),
        ("server", "{string} choice", "{string} [choice]", "CodecChangedMessage.choice is required"),
        ("server", "@typedef {object} Bye", "@typedef {object} Good", "ByeMessage has other fields"),
        ("server", "| ByeMessage}", "}", "ServerMessage has other messages"),
        ("client", "{string | null} codec", "{number} codec", "JoinMessage.codec ['number'] is sent"),
        ("client", '"reset" | "pause"', '"reset" | "stop"', "CommandRequestMessage.command is one of"),
        ("client", '{"restart"} type', '{"start"} type', "RestartMessage.type is one of"),
        ("client", "{PathTimes} late", "{number} late", "LatencyMessage.late ['number'] is sent"),
    ],
)
def test_a_difference_is_found(direction: str, before: str, after: str, difference: str) -> None:
    assert before in SCRIPT
    [found] = differences(SCRIPT.replace(before, after), direction)
    assert found.startswith(difference)
