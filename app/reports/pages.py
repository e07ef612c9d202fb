"""The HTML pages of a package: agreement, quality, receipt, certificate, notice, summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.model.packaging import (
    PackageContent,
    PackagePolicy,
    PackedFile,
    Quality,
    ReportTemplates,
)
from app.model.profiles import BandShare, ColumnProfile, GroupRate, SourceProfile
from app.model.sharing import Agreement
from app.reports.fill import fill_html, list_html, long_date, percent, rows_html

AGREEMENT_FACTS = (
    *("name", "purpose", "benefits", "powers", "controllers", "processors", "disclosed"),
    *("method", "retention", "start", "end", "review", "contact"),
)


class Pages:
    """The pages of one package, every one marked with its classification."""

    def __init__(
        self,
        templates: ReportTemplates,
        policy: PackagePolicy,
        content: PackageContent,
        files: tuple[PackedFile, ...],
    ) -> None:
        self._templates = templates
        self._words = templates.words
        self._floor = policy.small_group
        self._full = policy.full_share
        self._texts = {
            **package_texts(templates.words, content),
            **_agreement_texts(content.agreement, templates.words["nothing"]),
            "small_group": str(policy.small_group),
        }
        facts = fill_html(templates.files["facts.html"], self._texts)
        self._blocks = {"facts": facts, **self._tables(files), **self._quality(content.quality)}

    def html(self, name: str) -> bytes:
        """One page in its frame, marked at head and foot."""
        texts = {**self._texts, "title": self._templates.titles[name]}
        body = fill_html(self._templates.files[name], texts, self._blocks)
        frame = {"style": self._templates.files["style.css"], "body": body}
        return fill_html(self._templates.files["frame.html"], texts, frame).encode("utf-8")

    def _tables(self, files: tuple[PackedFile, ...]) -> dict[str, str]:
        nothing = self._words["nothing"]
        shown = [(f.name, f.described.title, self._few(f.rows)) for f in files]
        digests = [(f.name, f.rows, f.sha256) for f in files]
        return {"files": rows_html(shown, nothing), "digests": rows_html(digests, nothing)}

    def _quality(self, quality: Quality) -> dict[str, str]:
        nothing, unmatched = self._words["nothing"], self._words["no-matching"]
        sources = [(source.source, long_date(source.as_at)) for source in quality.sources]
        bands = [self._band(band) for band in quality.bands]
        counts = [(name, self._few(count)) for name, count in quality.counts.items()]
        return {
            "sources": rows_html(sources, nothing),
            "bands": rows_html(bands, unmatched),
            "thresholds": rows_html(list(quality.thresholds.items()), nothing),
            "counts": rows_html(counts, nothing),
            "rates": rows_html(
                [
                    (reach.load, *self._rate(rate))
                    for reach in quality.reach
                    for rate in reach.rates
                ],
                unmatched,
            ),
            "profiles": rows_html(
                [
                    (one.source, column.column, *self._fullness(one, column))
                    for one in quality.profiles
                    for column in one.profile.columns
                ],
                nothing,
            ),
            "gaps": list_html(list(self._gaps(quality)), self._words["no-gaps"]),
        }

    def _band(self, band: BandShare) -> tuple[str | int, ...]:
        pairs = self._few(band.pairs)
        shown = isinstance(pairs, int)
        return band.band, pairs, percent(band.share) if shown else self._words["hidden"]

    def _rate(self, rate: GroupRate) -> tuple[str | int, ...]:
        groups, hidden = self._templates.groups, self._words["hidden"]
        by, group = groups.get(rate.by, rate.by), groups.get(rate.group, rate.group)
        if rate.records is None or rate.matched is None or rate.rate is None:
            return by, group, hidden, hidden, hidden
        return by, group, rate.records, rate.matched, percent(rate.rate)

    def _fullness(self, one: SourceProfile, column: ColumnProfile) -> tuple[str | int, ...]:
        """Share filled and different values; of few rows neither, since they tell of people."""
        if one.profile.rows < self._floor:
            return self._words["hidden"], self._words["hidden"]
        return percent(column.share), column.distinct

    def _gaps(self, quality: Quality) -> Iterator[str]:
        for one in quality.profiles:
            for column in one.profile.columns:
                if column.share < self._full and one.profile.rows >= self._floor:
                    share = percent(column.share)
                    facts = {"source": one.source, "column": column.column, "share": share}
                    yield self._words["gap"].format(**facts)

    def _few(self, count: int) -> str | int:
        """Small counts of people are not told: a page without personal data stays one."""
        if count == 0 or count >= self._floor:
            return count
        return self._words["few"].format(floor=self._floor)


def package_texts(words: Mapping[str, str], content: PackageContent) -> dict[str, str]:
    """The facts that every document may name, dates in words."""
    identity = content.identity
    keys = [words["key"].format(column=f.key, file=f.name) for f in content.files if f.key]
    return {
        "package": identity.package,
        "package_title": identity.title,
        "classification": identity.classification,
        "sender": identity.sender,
        "recipients": ", ".join(recipient.name for recipient in identity.recipients),
        "created": long_date(identity.created),
        "agreement": identity.agreement,
        "gateway": identity.gateway,
        "purpose": identity.purpose,
        "destroy_by": long_date(identity.destroy_by),
        "receipt_by": long_date(content.receipt_by) or words["receipt-day"],
        "contact": f"({identity.contact})" if identity.contact else "",
        "keys": ", ".join(keys) or words["row-number"],
    }


def _agreement_texts(agreement: Agreement | None, nothing: str) -> dict[str, str]:
    facts = {}
    if agreement is not None:
        facts = {
            "name": agreement.name,
            "purpose": agreement.purpose,
            "benefits": agreement.benefits,
            "powers": "; ".join(agreement.powers),
            "controllers": "; ".join(agreement.controllers),
            "processors": "; ".join(agreement.processors),
            "disclosed": agreement.disclosed_information,
            "method": agreement.method,
            "retention": agreement.retention_period,
            "start": long_date(agreement.start_date),
            "end": long_date(agreement.end_date or ""),
            "review": long_date(agreement.review_date or ""),
            "contact": agreement.contact,
        }
    return {f"agreement_{name}": facts.get(name) or nothing for name in AGREEMENT_FACTS}
