"""Small tables about data: how full a load is, and whom matching reaches and whom it misses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from app.model.profiles import BandShare, ColumnProfile, GroupRate, NameGroup
from app.model.runs import Bands

UNKNOWN = "unknown"
OTHER = "other"
OLDEST = 130
"""Nobody in Britain has lived so long: an older age is a wrong date."""
SEXES = {1: "male", 2: "female"}


def bands_summary(bands: Bands) -> tuple[BandShare, ...]:
    """Pairs by band, surest first, with their share of all pairs."""
    pairs = {
        "certain": bands.certain,
        "probable": bands.probable,
        "possible": bands.possible,
        "unlikely": bands.unlikely,
    }
    total = sum(pairs.values())
    return tuple(
        BandShare(band, number, number / total if total else 0.0) for band, number in pairs.items()
    )


def column_profile(name: str, cells: pa.ChunkedArray) -> ColumnProfile:
    """Of a column of a load as text: cells that hold more than blanks, and distinct values."""
    text = pc.utf8_trim_whitespace(pc.cast(cells, pa.string()))
    filled = pc.drop_null(text).filter(pc.not_equal(pc.drop_null(text), ""))
    number = len(filled)
    return ColumnProfile(
        column=name,
        filled=number,
        share=number / len(cells) if len(cells) else 0.0,
        distinct=cast("int", pc.count_distinct(filled).as_py()),
    )


def match_rates(
    records: pa.Table,
    matched: Iterable[int],
    on_day: int,
    smallest: int,
    ages: Sequence[int],
    surnames: Sequence[NameGroup] = (),
) -> tuple[GroupRate, ...]:
    """How many records of each sex, age band, postcode area and group of surnames matched.

    `records` holds at least `sex`, `birth_date` and `postcode` of RECORDS, and `surname` where
    groups of surnames are counted; `matched` ordinals of
    its rows; `on_day` (days since 1970-01-01) is the day ages are counted on, `ages` the ages in
    whole years at which bands after the youngest begin. Groups of fewer than `smallest` records
    are named but not counted, and where only one group of a family would be hidden the next
    smallest is hidden too, since a total would give it away.
    """
    found = np.zeros(records.num_rows, dtype=bool)
    found[np.fromiter(matched, dtype=np.int64)] = True
    families = {
        "sex": _sexes(records.column("sex")),
        "age": _ages(records.column("birth_date"), on_day, ages),
        "area": _areas(records.column("postcode")),
    }
    if surnames:
        families["name"] = _surnames(records.column("surname"), surnames)
    rates: list[GroupRate] = []
    for by, groups in families.items():
        rates += _family(by, groups, found, smallest)
    return tuple(rates)


def _family(
    by: str, groups: pd.Series[str], found: npt.NDArray[np.bool_], smallest: int
) -> list[GroupRate]:
    frame = pd.DataFrame({"group": groups.to_numpy(), "matched": found})
    counted = frame.groupby("group", sort=True)["matched"].agg(["size", "sum"])
    sizes = counted["size"]
    hidden = set(sizes.index[sizes < smallest])
    if len(hidden) == 1 and len(sizes) > 1:
        hidden.add(sizes.drop(index=list(hidden)).idxmin())
    rates = []
    for group, size, matched in counted.itertuples():
        if group in hidden:
            rates.append(GroupRate(by, str(group), None, None, None))
        else:
            rate = int(matched) / int(size)
            rates.append(GroupRate(by, str(group), int(size), int(matched), rate))
    return rates


def _sexes(codes: pa.ChunkedArray) -> pd.Series[str]:
    return _known(codes.to_pandas().map(SEXES))


def _ages(birth_dates: pa.ChunkedArray, on_day: int, ages: Sequence[int]) -> pd.Series[str]:
    """Age bands in completed years; births after the day or long before it are unknown."""
    births = pd.to_datetime(birth_dates.to_pandas().astype("Float64"), unit="D", origin="unix")
    today = pd.Timestamp(on_day, unit="D")
    not_yet = births.dt.month * 100 + births.dt.day > today.month * 100 + today.day
    years = today.year - births.dt.year - not_yet.astype("float64")
    edges = [0, *ages, OLDEST]
    labels = [f"{low}-{high - 1}" for low, high in pairwise(edges[:-1])] + [f"{ages[-1]}+"]
    return _known(pd.cut(years, edges, right=False, labels=labels).astype(object))


def _areas(postcodes: pa.ChunkedArray) -> pd.Series[str]:
    """Postcode areas: the letters a postcode begins with. Each postcode is looked at once."""
    coded = pc.dictionary_encode(postcodes).unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        return pd.Series([], dtype=object)
    texts = coded.dictionary.to_pandas().astype(object)
    letters = texts.astype("str").str.extract(r"^([A-Z]{1,2})", expand=False)
    areas = pa.array(letters, pa.string(), from_pandas=True)
    return _known(pc.take(areas, coded.indices).to_pandas())


def _surnames(surnames: pa.ChunkedArray, known: Sequence[NameGroup]) -> pd.Series[str]:
    """Groups of surnames. Each surname is looked at once."""
    coded = pc.dictionary_encode(surnames).unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        return pd.Series([], dtype=object)
    titles = pa.array([_title(name, known) for name in coded.dictionary.to_pylist()], pa.string())
    return _known(pc.take(titles, coded.indices).to_pandas())


def _title(surname: str, known: Sequence[NameGroup]) -> str:
    for group in known:
        if surname in group.names:
            return group.title
    for group in known:
        if surname.startswith(group.starts) or surname.endswith(group.endings):
            return group.title
    return OTHER


def _known(groups: pd.Series[Any]) -> pd.Series[str]:
    return cast("pd.Series[str]", groups.astype(object).fillna(UNKNOWN))
