"""Physical lines of a text file in bounded pieces, with the way back to a line still held."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from app.base.progress import SILENT, Progress
from app.files.encoding import BLOCK, decoder
from app.model.loads import Rejection
from app.model.reading import ReadLimits

END_OF_FILE_MARK = "\x1a"  # old systems close their files with it
KEPT_OF_A_LONG_LINE = 1000
_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n\r") + b"\x7f"


class LineTooLong(Exception):  # noqa: N818 - control flow within the readers
    """The next line is longer than the limit; it was passed over in pieces."""

    def __init__(self, start: str, characters: int) -> None:
        super().__init__()
        self.start = start
        self.characters = characters


class RecordTooLong(Exception):  # noqa: N818 - control flow within the readers
    """A record runs over more lines than the limit: a quote was never closed."""


class Lines:
    """Lines keep their ends (LF, CR, CRLF). Number 1 is the first line of the file.

    Set `needed` to the first line that may be asked for again; earlier ones are let go.
    `soiled_to` is the last line of the latest block in which control characters or
    undecodable bytes were seen. Every block read is counted in bytes on `progress`.
    """

    def __init__(
        self, path: Path, encoding: str, limits: ReadLimits, progress: Progress = SILENT
    ) -> None:
        self.needed = 1
        self.soiled_to = 0
        self._progress = progress
        self._stream = path.open("rb")
        self._decoder = decoder(encoding)
        self._limits = limits
        self._held: list[str] = []
        self._first = 1
        self._tail = ""
        self._ended = False
        self._long: dict[int, tuple[str, int]] = {}

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def feed(self, line: int) -> Iterator[str]:
        """Lines from number `line` on.

        Raises LineTooLong at an overlong line and RecordTooLong when `needed` lags too far.
        """
        while True:
            if line - self.needed > self._limits.record_lines + 1:
                raise RecordTooLong
            if line - self._first < len(self._held):
                stretch = self._stretch(line)[: self._limits.record_lines + 1]
                yield from stretch
                line += len(stretch)
            elif not self._more():
                return

    def skip(self, line: int) -> None:
        """Pass over everything before a line."""
        self.needed = 1
        while self.needed < line:
            try:
                for _ in self.feed(self.needed):
                    self.needed += 1
                    if self.needed == line:
                        return
                return
            except LineTooLong:
                self.needed += 1

    def line(self, number: int) -> str:
        """One line that is still held, without its end."""
        return self._held[number - self._first].rstrip("\r\n")

    def _stretch(self, line: int) -> list[str]:
        """What is held from a line on, up to the next overlong line."""
        for place in sorted(self._long):
            if place > line:
                return self._held[line - self._first : place - self._first]
            if place == line:
                raise LineTooLong(*self._long[line])
        return self._held[line - self._first :]

    def _more(self) -> bool:
        """Read on until a line is whole; False at the end of the file."""
        self._release()
        if "\n" in self._tail or "\r" in self._tail[:-1]:  # what followed an overlong line
            return self._take(self._tail, soiled=True)
        pieces, length, soiled = [self._tail], len(self._tail), False
        while not self._ended:
            text, dirty = self._decode()
            soiled |= dirty
            pieces.append(text)
            length += len(text)
            if "\n" in text or "\r" in text:
                break
            if length > self._limits.line_characters:
                return self._pass_over("".join(pieces))
        return self._take("".join(pieces), soiled)

    def _take(self, text: str, soiled: bool) -> bool:
        if self._ended:
            text, cut = text.rstrip(END_OF_FILE_MARK), len(text)
        else:
            ended = len(text) - 1 if text.endswith("\r") else len(text)  # its LF may follow
            cut = max(text.rfind("\n", 0, ended), text.rfind("\r", 0, ended)) + 1
        self._tail = text[cut:]
        before = len(self._held)
        self._held += io.StringIO(text[:cut], newline="")
        if len(text) > self._limits.line_characters:
            self._mark_long(before)
        if soiled:
            self.soiled_to = self._first + len(self._held)
        return len(self._held) > before or not self._ended

    def _mark_long(self, index: int) -> None:
        for place in range(index, len(self._held)):
            line = self._held[place]
            if len(line) > self._limits.line_characters:
                self._long[self._first + place] = (line[:KEPT_OF_A_LONG_LINE], len(line))
                self._held[place] = ""

    def _pass_over(self, text: str) -> bool:
        """Skip the rest of a line that is already too long, holding nothing of it."""
        start, characters = text[:KEPT_OF_A_LONG_LINE], len(text)
        text = ""
        while not self._ended:
            text, _ = self._decode()
            ends = [place for place in (text.find("\n"), text.find("\r")) if place >= 0]
            if ends:
                end = min(ends)
                characters += end
                text = self._after_end(text, end)
                break
            characters += len(text)
            text = ""
        self._long[self._first + len(self._held)] = (start, characters)
        self._held.append("")
        self._tail = text
        return True

    def _after_end(self, text: str, end: int) -> str:
        if text[end:] == "\r":  # its LF may be the first character of the next block
            text += self._decode()[0]
        return text[end + (2 if text[end : end + 2] == "\r\n" else 1) :]

    def _decode(self) -> tuple[str, bool]:
        block = self._stream.read(BLOCK)
        self._progress.step(len(block))
        self._ended = not block
        try:
            text = self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError:  # a wide encoding that ends within a character
            text = "\udcff"
        try:
            clean = text.encode("utf-8")
        except UnicodeEncodeError:
            return text, True
        return text, len(clean.translate(None, _CONTROLS)) != len(clean)

    def _release(self) -> None:
        """Let go of lines nobody will ask for again."""
        number = min(max(self.needed - self._first, 0), len(self._held))
        if number:
            del self._held[:number]
            self._first += number
            self._long = {place: kept for place, kept in self._long.items() if place >= self._first}


@contextlib.contextmanager
def opened_lines(
    path: Path, encoding: str, limits: ReadLimits, progress: Progress
) -> Iterator[Lines]:
    """The lines of a file that is read from here on."""
    progress.stage("read", path.stat().st_size)
    lines = Lines(path, encoding, limits, progress)
    try:
        yield lines
    finally:
        lines.close()


def heard(reject: Callable[[Rejection], None], progress: Progress) -> Callable[[Rejection], None]:
    """A `reject` at which work can be stopped: a file of nothing but faults has no other place."""

    def refuse(rejection: Rejection) -> None:
        progress.step(0)
        reject(rejection)

    return refuse
