"""The verb that measures matching against known truth."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from app import wording
from app.cli.options import Verb, existing_or_new, share
from app.cli.outcome import Json, Told
from app.cli.output import facts, paragraphs, table
from app.cli.session import Session
from app.model.notes import Note

if TYPE_CHECKING:
    from app.model.evaluation import Accuracy, EvaluateAnswer

LEAST = "pairs of at least this probability count as found (0.95 unless given)"


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    path = existing_or_new
    parser.add_argument(
        "--left", required=True, metavar="L.csv", type=path, help="one file of people"
    )
    parser.add_argument("--right", metavar="R.csv", type=path, help="without it: within one file")
    parser.add_argument("--truth", required=True, metavar="T.csv", type=path, help="the true pairs")
    parser.add_argument(
        "--mapping-left", metavar="M", type=path, help="a mapping file for the left one"
    )
    parser.add_argument("--mapping-right", metavar="M", type=path, help="and for the right one")
    parser.add_argument("--id-column", metavar="NAME", help="the first column unless given")
    parser.add_argument("--train", action="store_true", help="estimate the weights from the data")
    parser.add_argument("--threshold", type=share, default=0.95, metavar="P", help=LEAST)


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
    unguarded = [Note("families-not-shown")] if found.unguarded else []
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
        *map(wording.note, unguarded),
    )


def _accuracy_row(title: str, found: Accuracy) -> tuple[str, ...]:
    shares = (found.precision, found.recall, found.f1)
    return (title, f"{found.threshold:.4f}", *(wording.percent(x) for x in shares))


VERBS = (
    Verb(
        ("evaluate",),
        "Match files and measure the result against known truth. Needs no vault.",
        _evaluate,
        _evaluate_arguments,
        ("muniment evaluate --left a.csv --right b.csv --truth pairs.csv",),
    ),
)
