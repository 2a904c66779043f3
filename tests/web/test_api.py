from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        (None, ""),
        ({"$ref": "#/components/schemas/Done"}, "Done"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"enum": ["reset", "pause"]}, '"reset", "pause"'),
        ({"type": "array", "items": {"type": "string"}}, "list of string"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "text → number"),
        ({"type": "string", "format": "binary"}, "bytes"),
        ({}, "anything"),
    ],
)
def test_type_names(run: Run, schema: dict[str, Any] | None, name: str) -> None:
    assert run('return (await load("api.js")).typeName(argument ?? undefined)', schema) == name
