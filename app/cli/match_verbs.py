"""Verbs that match loads, list what was found, and show and decide pairs."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from app import wording
from app.base.errors import Cancelled, Refused
from app.cli.options import Verb, whole
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_text, paragraphs, table
from app.cli.session import Session
from app.model.notes import Note

if TYPE_CHECKING:
    from app.model.matches import Cost
    from app.model.profiles import Reach
    from app.model.runs import Bands, Decision, PairSummary
    from app.services.workspace import Workspace

PLANS = ("deaths", "births", "marriages", "people")
BANDS = ("certain", "probable", "possible", "unlikely")
VERDICTS = ("same", "different", "unsure")
A_RUN = "a run, such as R1 (muniment runs)"
WHY = "why you say so; a reason there is not is answered with those there are"
STAGES = ("read", "standardise", "block", "score", "write")


def bands_json(bands: Bands) -> dict[str, Json]:
    """Pairs by band."""
    return {band: getattr(bands, band) for band in BANDS}


def _match_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--left", required=True, metavar="LOAD", help="a load, such as L1 (muniment loads)"
    )
    parser.add_argument("--right", metavar="LOAD", help="without it the load is matched in itself")
    parser.add_argument("--plan", choices=PLANS, help="follows from the kinds unless given")
    parser.add_argument("--purpose", metavar="ID", help="what the result is for")
    parser.add_argument(
        "--since",
        metavar="RUN",
        help="a run over the delivery before: match only records that are new or changed",
    )
    parser.add_argument(
        "--memory",
        type=whole(1),
        metavar="MB",
        help="memory the matching may use; with less it takes longer and finds the same",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="only work out how many pairs each rule would compare; nothing is matched",
    )


def _match(session: Session) -> Told:
    from app.model.runs import MatchRequest
    from app.services import matching

    o = session.options
    with session.workspace() as workspace:
        request = MatchRequest(o.left, o.right, o.plan, o.purpose, o.memory, o.since)
        if o.dry_run:
            return _cost_told(matching.cost(workspace, request, session.progress))
        made = matching.run(workspace, request, session.progress)
        # The JSON of this verb is promised to the letter; `reach` has this for scripts.
        whom = None if getattr(o, "json", False) else _reached(session, workspace, made.run)
    seconds = {stage: round(made.seconds.get(stage, 0.0), 3) for stage in STAGES}
    return Told(
        {
            "run": made.run,
            "plan": made.plan,
            "candidate_pairs": made.candidate_pairs,
            "bands": bands_json(made.bands),
            "seconds": dict(seconds),
        },
        paragraphs(
            facts(
                [
                    ("run", made.run),
                    ("plan", wording.name("plan", made.plan)),
                    ("pairs compared", wording.number(made.candidate_pairs)),
                    ("seconds", wording.number(round(sum(seconds.values()), 1))),
                ]
            ),
            _bands_text(made.bands),
            whom or "",
        ),
        aside=notes_text(made.notes),
    )


def _cost_told(found: Cost) -> Told:
    rules: list[Json] = [dict(asdict(rule)) for rule in found.rules]
    rows = [
        (
            rule.rule,
            wording.number(rule.pairs),
            wording.number(rule.values_left_out),
            wording.number(rule.pairs_left_out),
        )
        for rule in found.rules
    ]
    said = Note("match-cost", {"pairs": found.pairs, "most": found.most})
    header = ("records that agree on", "pairs", "values left out", "pairs they would have made")
    return Told(
        {"plan": found.plan, "pairs": found.pairs, "most": found.most, "rules": rules},
        paragraphs(table(header, rows), wording.note(said)),
    )


def _bands_text(bands: Bands) -> str:
    """How many of the pairs compared stand in each band."""
    rows = [(wording.name("band", band), wording.number(getattr(bands, band))) for band in BANDS]
    return table(("band", "pairs"), rows)


def _reached(session: Session, workspace: Workspace, run: str) -> str:
    """Whom the run reaches, or that Ctrl-C left it out: the run is stored either way."""
    from app.services import reach as reaching

    try:
        return _reach_text(reaching.reach(workspace, run, session.progress))
    except (Cancelled, KeyboardInterrupt):
        return wording.note(Note("reach-left-out", {"run": run}))


def _reach_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help=A_RUN)


def _reach(session: Session) -> Told:
    from app.services import reach as reaching

    with session.workspace() as workspace:
        found = reaching.reach(workspace, session.options.run, session.progress)
    rates: list[Json] = [dict(asdict(rate)) for rate in found.rates]
    return Told({"run": found.run, "load": found.load, "rates": rates}, _reach_text(found))


def _reach_text(found: Reach) -> str:
    rows = [
        (
            wording.name("group", rate.by),
            wording.group(rate.group),
            wording.number(rate.records) if rate.records is not None else wording.group("hidden"),
            wording.number(rate.matched) if rate.matched is not None else "",
            wording.percent(rate.rate) if rate.rate is not None else "",
            wording.between(rate.low, rate.high),
            wording.name("reach", rate.apart) if rate.apart else "",
        )
        for rate in found.rates
    ]
    heads = ("by", "group", "records", "matched", "share")
    why = wording.note(Note("reach-what", {"load": found.load, "smallest": found.smallest}))
    shown = table((*heads, "95 times of 100", "beside the others"), rows)
    return paragraphs(shown, wording.apart(found), why)


def _pairs_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help=A_RUN)
    parser.add_argument("--band", choices=BANDS, help="only the pairs of this band")
    parser.add_argument("--sample", action="store_true", help="those drawn by chance to decide")
    parser.add_argument(
        "--limit", type=whole(1), metavar="N", help="at most so many, the likeliest first"
    )


def _pairs(session: Session) -> Told:
    from app.model.runs import Band
    from app.services import review

    o = session.options
    band = None if o.band is None else Band(o.band)
    with session.workspace() as workspace:
        found = review.pairs(workspace, o.run, band, o.limit, sample=o.sample)
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
    parser.add_argument("pair", metavar="PAIR", help="a pair, such as R1-12 (muniment pairs)")
    parser.add_argument("verdict", choices=VERDICTS, help="the same person, different people")
    parser.add_argument("--reason", required=True, metavar="CODE", help=WHY)
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
    parser.add_argument("run", metavar="RUN", help=A_RUN)
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
    sent, copies = ", ".join(found.sent), ", ".join(found.copies)
    return Told(
        {
            "pair": found.pair,
            "taken_back": _decision_json(found.taken),
            "stands": _decision_json(found.stands),
            "sent_in": list(found.sent),
            "carried_to": list(found.copies),
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
            wording.note(Note("pair-was-carried", {"pairs": copies})) if copies else "",
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


VERBS = (
    Verb(
        ("match",),
        "Match two loads, or one within itself.",
        _match,
        _match_arguments,
        (
            "muniment --vault strongroom match --left LOAD --right LOAD --purpose stop-mail",
            "muniment --vault strongroom match --left LOAD --right LOAD --since RUN",
            "muniment --vault strongroom match --left LOAD --right LOAD --dry-run",
        ),
    ),
    Verb(
        ("runs",),
        "List the runs of matching, and how many pairs each found in each band.",
        _runs,
        examples=("muniment --vault strongroom runs",),
    ),
    Verb(
        ("reach",),
        "Show whom a run reaches and whom it misses: matches by sex, age, area and surname.",
        _reach,
        _reach_arguments,
        ("muniment --vault strongroom reach RUN",),
    ),
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
        ("muniment --vault strongroom decide PAIR same --reason same-person-confirmed",),
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
)
