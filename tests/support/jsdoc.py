"""Typedefs in the JSDoc comments of a script of the page, in the form that tsc checks them."""

import re
from dataclasses import dataclass

_OBJECT = re.compile(r"@typedef \{object\} (\w+)(.*?)\*/", re.DOTALL)
_UNION = re.compile(r"@typedef \{([^{}]+)\} (\w+)\s", re.DOTALL)
_PROPERTY = re.compile(r"@property \{([^}]+)\} (?:\[(\w+)\]|(\w+))")


@dataclass(frozen=True, slots=True)
class Property:
    """One `@property`: its alternatives, such as {"string", "null"}, and whether it may be left out."""

    types: frozenset[str]
    optional: bool


def object_types(script: str) -> dict[str, dict[str, Property]]:
    """Return the properties of each `@typedef {object}` by name; literals are in quotes."""
    return {
        name: {
            optional or required: Property(_alternatives(types), optional=bool(optional))
            for types, optional, required in _PROPERTY.findall(body)
        }
        for name, body in _OBJECT.findall(script)
    }


def union_types(script: str) -> dict[str, frozenset[str]]:
    """Return the alternatives of each other `@typedef`, by name."""
    return {
        name: _alternatives(re.sub(r"\n \*", " ", types))
        for types, name in _UNION.findall(script)
        if types != "object"
    }


def _alternatives(types: str) -> frozenset[str]:
    return frozenset(each.strip() for each in types.split("|"))
