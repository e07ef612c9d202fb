"""The declared bounds of reading are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.reading import read_limits

DECLARED = resource("policy", "reading.toml").read_text(encoding="utf-8")


def read_changed(tmp_path: Path, old: str, new: str) -> None:
    assert old in DECLARED
    path = tmp_path / "reading.toml"
    path.write_text(DECLARED.replace(old, new), encoding="utf-8")
    read_limits(path)


def test_the_shipped_bounds():
    limits = read_limits()
    assert limits.delimiters == (",", ";", "\t", "|", "~", "^")
    assert limits.encodings[0] == "utf-8"
    assert limits.columns < 10_000
    assert limits.zip_entries == 10_000
    assert limits.zip_total_bytes == 2 * 1024**3


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("columns = 1000", "columns = 0", "text.columns"),
        ("columns = 1000", "columns = '1000'", "text.columns"),
        ("columns = 1000", "columns = 1000\nrows = 5", "text.rows"),
        ("[xml]", "[xml]\nschema = true", "xml.schema"),
        ("lines = [", "lines = ['(',", "footer.lines"),
        ("totals = [", "totals = ['no group',", "footer.totals"),
        ("ratio = 200", "", "archive.ratio"),
    ],
)
def test_mistakes_name_their_key(tmp_path, old, new, key):
    with pytest.raises(Refused) as caught:
        read_changed(tmp_path, old, new)
    assert caught.value.code == "declaration-invalid"
    assert caught.value.facts["key"] == key
