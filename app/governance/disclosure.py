"""What an agreement lets leave: in its time, for its purposes, the data items it lists."""

from __future__ import annotations

from app.base.errors import Refused, Where
from app.governance.gateways import told
from app.model.governance import Governance, SharingPolicy
from app.model.sharing import Agreement, PackageSpec


def discloses(policy: SharingPolicy, agreement: Agreement, meaning: str) -> bool:
    """Whether a meaning may leave under an agreement.

    Under one that lists no items, what identifies or exposes a person most stays: words that
    only a reader understands are no leave for a program.
    """
    if agreement.data_items:
        return meaning in agreement.data_items
    return meaning not in policy.guarded


def require_covered(
    governance: Governance, agreement: Agreement, spec: PackageSpec, today: str
) -> None:
    """Refuse what leaves outside an agreement's time or purposes.

    Raises Refused `agreement-ended`, `agreement-not-started`, `agreement-purpose-not-covered`.
    """
    if agreement.end_date and agreement.end_date < today:
        raise Refused("agreement-ended", agreement=agreement.ref, end_date=agreement.end_date)
    if agreement.start_date > today:
        raise Refused(
            "agreement-not-started", agreement=agreement.ref, start_date=agreement.start_date
        )
    if agreement.purposes and spec.purpose not in agreement.purposes:
        known = governance.purposes.get(spec.purpose)
        raise Refused(
            "agreement-purpose-not-covered",
            agreement=agreement.ref,
            purpose=known.title if known else spec.purpose[:40],
            covered=told(governance, [p for p in agreement.purposes if p in governance.purposes]),
        )


def require_disclosed(policy: SharingPolicy, agreement: Agreement, spec: PackageSpec) -> None:
    """Refuse the first column that its agreement does not disclose, with the clause.

    Raises Refused `agreement-item-not-disclosed`, or `agreement-items-unlisted` where the
    agreement lists none.
    """
    for file in spec.files:
        for column in file.columns:
            meaning = column.take.rpartition(".")[2]
            if discloses(policy, agreement, meaning):
                continue
            listed = agreement.data_items
            raise Refused(
                "agreement-item-not-disclosed" if listed else "agreement-items-unlisted",
                where=Where(file=file.name, column=column.name),
                agreement=agreement.ref,
                item=meaning,
                clause=agreement.disclosed_information.rstrip(".") or None,
                **({"listed": ", ".join(listed)} if listed else {}),
            )
