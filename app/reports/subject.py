"""What a person is told of the data held about them: a page to read and a table to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.model.packaging import ReportTemplates
from app.model.requests import Compared, GoneOut, HeldRecord, SubjectView
from app.reports.fill import fill_html, long_date, percent, rows_html

Say = Callable[[str, str], str]
"""The word for a code of a family: `field`, `action`, `verdict`, `purpose`."""
SUREST = 0.999
"""Nothing that was reckoned is told as certain."""
TABLE = ("load", "line", "column", "says")


def subject_page(
    templates: ReportTemplates, view: SubjectView, texts: dict[str, str], say: Say
) -> bytes:
    """The page, self-contained; `texts` are `classification`, `office` and `clause`.

    Officers are not named, nor is anybody else: a pair with a record that is not laid to the
    request says no more than that there was one.
    """
    words, kept = templates.words, view.summary.kept
    none = words["subject-none"]
    told = {
        **texts,
        "title": words["subject-title"],
        "package": kept.request,
        "case": kept.case,
        "received": long_date(kept.received_on),
    }
    blocks = {
        "records": "\n".join(_record(templates, one, say) for one in view.records) or none,
        "compared": rows_html([_compared(words, one, say) for one in view.compared], none),
        "given": rows_html([_given(words, one, say) for one in view.gone_out], none),
        "looks": rows_html(
            [(long_date(one.at), say("action", one.action)) for one in view.looks], none
        ),
    }
    body = fill_html(templates.files["subject.html"], told, blocks)
    frame = {"style": templates.files["style.css"], "body": body}
    return fill_html(templates.files["frame.html"], told, frame).encode("utf-8")


def subject_rows(view: SubjectView) -> Iterator[tuple[str, ...]]:
    """Every column of every record that is given, as rows under `TABLE`."""
    for one in view.records:
        for column, says in one.columns:
            yield one.load, str(one.row), column, says


def _record(templates: ReportTemplates, one: HeldRecord, say: Say) -> str:
    words = templates.words
    until = long_date(one.destroy_by) if one.destroy_by else words["subject-no-term"]
    texts = {
        "record_title": one.title,
        "row": str(one.row),
        "file": one.file,
        "route": one.route,
        "record_clause": one.clause,
        "owners": ", ".join(one.owners) or words["subject-own"],
        "as_at": long_date(one.as_at or one.loaded_at),
        "until": words["subject-gone"] if one.gone else until,
        "withheld": words["subject-withheld"].format(
            columns=", ".join(name for name, _ in one.withheld)
        )
        if one.withheld
        else words["subject-nothing-withheld"],
    }
    blocks = {
        "columns": rows_html(one.columns, words["subject-none"]),
        "fields": rows_html(
            [(say("field", f.name), f.standard or f.raw) for f in one.fields],
            words["subject-none"],
        ),
    }
    return fill_html(templates.files["subject-record.html"], texts, blocks)


def _compared(words: dict[str, str], one: Compared, say: Say) -> tuple[str, ...]:
    somebody, another = words["subject-somebody"], words["subject-another"]
    other = one.other
    return (
        f"{one.load}, {one.row}",
        long_date(one.run_at),
        say("purpose", one.purpose),
        percent(min(one.probability, SUREST)),
        say("verdict", one.verdict.value) if one.verdict else words["subject-undecided"],
        somebody if other is None else another.format(row=other.row, load=other.load),
    )


def _given(words: dict[str, str], one: GoneOut, say: Say) -> tuple[str, ...]:
    return (
        one.recipient,
        long_date(one.sealed_at),
        say("purpose", one.purpose),
        one.agreement,
        ", ".join(one.columns),
        long_date(one.destroy_by) if one.destroy_by else words["subject-no-term"],
    )
