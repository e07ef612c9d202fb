"""Purposes that sources allow together, and the refusal that quotes the clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.base.errors import Refused
from app.model.governance import Governance, Route


@dataclass(frozen=True)
class Source:
    """A load and the route it came by."""

    load: str
    route: Route


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


def permitted(governance: Governance, sources: Sequence[Source]) -> tuple[str, ...]:
    """Purposes that every source permits, the default one first, then as declared."""
    allowed = [p for p in governance.purposes if all(p in s.route.permits for s in sources)]
    return tuple(sorted(allowed, key=lambda purpose: purpose != governance.default_purpose))


def require(governance: Governance, sources: Sequence[Source], purpose: str) -> None:
    """Refuse `purpose-not-permitted` with the clause of the first source that does not allow it."""
    if purpose not in governance.purposes:
        raise Refused("purpose-unknown", purpose=purpose, known=", ".join(governance.purposes))
    for source in sources:
        if purpose not in source.route.permits:
            raise Refused(
                "purpose-not-permitted",
                purpose=governance.purposes[purpose].title,
                load=source.load,
                route=source.route.title,
                clause=source.route.clause,
            )


def choose(governance: Governance, sources: Sequence[Source], stated: str | None) -> str:
    """The stated purpose if all sources permit it, else the first that all permit.

    Raises Refused `purpose-not-permitted`, or `no-common-purpose` where nothing is left.
    """
    if stated is not None:
        require(governance, sources, stated)
        return stated
    allowed = permitted(governance, sources)
    if not allowed:
        raise Refused(
            "no-common-purpose", routes=", ".join(sorted({s.route.title for s in sources}))
        )
    return allowed[0]
