"""Which kind a file may be and what its columns mean, each suggestion with its reason."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import replace
from datetime import date

from app.base.errors import Fact
from app.model.kinds import ColumnUse, Kind, KindGuess, Mapping, Suggestion, header_key
from app.model.loads import Rows, Shape
from app.model.meanings import Meaning
from app.model.names import NameRules
from app.model.notes import Note
from app.standardise.contents import Contents, Look
from app.standardise.headers import PLAIN_KIND, HeaderHit, Headers
from app.standardise.required import missing_required

_LATEST = date(2100, 12, 31)
_DOUBTFUL = 0.4
_ONE_COLUMN = frozenset({Meaning.REFERENCE, Meaning.SURNAME, Meaning.SEX, Meaning.EVENT_STATUS})
_UNMAPPED = Note("not-mapped")


def guess_kinds(
    shape: Shape,
    sample: Rows,
    kinds: Map[str, Kind],
    rules: NameRules,
    remembered: Mapping | None,
) -> tuple[KindGuess, ...]:
    """Every kind the file may be, best first, with a use, a reason and samples for each column.

    A column goes by what is remembered of this supplier, then by its name (aliases of the kind,
    then the plain ones), then by the look of its values. Nothing is guessed against the name.
    """
    contents = Contents(rules, _LATEST)
    columns = _columns(shape, sample)
    looks = tuple(map(contents.look, shape.columns, columns))
    guesses = [
        _Guesser(shape, columns, looks, contents, Headers(kind, kinds, rules.headers)).guess(
            kind, remembered
        )
        for kind in kinds.values()
    ]
    first = remembered.kind if remembered is not None else None
    return tuple(
        sorted(guesses, key=lambda g: (g.kind != first, -g.fit, g.kind != PLAIN_KIND, g.kind))
    )


def kept_as_it_is(shape: Shape, sample: Rows) -> tuple[Suggestion, ...]:
    """Every column as one that is kept and not used, with samples."""
    return tuple(
        Suggestion(ColumnUse(column, None), _UNMAPPED, 0.0, _examples(values))
        for column, values in zip(shape.columns, _columns(shape, sample), strict=True)
    )


class _Guesser:
    """Guesses one kind: a suggestion for each column, and how well the whole fits."""

    def __init__(
        self,
        shape: Shape,
        columns: tuple[tuple[str, ...], ...],
        looks: tuple[Look | None, ...],
        contents: Contents,
        headers: Headers,
    ) -> None:
        self._shape, self._columns = shape, columns
        self._looks, self._contents = looks, contents
        nested = shape.format == "xml"
        hits = [headers.look_up(column, nested=nested) for column in shape.columns]
        self._hits = _settled(hits)

    def guess(self, kind: Kind, remembered: Mapping | None) -> KindGuess:
        """The guess for one kind."""
        suggestions = [self._by_header(place) for place in range(len(self._shape.columns))]
        self._by_content(suggestions)
        self._lone_name(suggestions)
        self._neighbours(suggestions)
        if remembered is not None and remembered.kind == kind.id:
            uses = {use.column: use for use in remembered.columns}
            suggestions = [self._remembered(s, uses.get(s.use.column)) for s in suggestions]
        mapping = Mapping(kind.id, tuple(s.use for s in suggestions))
        missing = missing_required(kind, mapping)
        fit = 1.0 if self._is_layout(kind) else self._fit(kind, suggestions)
        known = remembered if remembered is not None and remembered.kind == kind.id else None
        return KindGuess(
            kind.id,
            round(fit * (0.5 if missing else 1.0), 3),
            tuple(suggestions),
            missing,
            self._why(kind, suggestions, known),
            known.dates if known is not None else {},
        )

    def _why(self, kind: Kind, suggestions: list[Suggestion], remembered: Mapping | None) -> Note:
        """What speaks for a kind, the strongest reason alone."""
        if remembered is not None:
            return Note("kind-remembered")
        if self._is_layout(kind):
            return Note("kind-by-layout")
        number = sum(s.use.means is not None for s in suggestions)
        facts: dict[str, Fact] = {"columns": number, "of": len(suggestions)}
        if kind.id != PLAIN_KIND and (sign := self._sign(kind)):
            return Note("kind-by-sign", facts | {"column": sign})
        return Note("kind-plain" if kind.id == PLAIN_KIND else "kind-by-columns", facts)

    def _by_header(self, place: int) -> Suggestion:
        column, hit = self._shape.columns[place], self._hits[place]
        samples = _examples(self._columns[place])
        if hit is None:
            return Suggestion(ColumnUse(column, None), _UNMAPPED, 0.0, samples)
        share = self._contents.fits(hit.field.means, self._columns[place])
        doubtful = share < 0.5
        reason = Note(
            "mapped-by-header-doubtful" if doubtful else "mapped-by-header",
            {"header": column, "field": hit.field.name, "percent": round(share * 100)},
        )
        use = ColumnUse(column, hit.field.means, hit.party)
        return Suggestion(use, reason, _DOUBTFUL if doubtful else hit.confidence, samples)

    def _by_content(self, suggestions: list[Suggestion]) -> None:
        """Columns whose names say nothing, by their looks; never a meaning that is taken."""
        for place, look in enumerate(self._looks):
            if look is None or suggestions[place].use.means is not None:
                continue
            taken = {s.use.means for s in suggestions}
            named = {Meaning.GIVEN_NAMES, Meaning.SURNAME, Meaning.FULL_NAME} & taken
            if look.means in taken or (look.means is Meaning.FULL_NAME and named):
                continue
            facts: dict[str, Fact] = {"percent": round(look.share * 100), "means": str(look.means)}
            self._use(
                suggestions, place, look.means, Note("mapped-by-content", facts), look.confidence
            )

    def _lone_name(self, suggestions: list[Suggestion]) -> None:
        """A column called just "name" beside a surname column holds given names."""
        taken = {s.use.means for s in suggestions}
        if Meaning.SURNAME not in taken or Meaning.GIVEN_NAMES in taken:
            return
        for place, suggestion in enumerate(suggestions):
            if header_key(suggestion.use.column) in ("name", "names"):
                facts: dict[str, Fact] = {
                    "header": suggestion.use.column,
                    "field": "given_names",
                    "percent": 100,
                }
                reason = Note("mapped-by-header", facts)
                self._use(suggestions, place, Meaning.GIVEN_NAMES, reason, 0.8)

    def _neighbours(self, suggestions: list[Suggestion]) -> None:
        """A nameless surname beside given names, and a reference where the first column counts."""
        means = [s.use.means for s in suggestions]
        if not {Meaning.SURNAME, Meaning.FULL_NAME} & set(means) and Meaning.GIVEN_NAMES in means:
            at = means.index(Meaning.GIVEN_NAMES)
            for place in (at + 1, at - 1, at + 2):
                if (
                    0 <= place < len(means)
                    and means[place] is None
                    and self._contents.is_name(self._columns[place])
                ):
                    reason = Note("mapped-by-neighbour", {"header": self._shape.columns[at]})
                    self._use(suggestions, place, Meaning.SURNAME, reason, 0.4)
                    break
        if Meaning.REFERENCE not in means and means[:1] == [None]:
            filled = self._columns[0]
            if len(filled) >= 3 and all(filled) and len(set(filled)) == len(filled):
                self._use(suggestions, 0, Meaning.REFERENCE, Note("mapped-as-distinct"), 0.4)

    def _use(
        self,
        suggestions: list[Suggestion],
        place: int,
        means: Meaning,
        reason: Note,
        confidence: float,
    ) -> None:
        use = ColumnUse(self._shape.columns[place], means)
        suggestions[place] = replace(
            suggestions[place], use=use, reason=reason, confidence=confidence
        )

    def _remembered(self, suggestion: Suggestion, use: ColumnUse | None) -> Suggestion:
        if use is None:
            return suggestion
        return replace(suggestion, use=use, reason=Note("mapped-as-remembered"), confidence=1.0)

    def _is_layout(self, kind: Kind) -> bool:
        """Whether the file has a shape the kind declares: its record element or fixed columns."""
        for layout in kind.layouts:
            if layout.format != self._shape.format:
                continue
            names = tuple(column.name for column in layout.columns)
            if layout.record is not None and layout.record == self._shape.record:
                return True
            if names and names == self._shape.columns:
                return True
        return False

    def _fit(self, kind: Kind, suggestions: list[Suggestion]) -> float:
        """How well a kind fits: the share of columns it explains, then of its fields it finds.

        The plain kind fits any list of people by that share alone, at a discount; any other must
        show one of its signs, births and marriages above all, and a kind of deaths a death date in
        half of the rows.
        """
        number = max(len(suggestions), 1)
        worth = (
            1.0 if hit is not None and hit.own else 0.6 if s.use.means is not None else 0.0
            for hit, s in zip(self._hits, suggestions, strict=True)
        )
        explained = sum(worth) / number
        if kind.id == PLAIN_KIND:
            return 0.7 * explained
        meanings = {(s.use.means, s.use.party) for s in suggestions}
        found = sum((field.means, field.party) in meanings for field in kind.fields)
        fit = 0.8 * explained + 0.2 * found / len(kind.fields)
        if kind.signs and not self._sign(kind):
            # Few known columns among many others tell of no special kind: the plain one goes first.
            fit = min(0.6 * fit, 0.6 * explained)
        if kind.subject == "death" and not self._dated_deaths(suggestions):
            fit *= 0.3
        if kind.subject in ("birth", "marriage") and not self._sign(kind):
            fit *= 0.3
        return fit

    def _sign(self, kind: Kind) -> str:
        """The first column whose name only files of this kind have; empty where there is none."""
        signs = [header_key(sign) for sign in kind.signs]
        for column in self._shape.columns:
            if any(sign in header_key(column) for sign in signs):
                return column
        return ""

    def _dated_deaths(self, suggestions: list[Suggestion]) -> bool:
        for place, suggestion in enumerate(suggestions):
            if suggestion.use.means is Meaning.DEATH_DATE:
                values = self._columns[place]
                return not values or sum(map(bool, values)) >= len(values) / 2
        return False


def _settled(hits: list[HeaderHit | None]) -> list[HeaderHit | None]:
    """Hits where a meaning that one column can carry goes to the best header alone."""
    best: dict[tuple[Meaning, int], int] = {}
    for hit in hits:
        if hit is not None and hit.field.means in _ONE_COLUMN:
            place = (hit.field.means, hit.party)
            best[place] = min(best.get(place, hit.rank), hit.rank)
    settled: list[HeaderHit | None] = []
    for hit in hits:
        kept = hit
        if hit is not None and (place := (hit.field.means, hit.party)) in best:
            if hit.rank != best[place]:
                kept = None
            else:
                best[place] = -1  # taken: a second header of the same rank is kept as it is
        settled.append(kept)
    return settled


def _columns(shape: Shape, sample: Rows) -> tuple[tuple[str, ...], ...]:
    if not sample.cells:
        return tuple(() for _ in shape.columns)
    return tuple(
        tuple(cell.strip() for cell in column) for column in zip(*sample.cells, strict=True)
    )


def _examples(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))[:3]
