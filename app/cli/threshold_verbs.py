"""The verb that moves the lines between the bands of a run, to see what would change."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app import wording
from app.cli.match_verbs import A_RUN
from app.cli.options import Verb, share
from app.cli.outcome import Json, Told
from app.cli.output import paragraphs, table
from app.cli.session import Session

if TYPE_CHECKING:
    from app.model.runs import PairSummary
    from app.model.thresholds import Line, Share, WhatIf


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help=A_RUN)
    parser.add_argument(
        "--certain",
        type=share,
        metavar="P",
        help="the probability where certain would begin, 0 to 1",
    )
    parser.add_argument("--probable", type=share, metavar="P", help="the same for probable")


def _thresholds(session: Session) -> Told:
    from app.services.thresholds import thresholds

    o = session.options
    with session.workspace() as workspace:
        found = thresholds(workspace, o.run, o.certain, o.probable)
    lines = (found.certain, found.probable)
    json: dict[str, Json] = {"run": found.run}
    json |= {line.band.value: _line_json(line) for line in lines}
    sample = found.sample
    json["sample"] = {"of_each_band": sample.size, "pairs": sample.pairs, "left": sample.left}
    return Told(json, _text(found))


def _line_json(line: Line) -> dict[str, Json]:
    return {
        "now": line.now,
        "then": line.then,
        "pairs_now": line.before,
        "pairs_then": line.after,
        "gained": line.gained,
        "lost": line.lost,
        "decided": line.decided,
        "unsure": line.unsure,
        "precision": _share_json(line.precision),
        "recall": _share_json(line.recall),
        "examples": {
            "gained": [_pair_json(pair) for pair in line.gained_pairs],
            "lost": [_pair_json(pair) for pair in line.lost_pairs],
        },
    }


def _share_json(share: Share | None) -> Json:
    if share is None:
        return None
    return {"estimate": share.estimate, "low": share.low, "high": share.high}


def _pair_json(pair: PairSummary) -> dict[str, Json]:
    return {
        "pair": pair.pair,
        "left": pair.left,
        "right": pair.right,
        "probability": pair.probability,
        "band": pair.band.value,
        "decision": pair.decision.verdict.value if pair.decision else None,
    }


def _text(found: WhatIf) -> str:
    lines = (found.certain, found.probable)
    rows = [
        (
            wording.name("at-least", line.band.value),
            wording.percent(line.now),
            wording.percent(line.then),
            *(wording.number(n) for n in (line.before, line.after, line.gained, line.lost)),
            _interval(line.precision),
            _interval(line.recall),
        )
        for line in lines
    ]
    examples = [
        (
            f"{'gained' if one.gained else 'lost'}: {wording.name('at-least', one.band.value)}",
            one.pair.pair,
            one.pair.left,
            one.pair.right,
            wording.percent(one.pair.probability),
        )
        for one in found.crossing
    ]
    counts = ("pairs now", "then", "gained", "lost", "precision", "recall")
    heads = ("band", "begins at", "would begin at", *counts)
    crossing = table(("pair would be", "pair", "left", "right", "probability"), examples)
    return paragraphs(
        table(heads, rows),
        crossing or wording.name("empty", "crossing"),
        wording.sample_state(found.sample),
        wording.name("end", "thresholds"),
    )


def _interval(share: Share | None) -> str:
    if share is None:
        return wording.name("empty", "judged")
    low, high = wording.percent(share.low), wording.percent(share.high)
    return f"{wording.percent(share.estimate)} ({low} to {high})"


VERBS = (
    Verb(
        ("thresholds",),
        "Show what would change in a run if its bands began elsewhere. Nothing is matched again.",
        _thresholds,
        _arguments,
        ("muniment --vault strongroom thresholds RUN --probable 0.8",),
    ),
)
