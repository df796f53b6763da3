"""The OpenAPI document with the socket's messages merged in.

Written by `python -m server.contract.openapi > frontend/src/contract/openapi.json`.

Everything of the contract becomes a component: what clients send in its input form (defaults may be left out), what
the server sends in its output form (every field present). `Action`, `Command` and `Event` are components of their
own, so that generated code has the three closed unions by name. The frontend's types are generated from this.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, TypeVar, cast, get_args

from pydantic.json_schema import models_json_schema

from server.contract import actions, base, commands, events, model_draft, network_document, problems, rest, storage, views
from server.contract.base import Message
from server.contract.examples import EXAMPLES

Schema = dict[str, Any]
_T = TypeVar("_T")

_MODULES = (base, model_draft, actions, commands, problems, views, storage, rest, network_document, events)
_UNIONS = {"Action": (actions.Action, "kind"), "Command": (commands.Command, "type"), "Event": (events.Event, "type")}
_SENT_BY_CLIENTS = {
    "ConstantSetting",
    "ModelDraft",
    "CreateEquations",
    "EquationInput",
    "CreateSession",
    "MoveHeadBody",
    "RevisionNote",
    "Edge",
    "Node",
}
# Written field by field, not from the class: what has a default may be left out.
_LEFT_OUT = {"DocumentSpline"}
_REF = "#/components/schemas/{model}"


def component_schemas() -> dict[str, Schema]:
    """Every message of the contract and the three unions as JSON schemas, sorted by name."""
    models = sorted({model for module in _MODULES for model in _messages(module)}, key=lambda model: model.__name__)
    sent = _SENT_BY_CLIENTS | _LEFT_OUT | _members("Action") | _members("Command")
    output = models_json_schema([(model, "serialization") for model in models], ref_template=_REF)[1]["$defs"]
    accepted = models_json_schema([(model, "validation") for model in models], ref_template=_REF)[1]["$defs"]
    schemas: dict[str, Schema] = {name: accepted[name] if name in sent else output[name] for name in output}
    for example in EXAMPLES:
        schemas[type(example).__name__]["examples"] = [example.model_dump(mode="json", exclude_none=True)]
    for schema in schemas.values():
        _require_tags(schema)
    unions = {name: _union_schema(name) for name in _UNIONS}
    named = {name: _name_unions(schema, unions) for name, schema in schemas.items()}
    return dict(sorted({**named, **unions}.items()))


def merge(document: Schema) -> Schema:
    """The framework's document with its components replaced by those of the contract; paths stay as they are."""
    components = document.get("components", {})
    own = component_schemas()
    others = {name: schema for name, schema in components.get("schemas", {}).items() if name not in own}
    unions = {name: own[name] for name in _UNIONS}
    paths = _name_unions(document.get("paths", {}), unions)
    return {**document, "paths": paths, "components": {**components, "schemas": {**others, **own}}}


def _messages(module: ModuleType) -> Iterator[type[Message]]:
    for value in vars(module).values():
        is_message = isinstance(value, type) and issubclass(value, Message) and value.__module__ == module.__name__
        if is_message and value is not Message and not value.__name__.endswith("Base"):
            yield value


def _members(union: str) -> set[str]:
    annotated, _ = _UNIONS[union]
    return {member.__name__ for member in get_args(get_args(annotated)[0])}


def _union_schema(union: str) -> Schema:
    annotated, tag = _UNIONS[union]
    members = get_args(get_args(annotated)[0])
    mapping = {member.model_fields[tag].default: _REF.format(model=member.__name__) for member in members}
    return {
        "title": union,
        "oneOf": [{"$ref": reference} for reference in mapping.values()],
        "discriminator": {"propertyName": tag, "mapping": mapping},
    }


def _require_tags(schema: Schema) -> None:
    """A constant tag is what tells the members of a union apart: required, even where the class has it as a default."""
    tags = [name for name, field in schema.get("properties", {}).items() if "const" in field]
    if tags:
        schema["required"] = [*tags, *(name for name in schema.get("required", []) if name not in tags)]


def _name_unions(value: _T, unions: dict[str, Schema]) -> _T:
    """A reference wherever a union was written out."""
    return cast(_T, _with_references(value, unions))


def _with_references(value: object, unions: dict[str, Schema]) -> object:
    if isinstance(value, list):
        return [_with_references(item, unions) for item in cast(list[object], value)]
    if not isinstance(value, dict):
        return value
    schema = cast(Schema, value)
    for name, union in unions.items():
        if schema.get("oneOf") == union["oneOf"]:
            return {"$ref": _REF.format(model=name)}
    return {key: _with_references(item, unions) for key, item in schema.items()}


def main() -> None:
    """Write the whole document to standard output."""
    # By name, at run time: the contract must not depend on the app that is built on it.
    app = importlib.import_module("server.app")
    settings = importlib.import_module("server.settings")
    document = app.create_app(settings.Settings()).openapi()
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
