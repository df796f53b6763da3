"""What is wrong with a value by a JSON schema; the words of it that the contract uses, and no others pass unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SAYS_NOTHING = {"title", "description", "default", "examples", "discriminator"}
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "number": (int, float), "integer": (int,), "boolean": (bool,),
    "null": (type(None),),
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], components: dict[str, Any], place: str = "$") -> Iterator[str]:
    """Sentences, one a fault."""
    known = {"$ref", "type", "const", "enum", "anyOf", "oneOf", "properties", "required", "additionalProperties", "items"}
    assert set(schema) <= known | SAYS_NOTHING, f"a schema uses {set(schema) - known - SAYS_NOTHING}"
    if "$ref" in schema:
        yield from faults(value, components[schema["$ref"].rsplit("/", 1)[1]], components, place)
    if "type" in schema:
        right = isinstance(value, TYPES[schema["type"]]) and (schema["type"] == "boolean" or not isinstance(value, bool))
        if not right:
            yield f"{place} is no {schema['type']}: {value!r:.80}"
            return
    if "const" in schema and value != schema["const"]:
        yield f"{place} is not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is none of {schema['enum']}"
    for word in ("anyOf", "oneOf"):
        tried = [list(faults(value, each, components, place)) for each in schema.get(word, [])]
        fitting = sum(not found for found in tried)
        if tried and not (fitting == 1 or (fitting > 1 and word == "anyOf")):
            yield f"{place} fits {fitting} of {word}: {min(tried, key=len)[:3]}"
    yield from _parts(value, schema, components, place)


def _parts(value: Any, schema: dict[str, Any], components: dict[str, Any], place: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    yield from (f"{place}.{name} is missing" for name in schema.get("required", []) if name not in value)
    more = schema.get("additionalProperties", True)
    for name, part in value.items() if isinstance(value, dict) else ():
        if name in properties:
            yield from faults(part, properties[name], components, f"{place}.{name}")
        elif isinstance(more, dict):
            yield from faults(part, more, components, f"{place}.{name}")
        elif not more:
            yield f"{place}.{name} is unknown"
    if "items" in schema:
        for number, part in enumerate(value):
            yield from faults(part, schema["items"], components, f"{place}[{number}]")
