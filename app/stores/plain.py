"""Values of the model to JSON text and back, by their declared types."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def write(value: Any) -> str:
    """A model value (dataclass, tuple, mapping, text, number) as compact JSON."""
    return write_bare(_simple(value))


def write_bare(value: Any) -> str:
    """The same of a value that is JSON as it stands: texts and numbers, in tuples and mappings."""
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
    )


def read_bare(text: str) -> Any:
    """What `write_bare` wrote, with lists for tuples."""
    return json.loads(text)


def read(kind: type[T], text: str) -> T:
    """A value of a declared type from its JSON. Raises TypeError or KeyError when it differs."""
    return _build(kind, json.loads(text))  # type: ignore[no-any-return]


def read_all(kind: type[T], text: str) -> tuple[T, ...]:
    """A list of values of one declared type."""
    return tuple(_build(kind, value) for value in json.loads(text))


def _simple(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _simple(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dict):
        return {str(_simple(key)): _simple(held) for key, held in value.items()}
    if isinstance(value, tuple | list):
        return [_simple(held) for held in value]
    return value


def _build(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _build_union(kind, value)
    if origin in (tuple, dict):
        return _build_many(origin, typing.get_args(kind), value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _build(hints[name], held) for name, held in value.items()})
    if kind is float or (isinstance(kind, type) and issubclass(kind, Enum | Path)):
        return kind(value)
    if isinstance(kind, type) and not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} expected")
    return value


def _build_many(origin: Any, items: tuple[Any, ...], value: Any) -> Any:
    if origin is dict:
        return {_build(items[0], name): _build(items[1], held) for name, held in value.items()}
    if items[-1] is Ellipsis:
        return tuple(_build(items[0], held) for held in value)
    return tuple(_build(item, held) for item, held in zip(items, value, strict=True))


def _build_union(kind: Any, value: Any) -> Any:
    choices = typing.get_args(kind)
    if value is None and types.NoneType in choices:
        return None
    held = [choice for choice in choices if choice is not types.NoneType]
    return _build(held[0], value) if len(held) == 1 else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
