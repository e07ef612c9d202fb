"""TOML read strictly: every key is asked for by name, and a key nobody asked for is an error."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from app.base.errors import Refused, Where

_NOTHING: Any = object()
_HINTS = {"missing": "a value of its own", "unknown": "left out"}


class Table:
    """One TOML table. Ask for keys, then call `finish`: what is left over is refused.

    Every refusal is `Refused("declaration-invalid")` with the file, the key and the problem:
    `missing`, `unknown`, `type` or `value` (then `accepted` lists what may stand there).
    """

    def __init__(self, data: Mapping[str, Any], file: str, path: str = "") -> None:
        self._data = dict(data)
        self._asked: set[str] = set()
        self._file = file
        self._path = path

    def text(self, key: str, default: str | None = _NOTHING) -> str:
        """A string."""
        return self._value(key, str, default)  # type: ignore[no-any-return]

    def optional_text(self, key: str) -> str | None:
        """A string, or None where the key is absent."""
        return self._value(key, str, None)  # type: ignore[no-any-return]

    def choice(self, key: str, accepted: tuple[str, ...], default: str = _NOTHING) -> str:
        """A string out of `accepted`."""
        value = self.text(key, default)
        if value not in accepted:
            self.refuse(key, "value", ", ".join(accepted))
        return value

    def integer(self, key: str, default: int = _NOTHING) -> int:
        """A whole number."""
        value = self._value(key, int, default)
        if isinstance(value, bool):
            self.refuse(key, "type", "a whole number")
        return value  # type: ignore[no-any-return]

    def number(self, key: str, default: float = _NOTHING) -> float:
        """A number, whole or not."""
        value = self._value(key, (int, float), default)
        if isinstance(value, bool):
            self.refuse(key, "type", "a number")
        return float(value)

    def flag(self, key: str, default: bool = _NOTHING) -> bool:
        """True or false."""
        return self._value(key, bool, default)  # type: ignore[no-any-return]

    def texts(self, key: str, default: tuple[str, ...] = _NOTHING) -> tuple[str, ...]:
        """A list of strings."""
        values = self._value(key, (list, tuple), default)
        if any(not isinstance(value, str) for value in values):
            self.refuse(key, "type", "a list of strings")
        return tuple(values)

    def numbers(self, key: str, default: tuple[float, ...] = _NOTHING) -> tuple[float, ...]:
        """A list of numbers."""
        values = self._value(key, (list, tuple), default)
        if any(isinstance(v, bool) or not isinstance(v, int | float) for v in values):
            self.refuse(key, "type", "a list of numbers")
        return tuple(float(value) for value in values)

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        values = self._value(key, list, _NOTHING)
        if any(isinstance(v, bool) or not isinstance(v, int) for v in values):
            self.refuse(key, "type", "a list of whole numbers")
        return tuple(values)

    def mapping(self, key: str) -> dict[str, str]:
        """A table of strings by free key; empty where absent."""
        values = self._value(key, dict, {})
        if any(not isinstance(value, str) for value in values.values()):
            self.refuse(key, "type", "a table of strings")
        return dict(values)

    def table(self, key: str) -> Table:
        """A required sub-table."""
        return Table(self._value(key, dict, _NOTHING), self._file, self._at(key))

    def tables(self, key: str) -> Iterator[Table]:
        """A list of tables (`[[key]]`), none where absent."""
        for number, value in enumerate(self._value(key, list, []), start=1):
            if not isinstance(value, dict):
                self.refuse(key, "type", "a list of tables")
            yield Table(value, self._file, f"{self._at(key)}[{number}]")

    def __iter__(self) -> Iterator[str]:
        """The keys that stand in this table."""
        return iter(tuple(self._data))

    def finish(self) -> None:
        """Refuse the first key nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                self.refuse(key, "unknown", ", ".join(sorted(self._asked)))

    def refuse(self, key: str, problem: str, accepted: str = "") -> NoReturn:
        """Refuse this table because of one key."""
        raise Refused(
            "declaration-invalid",
            where=Where(file=self._file, column=self._at(key)),
            key=self._at(key),
            problem=problem,
            accepted=accepted or _HINTS.get(problem, ""),
        )

    def _value(self, key: str, types: Any, default: Any) -> Any:
        self._asked.add(key)
        if key not in self._data:
            if default is _NOTHING:
                self.refuse(key, "missing")
            return default
        value = self._data[key]
        if not isinstance(value, types):
            self.refuse(key, "type", str(getattr(types, "__name__", types)))
        return value

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def read_table(path: Path) -> Table:
    """A TOML file as a strict table; a syntax error is refused with its message."""
    try:
        return Table(tomllib.loads(path.read_text(encoding="utf-8-sig")), path.name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(
            "declaration-unreadable", where=Where(file=path.name), problem=str(error)
        ) from None
    except OSError:
        raise Refused("file-not-found", where=Where(file=path.name)) from None
