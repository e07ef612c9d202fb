"""Purposes that sources allow together, and the refusal that quotes the clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.base.errors import Refused
from app.model.governance import Governance, Route
from app.model.loads import LoadSummary


@dataclass(frozen=True)
class Source:
    """A load, the route it came by, whether an agreement was named for it, and what it tells of."""

    load: str
    route: Route
    agreed: bool
    subject: str

    @property
    def permits(self) -> tuple[str, ...]:
        """What it may be used for as it came."""
        return self.route.permits if self.agreed else self.route.without_agreement


def source_of(governance: Governance, load: LoadSummary, subject: str) -> Source:
    """A load of a subject as a source."""
    route = governance.routes[load.route or "unstated"]
    return Source(load.load, route, load.agreement is not None, subject)


def route_for(governance: Governance, subject: str, stated: str | None) -> Route:
    """The stated route, checked against the subject, or the default one for the subject.

    Raises Refused `route-unknown` or `route-not-for-subject`.
    """
    chosen = stated or governance.default_routes.get(subject, "unstated")
    route = governance.routes.get(chosen)
    if route is None:
        raise Refused("route-unknown", route=chosen, known=", ".join(governance.routes))
    if subject not in route.subjects:
        raise Refused("route-not-for-subject", route=route.title, subject=subject)
    return route


def permitted(
    governance: Governance, sources: Sequence[Source], *, matching: bool = False
) -> tuple[str, ...]:
    """Purposes that every source permits and serves, the default one first, then as declared.

    For `matching` only those for which people may be compared.
    """
    served = [_served(governance, source) for source in sources]
    allowed = [p for p in governance.purposes if all(p in purposes for purposes in served)]
    if matching:
        allowed = [p for p in allowed if governance.purposes[p].people]
    return tuple(sorted(allowed, key=lambda purpose: purpose != governance.default_purpose))


def require(governance: Governance, sources: Sequence[Source], purpose: str) -> None:
    """Refuse a purpose with the clause of the first source that does not allow it.

    Where the route would allow it and the purpose is not about what the source tells of, the
    purpose says why. Raises Refused `purpose-unknown`, `purpose-not-permitted`, or
    `purpose-needs-agreement` where the route allows it and the load lacks the agreement that the
    route rests on.
    """
    if purpose not in governance.purposes:
        raise Refused("purpose-unknown", purpose=purpose, known=", ".join(governance.purposes))
    asked = governance.purposes[purpose]
    for source in sources:
        served = _served(governance, source)
        if purpose in served:
            continue
        routed, about = purpose in source.route.permits, source.subject in asked.subjects
        raise Refused(
            "purpose-needs-agreement" if routed and about else "purpose-not-permitted",
            purpose=asked.title,
            load=source.load,
            route=source.route.title,
            clause=asked.because if routed and not about else source.route.clause,
            allowed=told(governance, served),
        )


def _served(governance: Governance, source: Source) -> tuple[str, ...]:
    """What a source may be used for as it came and is fit for."""
    return tuple(p for p in source.permits if source.subject in governance.purposes[p].subjects)


def require_people(governance: Governance, purpose: str) -> None:
    """Refuse `purpose-matches-nobody` for a purpose that compares no two people."""
    found = governance.purposes.get(purpose)
    if found is not None and not found.people:
        raise Refused("purpose-matches-nobody", purpose=found.title)


def require_passed_on(sources: Sequence[Source]) -> None:
    """Refuse `route-not-passed-on` with the clause of the first source that may go nowhere."""
    for source in sources:
        if not source.route.passed_on:
            route = source.route
            raise Refused(
                "route-not-passed-on", load=source.load, route=route.title, clause=route.clause
            )


def told(governance: Governance, purposes: Sequence[str]) -> str:
    """Purposes as a steward reads them and as a command takes them."""
    return ", ".join(f"“{governance.purposes[one].title}” ({one})" for one in purposes)


def choose(governance: Governance, sources: Sequence[Source], stated: str | None) -> str:
    """The stated purpose of a match if all sources permit it, else the first that all permit.

    Raises Refused as `require` and `require_people`, or `no-common-purpose` where nothing is left.
    """
    if stated is not None:
        require(governance, sources, stated)
        require_people(governance, stated)
        return stated
    allowed = permitted(governance, sources, matching=True)
    if not allowed:
        raise Refused(
            "no-common-purpose", routes=", ".join(sorted({s.route.title for s in sources}))
        )
    return allowed[0]
