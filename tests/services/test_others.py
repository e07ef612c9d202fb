"""Columns of somebody else are kept as they are, however much they look like the person's own."""

from __future__ import annotations

from app.model.meanings import Meaning
from app.services import preview

ROWS = [
    "A1,Tom,Smith,01/02/2015,Jane,0770090012{n},EX1 {n}AA",
    "A2,Ann,Brown,03/04/2014,Mary,0770090013{n},EX1 {n}AB",
    "A3,Eve,Jones,05/06/2013,Ruth,0770090014{n},EX1 {n}AD",
]


def uses(catalogue, path, header):
    lines = [row.format(n=n) for n in range(3) for row in ROWS]
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    seen = preview.preview(catalogue, path).found
    return seen, {one.use.column: one.use.means for one in seen.suggestions}


def test_a_telephone_of_a_mother_is_not_her_childs(catalogue, tmp_path) -> None:
    header = "Ref,Pupil forename,Pupil surname,DOB,Mother name,{},Postcode"
    _, found = uses(catalogue, tmp_path / "own.csv", header.format("Rung at"))
    assert found["Rung at"] is Meaning.PHONE
    seen, found = uses(catalogue, tmp_path / "hers.csv", header.format("MothersLine"))
    assert found["MothersLine"] is None
    (told,) = [one for one in seen.suggestions if one.use.column == "MothersLine"]
    assert (told.reason.code, told.confidence) == ("not-mapped", 0.0)
    assert told.samples
    assert seen.reason.facts["columns"] == sum(means is not None for means in found.values())


def test_a_list_that_names_only_somebody_else_lacks_its_own_names(catalogue, tmp_path) -> None:
    header = "Ref,Mother forename,Mother surname,DOB,Mother first,Rung at,Postcode"
    seen, found = uses(catalogue, tmp_path / "nobody.csv", header)
    assert found["Mother forename"] is None
    assert found["Mother surname"] is None
    assert seen.missing
