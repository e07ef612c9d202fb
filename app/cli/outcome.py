"""What a verb tells and how a run ends: the answer in two forms, and the exit codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Exit(IntEnum):
    """Exit codes that scripts may rely on."""

    DONE = 0
    BUG = 1
    USAGE = 2
    REFUSED = 3
    CANCELLED = 4


@dataclass(frozen=True)
class Told:
    """A verb's answer: `json` for scripts, `text` for people, `aside` for people in both cases.

    A list too long to be held may stand in `json` as an iterator; it is told as it comes.
    `sound` is False when the verb is a check and what it checked is not in order; `then` is
    done after telling (the demo opens its window).
    """

    json: Mapping[str, Json | Iterator[Json]]
    text: str
    aside: str = ""
    sound: bool = True
    then: Callable[[], object] | None = None
