"""Verbs that match loads, show and decide pairs, and measure matching against known truth."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from app import wording
from app.base.errors import Refused
from app.cli.options import Verb, existing_or_new, share, whole
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_text, paragraphs, table
from app.cli.session import Session
from app.model.notes import Note

if TYPE_CHECKING:
    from app.model.evaluation import Accuracy, EvaluateAnswer
    from app.model.runs import Bands, Decision, PairSummary

PLANS = ("deaths", "births", "marriages", "people")
BANDS = ("certain", "probable", "possible", "unlikely")
VERDICTS = ("same", "different", "unsure")
STAGES = ("read", "standardise", "block", "score", "write")


def bands_json(bands: Bands) -> dict[str, Json]:
    """Pairs by band."""
    return {band: getattr(bands, band) for band in BANDS}


def _match_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--left", required=True, metavar="LOAD")
    parser.add_argument("--right", metavar="LOAD", help="without it the load is matched in itself")
    parser.add_argument("--plan", choices=PLANS, help="follows from the kinds unless given")
    parser.add_argument("--purpose", metavar="ID", help="what the result is for")


def _match(session: Session) -> Told:
    from app.model.runs import MatchRequest
    from app.services import matching

    o = session.options
    with session.workspace() as workspace:
        request = MatchRequest(o.left, o.right, o.plan, o.purpose)
        made = matching.run(workspace, request, session.progress)
    seconds = {stage: round(made.seconds.get(stage, 0.0), 3) for stage in STAGES}
    return Told(
        {
            "run": made.run,
            "plan": made.plan,
            "candidate_pairs": made.candidate_pairs,
            "bands": bands_json(made.bands),
            "seconds": dict(seconds),
        },
        facts(
            [
                ("run", made.run),
                ("plan", made.plan),
                ("pairs compared", wording.number(made.candidate_pairs)),
                *(
                    (wording.name("band", band), wording.number(getattr(made.bands, band)))
                    for band in BANDS
                ),
                ("seconds", wording.number(round(sum(seconds.values()), 1))),
            ]
        ),
        aside=notes_text(made.notes),
    )


def _pairs_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--band", choices=BANDS)
    parser.add_argument("--limit", type=whole(1), metavar="N")


def _pairs(session: Session) -> Told:
    from app.model.runs import Band
    from app.services import review

    o = session.options
    band = None if o.band is None else Band(o.band)
    with session.workspace() as workspace:
        found = review.pairs(workspace, o.run, band, o.limit)
    rows = [
        (
            pair.pair,
            pair.left,
            pair.right,
            wording.name("band", pair.band.value),
            f"{pair.probability:.4f}",
            f"{pair.weight:+.2f}",
            wording.name("verdict", pair.decision.verdict.value) if pair.decision else "",
            "; ".join(wording.note(reason) for reason in pair.reasons),
        )
        for pair in found
    ]
    header = ("pair", "left", "right", "band", "probability", "weight", "decided", "why")
    return Told(
        {"pairs": [_pair_json(pair) for pair in found]},
        table(header, rows) or wording.name("empty", "pairs"),
    )


def _pair_json(pair: PairSummary) -> dict[str, Json]:
    evidence: list[Json] = [
        {
            "field": row.field,
            "left": row.left,
            "right": row.right,
            "level": row.level,
            "weight": round(row.weight, 4),
        }
        for row in pair.evidence
    ]
    return {
        "pair": pair.pair,
        "left": pair.left,
        "right": pair.right,
        "weight": round(pair.weight, 4),
        "probability": pair.probability,
        "band": pair.band.value,
        "evidence": evidence,
        "decision": pair.decision.verdict.value if pair.decision else None,
    }


def _decide_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pair", metavar="PAIR")
    parser.add_argument("verdict", choices=VERDICTS)
    parser.add_argument("--reason", required=True, metavar="CODE", help="why you say so")
    parser.add_argument("--note", default="", metavar="TEXT", help="a remark kept in the vault")


def _decide(session: Session) -> Told:
    from app.model.runs import Verdict
    from app.services import review

    o = session.options
    with session.workspace() as workspace:
        made = review.decide(workspace, o.pair, Verdict(o.verdict), o.reason, o.note)
    return Told(
        {"pair": made.pair, "decision": made.verdict.value, "by": made.by, "at": made.at},
        facts(
            [
                ("pair", made.pair),
                ("decision", wording.name("verdict", made.verdict.value)),
                ("by", made.by),
                ("at", wording.moment_of(made.at)),
            ]
        ),
    )


def _undo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN")
    parser.add_argument(
        "--dry-run", action="store_true", help="only say which decision it would be; change nothing"
    )


def _undo(session: Session) -> Told:
    from app.services import review

    o = session.options
    with session.workspace() as workspace:
        if o.dry_run:
            found = review.next_undo(workspace, o.run)
            if found is None:
                raise Refused("nothing-to-undo", run=o.run)
        else:
            found = review.undo(workspace, o.run)
    again = wording.name("verdict", found.stands.verdict.value if found.stands else "none")
    sent = ", ".join(found.sent)
    return Told(
        {
            "pair": found.pair,
            "taken_back": _decision_json(found.taken),
            "stands": _decision_json(found.stands),
            "sent_in": list(found.sent),
        },
        paragraphs(
            wording.name("end", "would-undo" if o.dry_run else "undone"),
            facts(
                [
                    ("pair", found.pair),
                    ("decision", wording.name("verdict", found.taken.verdict.value)),
                    ("decided", wording.moment_of(found.taken.at)),
                    ("then stands", again),
                ]
            ),
            wording.note(Note("pair-was-sent", {"packages": sent})) if sent else "",
        ),
    )


def _decision_json(decision: Decision | None) -> dict[str, Json] | None:
    if decision is None:
        return None
    return {
        "decision": decision.verdict.value,
        "reason": decision.reason,
        "by": decision.by,
        "at": decision.at,
    }


def _runs(session: Session) -> Told:
    from app.services import matching

    with session.workspace() as workspace:
        known = matching.runs(workspace)
    listed: list[Json] = [
        {
            "run": run.run,
            "plan": run.plan,
            "left": run.left,
            "right": run.right,
            "purpose": run.purpose,
            "state": run.state,
            "candidate_pairs": run.candidate_pairs,
            "bands": bands_json(run.bands),
            "decided": run.decided,
            "run_at": run.run_at,
            "run_by": run.run_by,
        }
        for run in known
    ]
    rows = [
        (
            run.run,
            wording.name("plan", run.plan),
            run.left,
            run.right or run.left,
            *(wording.number(getattr(run.bands, band)) for band in BANDS),
            wording.number(run.decided),
            wording.name("state", run.state),
            wording.moment_of(run.run_at),
            run.run_by,
        )
        for run in known
    ]
    header = ("run", "plan", "left", "right", *BANDS, "decided", "state", "when", "by")
    return Told({"runs": listed}, table(header, rows) or wording.name("empty", "runs"))


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    path = existing_or_new
    parser.add_argument("--left", required=True, metavar="L.csv", type=path)
    parser.add_argument("--right", metavar="R.csv", type=path, help="without it: within one file")
    parser.add_argument("--truth", required=True, metavar="T.csv", type=path, help="the true pairs")
    parser.add_argument("--mapping-left", metavar="M", type=path)
    parser.add_argument("--mapping-right", metavar="M", type=path)
    parser.add_argument("--id-column", metavar="NAME", help="the first column unless given")
    parser.add_argument("--train", action="store_true", help="estimate the weights from the data")
    parser.add_argument("--threshold", type=share, default=0.95, metavar="P")


def _evaluate(session: Session) -> Told:
    from app.model.evaluation import EvaluateRequest
    from app.services.evaluate import evaluate

    o = session.options
    request = EvaluateRequest(
        left=o.left,
        truth=o.truth,
        right=o.right,
        mapping_left=o.mapping_left,
        mapping_right=o.mapping_right,
        id_column=o.id_column,
        train=o.train,
        threshold=o.threshold,
    )
    found = evaluate(session.catalogue(), request, session.progress)
    return Told(_evaluate_json(found), _evaluate_text(found))


def _evaluate_json(found: EvaluateAnswer) -> dict[str, Json]:
    return {
        "records": {"left": found.left_records, "right": found.right_records},
        "true_pairs": found.true_pairs,
        "candidate_pairs": found.candidate_pairs,
        "blocking_recall": found.blocking_recall,
        "at_threshold": dict(asdict(found.at_threshold)),
        "best": dict(asdict(found.best)),
        "clusters": dict(asdict(found.clusters)) if found.clusters else None,
        "seconds": {stage: round(taken, 3) for stage, taken in found.seconds.items()},
        "peak_rss_mb": round(found.peak_rss_mb, 1),
    }


def _evaluate_text(found: EvaluateAnswer) -> str:
    measured = [("at the threshold", found.at_threshold), ("best", found.best)]
    rows = [_accuracy_row(title, accuracy) for title, accuracy in measured]
    if found.clusters:
        c = found.clusters
        rows.append(("clusters", "", *(wording.percent(x) for x in (c.precision, c.recall, c.f1))))
    right = "" if found.right_records is None else wording.number(found.right_records)
    return paragraphs(
        facts(
            [
                ("records left", wording.number(found.left_records)),
                ("records right", right),
                ("true pairs", wording.number(found.true_pairs)),
                ("pairs compared", wording.number(found.candidate_pairs)),
                ("true pairs among them", wording.percent(found.blocking_recall)),
                ("seconds", wording.number(round(sum(found.seconds.values()), 1))),
            ]
        ),
        table(("measured", "threshold", "precision", "recall", "f1"), rows),
    )


def _accuracy_row(title: str, found: Accuracy) -> tuple[str, ...]:
    shares = (found.precision, found.recall, found.f1)
    return (title, f"{found.threshold:.4f}", *(wording.percent(x) for x in shares))


VERBS = (
    Verb(
        ("match",),
        "Match two loads, or one within itself.",
        _match,
        _match_arguments,
        ("muniment --vault strongroom match --left LOAD --right LOAD --purpose stop-mail",),
    ),
    Verb(("runs",), "List the runs of matching, and what each found.", _runs),
    Verb(
        ("pairs",),
        "List the pairs of a run with the evidence for and against each.",
        _pairs,
        _pairs_arguments,
        ("muniment --vault strongroom pairs RUN --band probable --limit 20",),
    ),
    Verb(
        ("decide",),
        "Say whether the two records of a pair are one person.",
        _decide,
        _decide_arguments,
        ("muniment --vault strongroom decide PAIR same --reason all-fields-agree",),
    ),
    Verb(
        ("undo",),
        "Take back the decision you made last in a run; it says which pair that is.",
        _undo,
        _undo_arguments,
        (
            "muniment --vault strongroom undo RUN --dry-run",
            "muniment --vault strongroom undo RUN",
        ),
    ),
    Verb(
        ("evaluate",),
        "Match files and measure the result against known truth. Needs no vault.",
        _evaluate,
        _evaluate_arguments,
        ("muniment evaluate --left a.csv --right b.csv --truth pairs.csv",),
    ),
)
