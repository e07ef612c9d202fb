"""Council tax accounts: one a household, joint names in a field of 32 characters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.exampleshire.dice import Flags, Ints, Texts
from app.exampleshire.extract import Extract, extract
from app.exampleshire.lives import ALONE, AWAY, STAYED, WITH_HOUSEHOLD
from app.exampleshire.names import NONE, texts
from app.exampleshire.people import day_number
from app.exampleshire.slips import Shown
from app.exampleshire.world import System, World, lines, nameless, serials
from app.exampleshire.writing import DAY_FIRST, blank, constant, cut, dates, formatted
from app.model.exampleshire import THOUSAND

NAME_WIDTH = 32
_LINE_WIDTHS = (35, 35, 32, 32)
_BANDS = "ABCDEFGH"
_STILL_THERE = "31/12/9999"
_GROWN = 18
_PAYMENTS = ("DD01", "DD15", "CASH", "DD28", "SO01")
_CHECKS = "ABCDEFGHJKLMNPQRTUVWXYZ"


@dataclass(frozen=True)
class Accounts:
    """Who is liable: `lead` and `other` are people (NONE: nobody), `place` an address.

    `since` and `until` are day numbers of moving in and out, 0 where nothing is known of a move.
    """

    lead: Ints
    other: Ints
    place: Ints
    exors: Flags
    since: Ints
    until: Ints


def council_tax(world: World) -> Extract:
    """The accounts, some in the name of the occupier or of executors, some closed by a move."""
    system = System(world, "council_tax")
    accounts = _accounts(world, system)
    held = np.flatnonzero(accounts.lead != NONE)
    joint = np.flatnonzero(accounts.other != NONE)
    lead = system.show(accounts.lead[held], accounts.place[held], births=False)
    other = system.show(accounts.other[joint], accounts.place[joint], births=False)
    names, fits = _names(world, system, accounts, (held, joint), (lead, other))
    address = world.lives.addresses.take(accounts.place)
    postcode = address.postcode.copy()
    postcode[held] = lead.postcode
    columns = {**names, **_account_columns(world, system, accounts), "postcode": postcode}
    for number, line in enumerate(lines(address, 4, None)):
        columns[f"addr{number + 1}"] = cut(line, _LINE_WIDTHS[number])
    uprn_share = world.profile.systems.uprn_council_tax
    columns["uprn"] = world.uprns(system.dice.child("uprn"), accounts.place, uprn_share)
    columns["discount_type"] = np.where(_discounts(world, system, accounts), "SPD", "").astype(
        object
    )
    joint = joint[fits]
    known = held[~nameless(world, lead) | np.isin(held, joint)]
    truth_rows = np.concatenate([known, joint])
    truth_people = np.concatenate([accounts.lead[known], accounts.other[joint]])
    return extract(world.profile.form("council_tax"), columns, (truth_rows, truth_people))


def _accounts(world: World, system: System) -> Accounts:
    """Households whose adults are still liable, those who moved out alone, and the empty ones."""
    people, lives = world.people, world.lives
    dice = system.dice.child("accounts")
    lead = people.households.first.copy()
    partner = people.spouse[lead]
    gone = system.follows() & (lives.moved != WITH_HOUSEHOLD)
    gone |= ~system.listed()
    lead_gone = gone[lead]
    partner_there = (partner != NONE) & ~gone[np.maximum(partner, 0)]
    both = partner_there & ~lead_gone
    lead = np.where(lead_gone, np.where(partner_there, partner, NONE), lead)
    joint = both & dice.chance(world.profile.systems.joint_accounts, len(lead))
    other = np.where(joint, partner, NONE)
    there = np.flatnonzero(lead != NONE)
    lead, other = lead[there], other[there]
    places = system.places()
    alone = np.flatnonzero((lives.moved == ALONE) & gone)
    empty = lives.vacant[: len(there) * world.profile.systems.occupier // THOUSAND]
    widow = (lives.died[lead] > 0) & (people.spouse[lead] == NONE)
    dead_alone = widow & (lives.moved[lead] == STAYED)
    exors = dead_alone & dice.chance(world.profile.systems.executors, len(lead))
    moved = np.flatnonzero(
        (lives.moved[lead] == WITH_HOUSEHOLD) & (places[lead] != lives.home[lead])
    )
    since = np.zeros(len(lead), dtype=np.int64)
    since[moved] = _moving_days(world, system, len(moved))
    closed = moved[dice.chance(world.profile.accounts.vacated, len(moved))]
    old, left = lead[closed], since[closed]
    more = len(alone) + len(empty)
    nobody = np.full(more, NONE, dtype=np.int64)
    place = np.concatenate([places[lead], lives.now[alone], empty, lives.home[old]])
    leads = np.concatenate([lead, alone, nobody[: len(empty)], old])
    others = np.concatenate([other, nobody, other[closed]])
    flags = np.concatenate([exors, np.zeros(more + len(old), dtype=bool)])
    since = np.concatenate([since, np.zeros(more + len(old), dtype=np.int64)])
    until = np.concatenate([np.zeros(len(lead) + more, dtype=np.int64), left])
    order = np.argsort(place, kind="stable")
    return Accounts(
        leads[order], others[order], place[order], flags[order], since[order], until[order]
    )


def _moving_days(world: World, system: System, count: int) -> Ints:
    """Days on which households moved, within the time the system keeps closed accounts."""
    today = day_number(world.profile.extracts_as_at)
    within = world.profile.accounts.vacated_within_days
    return today - 5 - system.dice.child("moving days").below(within, count)


def _discounts(world: World, system: System, accounts: Accounts) -> Flags:
    """Accounts with a discount for one adult: most where one lives, and a few of the others.

    Those who died since count as living there: nobody has told the council yet.
    """
    lives, shares, count = world.lives, world.profile.accounts, len(accounts.lead)
    grown = (world.age() >= _GROWN) & (lives.moved != AWAY)
    adults = np.bincount(lives.now[grown], minlength=len(lives.addresses.unit))
    one = adults[accounts.place] == 1
    dice = system.dice.child("discounts")
    given = dice.chance(np.where(one, shares.discount, shares.discount_wrong), count)
    could = (accounts.other == NONE) & (accounts.lead != NONE) & ~accounts.exors
    flags: Flags = given & could & (accounts.until == 0)
    return flags


def _names(
    world: World,
    system: System,
    accounts: Accounts,
    rows: tuple[Ints, Ints],
    shown: tuple[Shown, Shown],
) -> tuple[dict[str, Texts], Flags]:
    """The joint name field and the lead person's columns; which joint names found room."""
    (held, joint), (lead, other), count = rows, shown, len(accounts.lead)
    title, forename, surname = blank(count), blank(count), constant("THE OCCUPIER", count)
    title[held], forename[held] = world.titles(accounts.lead[held]), lead.forename
    surname[held] = lead.surname
    whole = surname.copy()
    style = system.dice.child("styles").uniform(count) * THOUSAND
    leads = list(zip(title, forename, surname, strict=True))
    for row in held.tolist():
        whole[row] = _single(leads[row], style[row] < THOUSAND // 2)
    share = world.profile.systems.joint_initials
    others = zip(world.titles(accounts.other[joint]), other.forename, other.surname, strict=True)
    written = [
        _joint(leads[row], them, bool(style[row] < share))
        for row, them in zip(joint.tolist(), others, strict=True)
    ]
    fits = np.array([name != "" for name in written], dtype=bool)
    whole[joint[fits]] = [name for name in written if name]
    for row in np.flatnonzero(accounts.exors).tolist():
        whole[row] = f"EXORS OF {forename[row][:1]} {surname[row]} (DEC'D)"
        title[row] = "EXORS OF"
    quotes = system.dice.child("quotes").chance(world.profile.systems.smart_quotes, count)
    for column in (whole, surname):
        curly = np.flatnonzero(quotes & np.array(["'" in name for name in column.tolist()]))
        column[curly] = [name.replace("'", "\u2019") for name in column[curly]]
    columns = {
        "lead_liab_name": cut(whole, NAME_WIDTH),
        "lead_liab_title": title,
        "lead_liab_forename": cut(forename, NAME_WIDTH),
        "lead_liab_surname": cut(surname, NAME_WIDTH),
    }
    return columns, fits


def _single(person: tuple[str, str, str], by_initial: bool) -> str:
    """MR J SMITH or SMITH/JOHN MR."""
    title, forename, surname = person
    return f"{title} {forename[:1]} {surname}" if by_initial else f"{surname}/{forename} {title}"


def _joint(one: tuple[str, str, str], two: tuple[str, str, str], by_initials: bool) -> str:
    """MR J SMITH & MRS A SMITH, or SMITH/JOHN MR & ANN MRS where both bear one surname.

    Two surnames are written out, MR JOHN ROE & MS ANN DAY, if the field is wide enough; otherwise
    the account stays in the lead person's name, and this is empty.
    """
    if by_initials:
        return f"{one[0]} {one[1][:1]} {one[2]} & {two[0]} {two[1][:1]} {two[2]}"
    if one[2] == two[2]:
        return f"{one[2]}/{one[1]} {one[0]} & {two[1]} {two[0]}"
    whole = f"{' '.join(one)} & {' '.join(two)}"
    return whole if len(whole) <= NAME_WIDTH else ""


def _account_columns(world: World, system: System, accounts: Accounts) -> dict[str, Texts]:
    since, until, count = accounts.since, accounts.until, len(accounts.lead)
    dice = system.dice.child("figures")
    reference = serials(dice, count, 60_000_000, 7)
    today = day_number(world.profile.extracts_as_at)
    pence = dice.below(180_000, count)
    pence[dice.chance(550, count)] = 0
    began = np.where(until > 0, until, today - 10) - dice.below(9000, count)
    ended = np.where(until > 0, dates(until, DAY_FIRST), _STILL_THERE).astype(object)
    return {
        "account_ref": formatted("{}", reference),
        "account_cd": texts(list(_CHECKS))[reference % len(_CHECKS)],
        "property_ref": formatted("ES{:09d}", dice.below(10**9, count)),
        "occupation_date": dates(np.where(since > 0, since, began), DAY_FIRST),
        "vacation_date": ended,
        "live_ind": np.where(until > 0, "0", "1").astype(object),
        "band": texts(list(_BANDS))[dice.pick(world.profile.accounts.bands(), count)],
        "paymeth_code": texts(_PAYMENTS)[dice.below(len(_PAYMENTS), count)],
        "balance": texts([f"{p // 100}.{p % 100:02}" for p in pence.tolist()]),
    }
