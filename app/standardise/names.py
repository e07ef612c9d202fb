"""Given names and surnames made comparable: folded, without titles, split into their parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.model.names import NameRules
from app.standardise.text import fold, key

_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]?")
_QUOTES = re.compile(r"\"([^\"]*)\"?|(?<!\S)'([^']+)'(?!\S)")
_NOT_KNOWN = re.compile(r"\bN\s*/\s*([AK])\b")  # N/A, which is no two initials
_TOKENS = re.compile(r"[^\W_](?:[^\W_]|['-])*")
VOWELS = frozenset("AEIOUY")


@dataclass(frozen=True)
class Given:
    """Given names: the first, its root, the second, all initials; a name known by, or the third."""

    forename: str | None = None
    canonical: str | None = None
    middle: str | None = None
    initials: str | None = None
    alias: str | None = None
    remark: str | None = None


@dataclass(frozen=True)
class Surname:
    """A surname as one key, the halves of a double-barrelled one, and other surnames beside it."""

    surname: str | None = None
    first_half: str | None = None
    second_half: str | None = None
    birth: str | None = None
    alias: str | None = None
    remark: str | None = None


NO_GIVEN = Given()
NO_SURNAME = Surname()


def given_names(text: str, rules: NameRules) -> Given:
    """Given names from one cell, middle names behind the first: `Mr Wm. John (Bill)`."""
    if plain_words := _plain_words(text, rules):
        simple = [name for word in plain_words for name in _split_initials(word, rules)]
        return _given(rules.root(simple[0]), simple, None, None)
    plain, dead = without_executors(fold(text), rules)
    plain, alias = _aside(plain, rules)
    if is_placeholder(plain, rules) or loose(plain) in rules.given_placeholders:
        return Given(remark="name-placeholder") if loose(plain) else _only(alias, dead)
    tokens = strip_honours(tokenise(_NOT_KNOWN.sub(r"N\1", plain)), rules)
    tokens = [token for token in tokens if not _says_nothing(key(token), rules)]
    tokens = _without_phrases(tokens, rules)
    names = [
        (token, name)
        for token in tokens
        for name in _split_initials(token, rules)
        if not _says_nothing(name, rules)
    ]
    if not names:
        return _only(alias, dead)
    spoken = [name for n, (_, name) in enumerate(names) if not n or name not in rules.suffixes]
    return _given(_root(*names[0], rules), spoken, alias, dead)


def _without_phrases(tokens: list[str], rules: NameRules) -> list[str]:
    """Tokens without phrases of two words or three that stand for no name: `NOT KNOWN JOHN`."""
    for size in (3, 2):
        for first in range(len(tokens) - size + 1):
            if " ".join(map(key, tokens[first : first + size])) in rules.placeholders:
                return _without_phrases(tokens[:first] + tokens[first + size :], rules)
    return tokens


def _given(canonical: str, names: list[str], alias: str | None, remark: str | None) -> Given:
    """A third given name is a name that somebody may be known by, as an alias is."""
    middle = names[1] if len(names) > 1 else None
    third = names[2] if len(names) > 2 and len(names[2]) > 1 else None
    initials = "".join([name[0] for name in names])
    return Given(names[0], canonical, middle, initials, alias or third, remark)


def surname(text: str, rules: NameRules) -> Surname:
    """A surname from one cell: `O'Brien`, `Smith-Jones`, `Mac Donald (née Reid)`."""
    plain_words = _plain_words(text, rules)
    if len(plain_words) == 1 and not plain_words[0].startswith("MAC"):
        return Surname(plain_words[0])
    plain, dead = without_executors(fold(text), rules)
    plain, birth, alias = _other_surnames(plain, rules)
    if is_placeholder(plain, rules):
        return Surname(
            birth=birth, alias=alias, remark="name-placeholder" if loose(plain) else dead
        )
    tokens = strip_honours(tokenise(plain), rules)
    if dead:
        tokens = _without_given(tokens, rules)
    parts = surname_parts(tokens, rules)
    whole = _gaelic("".join(parts), rules)
    if not parts or whole in rules.placeholders or whole in rules.titles:
        return Surname(birth=birth, alias=alias, remark=dead)
    halves = (parts[0], parts[-1]) if len(parts) > 1 else (None, _patronymic(tokens, rules))
    first, second = (half if half and not _says_nothing(half, rules) else None for half in halves)
    return Surname(
        surname=whole,
        first_half=first,
        second_half=second,
        birth=birth,
        alias=alias,
        remark=dead,
    )


def _without_given(tokens: list[str], rules: NameRules) -> list[str]:
    """Tokens without the given names that executors write before a surname: `IVY PRENDERGAST`."""
    first = 0
    while first < len(tokens) - 1 and key(tokens[first]) in rules.forenames:
        first += 1
    return tokens[first:]


def _patronymic(tokens: list[str], rules: NameRules) -> str | None:
    """The name behind AP, AB or FERCH: who is AP GWILYM here is GWILYM there."""
    if len(tokens) == 2 and key(tokens[0]) in rules.patronymics:
        return _gaelic(tokens[1], rules)
    return None


def _plain_words(text: str, rules: NameRules) -> list[str]:
    """The words of a cell of plain English letters that no rule has anything to say about."""
    if not text.isascii():
        return []
    found = text.upper().split()
    for word in found:
        if not word.isalpha() or word in rules.telling:
            return []
    return found


def surname_key(text: str, rules: NameRules) -> str | None:
    """The key of a surname alone, None where there is none."""
    return surname(text, rules).surname


def surname_parts(tokens: list[str], rules: NameRules) -> list[str]:
    """The folded parts of a surname; particles and Gaelic forms belong to the word behind them."""
    parts: list[str] = []
    held = ""
    pieces = [piece for token in tokens for piece in token.split("-") if key(piece)]
    if any(len(piece) > 1 for piece in pieces):
        # A lone letter beside a name is an initial that strayed in, save the O of O'Brien.
        pieces = [piece for piece in pieces if len(key(piece)) > 1 or piece in rules.o]
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        plain = key(piece)
        if not last and (plain in rules.mac or plain in rules.o):
            held += "MC" if plain in rules.mac else "O"
        elif not last and plain in rules.particles:
            held += plain
        else:
            parts.append(held + _gaelic(piece, rules) if held != "MC" else "MC" + _bare(piece))
            held = ""
    return parts


def _bare(piece: str) -> str:
    plain = key(piece)
    return plain[2:] if plain.startswith("MC") and len(plain) > 4 else plain


def _gaelic(piece: str, rules: NameRules) -> str:
    """Mac, Mc and M' as one: `MACDONALD` and `M'DONALD` give `MCDONALD`; Machin stays."""
    plain = key(piece)
    if piece.startswith("M'") and len(plain) > 3:
        return "MC" + plain[1:]
    if not plain.startswith("MAC") or len(plain) < 6 or plain in rules.mac_exceptions:
        return plain
    if rules.mac_exception_stems and plain.startswith(rules.mac_exception_stems):
        return plain
    return "MC" + plain[3:]


def tokenise(plain: str) -> list[str]:
    """Words of folded text with their hyphens and apostrophes; everything else parts them."""
    return [token for token in _TOKENS.findall(plain) if key(token)]


def strip_honours(tokens: list[str], rules: NameRules) -> list[str]:
    """Tokens without titles in front or behind and without suffixes, as long as one is left."""
    first, last = 0, len(tokens)
    while last - first > 1 and key(tokens[first]) in rules.titles:
        first += 1
    if last - first > 2 and first == 0 and key(tokens[0]) in rules.titles_also_names:
        first += 1
    while last - first > 1 and is_honour(tokens[last - 1], rules):
        last -= 1
    if last - first == 1 and key(tokens[first]) in rules.titles and last == len(tokens):
        return []
    return tokens[first:last]


def is_honour(token: str, rules: NameRules) -> bool:
    """Whether a token is a title or a suffix and never a name."""
    plain = key(token)
    return plain in rules.titles or plain in rules.suffixes


def loose(plain: str) -> str:
    """Folded text as bare words, for comparing with declared phrases: `DEC'D` is `DECD`."""
    return " ".join(re.findall(r"[^\W_]+", _NOT_KNOWN.sub(r"N\1", plain).replace("'", "")))


def is_placeholder(plain: str, rules: NameRules) -> bool:
    """Whether a folded cell holds no name: empty, a declared stand-in, or no letter at all."""
    bare = loose(plain)
    return not key(bare) or bare in rules.placeholders


def without_executors(plain: str, rules: NameRules) -> tuple[str, str | None]:
    """Folded text without `EXORS OF` and `(DEC'D)`, and `name-executors` if they were there."""
    bare = loose(plain)
    if rules.executor_words.isdisjoint(bare.split()):
        return plain, None
    found = None
    for phrase in rules.executors_before:
        if bare.startswith(phrase + " "):
            plain, found = _cut_words(plain, len(phrase.split()), from_end=False), "name-executors"
            bare = loose(plain)
            break
    for phrase in rules.executors_after:
        if bare.endswith(" " + phrase) or (found and bare == phrase):
            plain, found = _cut_words(plain, len(phrase.split()), from_end=True), "name-executors"
            break
    return plain, found


def _cut_words(plain: str, number: int, *, from_end: bool) -> str:
    spans = [m.span() for m in re.finditer(r"[^\W_](?:[^\W_]|')*", plain)]
    if number >= len(spans):
        return ""
    if from_end:
        return plain[: spans[-number][0]].rstrip(" ([{-,'\"")
    return plain[spans[number][0] :]


def _aside(plain: str, rules: NameRules) -> tuple[str, str | None]:
    """Given names without what stands in brackets, quotes or behind KNOWN AS, and that name."""
    alias = None
    for pattern in (_BRACKETS, _QUOTES):
        if found := pattern.search(plain):
            inside = next((group for group in found.groups() if group), "")
            plain = " ".join((plain[: found.start()] + " " + plain[found.end() :]).split())
            alias = alias or _first_name(_after_marker(inside, rules.alias_markers), rules)
    before, behind = _at_marker(plain, rules.alias_markers)
    if behind:
        plain, alias = before, alias or _first_name(behind, rules)
    return plain, alias


def _other_surnames(plain: str, rules: NameRules) -> tuple[str, str | None, str | None]:
    birth = alias = None
    if found := _BRACKETS.search(plain):
        inside = found[1]
        plain = " ".join((plain[: found.start()] + " " + plain[found.end() :]).split())
        marked = _after_marker(inside, rules.birth_markers)
        if marked != inside:
            birth = surname_key(marked, rules)
        else:
            alias = surname_key(_after_marker(inside, rules.alias_markers), rules)
    before, behind = _at_marker(plain, rules.birth_markers)
    if behind:
        plain, birth = before, birth or surname_key(behind, rules)
    before, behind = _at_marker(plain, rules.alias_markers)
    if behind:
        plain, alias = before, alias or surname_key(behind, rules)
    return plain, birth, alias


def _at_marker(plain: str, markers: tuple[str, ...]) -> tuple[str, str]:
    for marker in markers:
        before, found, behind = f" {plain} ".partition(f" {marker} ")
        if found and before.strip() and behind.strip():
            return before.strip(), behind.strip()
    return plain, ""


def _after_marker(inside: str, markers: tuple[str, ...]) -> str:
    for marker in markers:
        if inside.strip().startswith(marker + " "):
            return inside.strip()[len(marker) + 1 :]
    return inside


def _first_name(text: str, rules: NameRules) -> str | None:
    tokens = strip_honours(tokenise(text), rules)
    if not tokens or is_placeholder(text, rules):
        return None
    name = key(tokens[0])
    unsaid = _says_nothing(name, rules) or len(_split_initials(name, rules)) > 1
    return None if unsaid else name


def _only(alias: str | None, remark: str | None) -> Given:
    return Given(alias=alias, remark=remark) if alias or remark else NO_GIVEN


def _split_initials(token: str, rules: NameRules) -> list[str]:
    """`JP` as J and P: two or three letters without a vowel that are no known name."""
    plain = key(token)
    known = plain in rules.forenames or plain in rules.particles
    if 2 <= len(plain) <= 3 and not VOWELS & set(plain) and not known and plain.isascii():
        return list(plain)
    return [plain]


def _says_nothing(name: str, rules: NameRules) -> bool:
    """Whether a single word among given names is a stand-in, a title or of executors."""
    stand_in = name in rules.placeholders or name in rules.given_placeholders
    return stand_in or name in rules.titles or name in rules.executor_alone


def _root(token: str, forename: str, rules: NameRules) -> str:
    """The root of a forename; a hyphenated one counts as its first half (Mary-Ann as Mary).

    But only where that half is a name: Wai-Chun and Wai-Ming are no two forms of one.
    """
    if "-" in token and forename not in rules.roots:
        first = key(token.split("-", maxsplit=1)[0])
        if first in rules.forenames and forename.startswith(first):
            return rules.root(first)
    return rules.root(forename)
