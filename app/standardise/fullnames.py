"""Whole names in one cell: either order, joint names, executors, organisations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.model.names import NameRules
from app.standardise.names import is_honour, is_placeholder, loose, tokenise, without_executors
from app.standardise.text import fold, key

_PIECES = re.compile(r"[^\W_](?:[^\W_]|['-])*|[&+,/]|[(\[{][^)\]}]*[)\]}]?|\"[^\"]*\"?")


@dataclass(frozen=True)
class Person:
    """One person of a name cell, still as folded text: given names and surname, each may be ''."""

    given: str = ""
    surname: str = ""


@dataclass(frozen=True)
class NameCell:
    """Everything a name cell says: its persons in order, and what was noticed."""

    persons: tuple[Person, ...] = ()
    remarks: tuple[str, ...] = ()


def full_name(text: str, rules: NameRules) -> NameCell:
    """A name cell read: `MR J SMITH & MRS A SMITH`, `SMITH/JOHN MR`, `SMITH, JOHN`, `JOHN SMITH`.

    A cell of exactly a declared width may have been cut: a last surname that begins the first
    one is completed by it, and one that is lost altogether stays empty.
    """
    plain, dead = without_executors(fold(text), rules)
    remarks = [dead] if dead else []
    cut = len(text.rstrip()) in rules.cut_at
    if is_placeholder(plain, rules):
        return NameCell((), tuple(remarks + (["name-placeholder"] if loose(plain) else [])))
    pieces = _PIECES.findall(plain)
    if any(key(piece) in rules.organisations for piece in pieces[1:]):
        return NameCell((), (*remarks, "name-organisation"))
    groups = _groups(pieces, rules)
    persons = _share(groups, rules, cut=cut)
    if len(persons) > 1:
        remarks.append("name-joint")
    if cut:
        remarks.append("name-cut")
    return NameCell(tuple(persons), tuple(remarks))


def is_joint(text: str, rules: NameRules) -> bool:
    """Whether a cell names more than one person."""
    if not any(mark in text for mark in rules.joint_marks) and " " not in text:
        return False
    pieces = _PIECES.findall(fold(text))
    return len(_groups(pieces, rules)) > 1


def joint_parts(text: str, rules: NameRules) -> tuple[str, ...]:
    """A cell of given names or surnames as one text a person: `John & Ann` gives two."""
    pieces = _PIECES.findall(fold(text))
    return tuple(" ".join(group) for group in _groups(pieces, rules)) or ("",)


def _groups(pieces: list[str], rules: NameRules) -> list[list[str]]:
    """Pieces of each person; a comma parts persons only where a title begins the next one."""
    groups: list[list[str]] = [[]]
    for number, piece in enumerate(pieces):
        joins = piece in rules.joint_marks or piece in rules.joint_words
        if piece == "," and number + 1 < len(pieces) and key(pieces[number + 1]) in rules.titles:
            joins = bool(groups[-1]) and key(groups[-1][0]) in rules.titles
        if joins:
            groups.append([])
        else:
            groups[-1].append(piece)
    return [group for group in groups if any(key(piece) for piece in group)]


def _person(group: list[str], rules: NameRules) -> Person:
    """One person's pieces, the surname found by slash, comma, title, initials or known names."""
    for mark in ("/", ","):
        if mark in group:
            at = group.index(mark)
            given = _names([piece for piece in group[at + 1 :] if piece not in "/,"], rules)
            before = _names(group[:at], rules)
            if before and given:
                return Person(" ".join(given), " ".join(before))
    group = [piece for piece in group if piece not in "/,"]
    leads = bool(group) and key(group[0]) in rules.titles
    trails = len(group) > 1 and not leads and key(group[-1]) in rules.titles
    names = _names(group, rules)
    if len(names) < 2:
        return _single(names, rules)
    for at, name in enumerate(names):
        if at and key(name) in rules.titles:
            return Person(" ".join(names[at + 1 :]), " ".join(names[:at]))
    if trails or (not leads and _surname_first(names, rules)):
        at = _particles_end(names, rules)
        return Person(" ".join(names[at:]), " ".join(names[:at]))
    at = len(names) - 1
    while at > 1 and key(names[at - 1]) in rules.particles | rules.mac | rules.o:
        at -= 1
    return Person(" ".join(names[:at]), " ".join(names[at:]))


def _names(pieces: list[str], rules: NameRules) -> list[str]:
    """Pieces without titles, in front or behind, and without suffixes."""
    left = list(pieces)
    while left and key(left[0]) in rules.titles:
        left.pop(0)
    if len(left) == len(pieces) and len(left) > 2 and key(left[0]) in rules.titles_also_names:
        left.pop(0)
    while left and is_honour(left[-1], rules):
        left.pop()
    return [piece for piece in left if key(piece)]


def _single(names: list[str], rules: NameRules) -> Person:
    """A lone word is a given name when it is an initial or only ever a forename we know."""
    if not names:
        return Person()
    plain = key(names[0])
    if len(plain) == 1 or plain in rules.forenames:
        return Person(given=names[0])
    return Person(surname=names[0])


def _surname_first(names: list[str], rules: NameRules) -> bool:
    """`SMITH J A`, or `SMITH JOHN` where only the last word is a forename we know."""
    at = _particles_end(names, rules)
    rest = [key(name) for name in names[at:]]
    if len(key(names[0])) > 1 and all(len(name) == 1 for name in rest):
        return True
    first = key(names[0])
    return (
        first not in rules.forenames
        and len(first) > 1
        and _known(names[at], rules)
        and (_known(names[-1], rules) or len(rest[-1]) == 1)
    )


def _known(piece: str, rules: NameRules) -> bool:
    """Whether a piece is a forename that the tables know, or two of them with a hyphen."""
    halves = [key(half) for half in piece.split("-")]
    return key(piece) in rules.forenames or all(half in rules.forenames for half in halves)


def _particles_end(names: list[str], rules: NameRules) -> int:
    """How many words a surname that stands first takes up; one at least stays for given names."""
    at = 0
    while at < len(names) - 2 and key(names[at]) in rules.particles | rules.mac | rules.o:
        at += 1
    return at + 1


def _share(groups: list[list[str]], rules: NameRules, *, cut: bool) -> list[Person]:
    """Each group's person; what stands once for a couple goes to both: `MR & MRS J SMITH`."""
    persons = [_person(group, rules) for group in groups]
    if len(persons) < 2:
        return [person for person in persons if person.given or person.surname]
    for number in range(1, len(persons)):
        persons[number] = _second(persons[0], persons[number], groups, number, rules)
    if cut:
        persons[-1] = _mended(persons[0], persons[-1], slashed=_slashed(groups[0]))
        if _trailing(groups[0], rules):
            persons[-1] = _untitled(persons[-1], rules)
    surnames = [person.surname for person in persons]
    for number, person in enumerate(persons):
        if not person.surname and not (cut and number == len(persons) - 1):
            name = next((other for other in surnames[number:] if other), "") or surnames[0]
            persons[number] = Person(person.given, name)
    first, last = persons[0], persons[-1]
    if not _names(groups[0], rules) and last.given:
        persons[0], persons[-1] = Person(last.given, first.surname), Person("", last.surname)
    return [person for person in persons if person.given or person.surname]


def _second(
    lead: Person, person: Person, groups: list[list[str]], number: int, rules: NameRules
) -> Person:
    """A later person: behind `SMITH/JOHN` words without a slash of their own are given names."""
    if _slashed(groups[0]) and lead.surname and not _slashed(groups[number]):
        return Person(" ".join(_names(groups[number], rules)), lead.surname)
    return person


def _mended(lead: Person, person: Person, *, slashed: bool) -> Person:
    """The last person of a cut cell: a fragment of the lead's surname is completed by it."""
    if person.given == "M" and not person.surname:
        return Person()  # what is left of MR, MRS, MISS or MS
    if slashed or not lead.surname:
        return person
    if person.given and person.surname and lead.surname.startswith(person.surname):
        return Person(person.given, lead.surname)
    if person.surname and not person.given and lead.given:
        return Person(given=person.surname)
    return person


def _trailing(group: list[str], rules: NameRules) -> bool:
    """Whether a person's title stands last: `SMITH/JOHN MR`."""
    return _slashed(group) and key(group[-1]) in rules.titles


def _untitled(person: Person, rules: NameRules) -> Person:
    """A person of a cut cell without what is left of a title: `ANN M` of `ANN MRS`.

    It may have been an initial; one name too few misleads nobody, a wrong one does.
    """
    *names, last = person.given.split() or [""]
    fragment = any(title.startswith(key(last)) for title in rules.titles) and bool(names)
    return Person(" ".join(names), person.surname) if fragment else person


def _slashed(group: list[str]) -> bool:
    return "/" in group or "," in group


def is_loose_match(lead: Person, other: Person) -> bool:
    """Whether two readings may be one person: surnames begin alike, first initials agree."""
    one, two = key(fold(lead.surname)), key(fold(other.surname))
    if one and two and not (one.startswith(two) or two.startswith(one)):
        return False
    first, second = (tokenise(fold(person.given)) for person in (lead, other))
    if not first or not second:
        return bool(one and two)
    one, two = key(first[0]), key(second[0])
    return one.startswith(two) or two.startswith(one)


def others(cell: NameCell, lead: Person) -> tuple[Person, ...]:
    """The persons of a joint cell beside the lead person known from columns of their own."""
    if len(cell.persons) < 2:
        return ()
    for number, person in enumerate(cell.persons):
        if is_loose_match(lead, person):
            return cell.persons[:number] + cell.persons[number + 1 :]
    return cell.persons[1:]
