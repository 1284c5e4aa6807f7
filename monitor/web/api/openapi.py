"""The table of operations as an OpenAPI 3.1 description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from monitor import __version__
from monitor.web.access import ACCESS, Who
from monitor.web.api import types
from monitor.web.api.operations import PREFIX, Operation

REF = "#/components/schemas/{name}"
WHY = {
    400: "The question cannot be asked so", 401: "Operators only: send a token", 403: "Not for this caller",
    404: "What the address names is not there", 405: "Not with this method", 410: "The token is too old",
    413: "The body is too large", 415: "The body is not JSON", 422: "What was sent cannot be had",
    429: "Too often", 503: "The database does not answer",
}  # fmt: skip
SECRET = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token that an operator made with `monitor token`"}
}


def description(operations: Iterable[Operation], *, name: str, base_url: str) -> dict[str, Any]:
    """The description of these operations."""
    operations = tuple(operations)
    kinds = [kind for one in operations for kind in (one.query, one.body, one.gives) if kind is not None]
    _, components = msgspec.json.schema_components([*kinds, types.Problem], ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name}: API", "version": __version__,
            "description": "What changed in government travel advisories, where they stand, and how we know. Ids never"
            " change. Lists come in pages; follow `next`. Answers bear an ETag.",
        },
        "servers": [{"url": base_url or "/"}],
        "paths": paths,
        "components": {"schemas": _used(components, paths), "securitySchemes": SECRET},
    }  # fmt: skip


def _operation(one: Operation, components: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": one.name, "summary": one.summary}
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
                  for name in one.names]  # fmt: skip
    parameters += _parameters(one.query)
    if parameters:
        made["parameters"] = parameters
    if one.body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(one.body)}}}
    good: dict[str, Any] = {"description": "Done" if one.gives is None else "As asked"}
    if one.gives is not None:
        good["content"] = {"application/json": {"schema": _schema(one.gives)}}
    made["responses"] = {str(one.status): good}
    if one.method == "GET":
        made["responses"]["304"] = {"description": "Nothing new since the ETag that was sent"}
    problem = {"application/problem+json": {"schema": _schema(types.Problem)}}
    for code in _refusals(one):
        made["responses"][str(code)] = {"description": WHY[code], "content": problem}
    if ACCESS[one.name].who is Who.OPERATOR:
        made["security"] = [{"token": []}]
    return made


def _refusals(one: Operation) -> list[int]:
    codes = {400, 401, 403, 404, 413, 503}
    if one.body is not None:
        codes |= {415, 422}
    if "token" in one.names:
        codes |= {410}
    return sorted(codes)


def _parameters(query: type[msgspec.Struct]) -> list[dict[str, Any]]:
    """The fields of a question as parameters."""
    (_,), components = msgspec.json.schema_components([query], ref_template=REF)
    fields: Mapping[str, Any] = components[query.__name__].get("properties", {})
    return [{"name": name, "in": "query", "required": False, "schema": _present(schema)}
            for name, schema in fields.items()]  # fmt: skip


def _present(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a parameter holds if it is there: it is left out, never null."""
    if "anyOf" not in schema:
        return dict(schema)
    (kind,) = [one for one in schema["anyOf"] if one != {"type": "null"}]
    return dict(kind)


def _schema(kind: Any) -> dict[str, Any]:
    (made,), _ = msgspec.json.schema_components([kind], ref_template=REF)
    return dict(made)


def _used(components: Mapping[str, Any], paths: Mapping[str, Any]) -> dict[str, Any]:
    """The components that something refers to."""
    kept: dict[str, Any] = {}
    todo = list(_names(paths))
    while todo:
        name = todo.pop()
        if name not in kept:
            kept[name] = components[name]
            todo += _names(components[name])
    return dict(sorted(kept.items()))


def _names(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "$ref":
                yield str(inner).rpartition("/")[2]
            else:
                yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)
