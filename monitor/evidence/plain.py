"""JSON in a fixed form, and read strictly: what two programs could read differently is refused."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")


class ReadError(Exception):
    """A file of a pack cannot be read; the message says why, as the end of a sentence about the file."""


def json_text(value: Any) -> bytes:
    """The value as JSON, one way only. Half characters, which UTF-8 cannot hold, stand as JSON's own escapes."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def parsed(data: bytes, kind: type[_T]) -> _T:
    """A value of this type. Raises ReadError for anything else, also for a name that comes twice."""
    try:
        return msgspec.convert(json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_none), kind)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise ReadError(f"it does not hold what it should: {str(error)[:200]}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name comes twice")
    return made


def _none(word: str) -> Any:
    raise ValueError(f"{word} is no number")
