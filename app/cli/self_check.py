"""The hidden verb by which a build proves itself: every resource, the whole job, one page drawn."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import ModuleType

from app.base.errors import Refused
from app.cli.options import Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts
from app.cli.session import Session

NO_NETWORK = frozenset(
    {
        "socket",
        "ssl",
        "http",
        "urllib",
        "smtplib",
        "ftplib",
        "pickle",
        "asyncio",
        "tempfile",
    }
)
"""Modules that nothing of ours may import; libraries load some, and none may use them."""

SEED = 7
PEOPLE = 200


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--into", required=True, metavar="DIR", type=existing_or_new)


def _self_check(session: Session) -> Told:
    from app.services import vaults
    from app.services.demo import demo

    into: Path = session.options.into
    catalogue = session.catalogue()
    made = demo(catalogue, into, PEOPLE, SEED, session.clock, session.progress)
    workspace = vaults.unlock(
        catalogue, made.vault, made.stewards[0], made.passphrase, session.clock
    )
    width, height, colours = session.front.draw(workspace)
    ours: list[Json] = [*network_modules_of_ours()]
    loaded: list[Json] = [*sorted(NO_NETWORK & set(sys.modules))]
    told: dict[str, Json] = {
        "resources": read_every_resource(),
        "rows_loaded": sum(load.rows_loaded for load in made.loads),
        "package": made.package_verified,
        "trail": made.trail_verified,
        "page": {"width": width, "height": height, "colours": colours},
        "offline": refuses_network(),
        "network_modules_of_ours": ours,
        "network_modules_loaded": loaded,
    }
    sound = (
        made.package_verified
        and made.trail_verified
        and colours > 8
        and bool(told["offline"])
        and not ours
    )
    return Told(told, facts((name, str(value)) for name, value in told.items()), sound=sound)


def read_every_resource() -> int:
    """Read each file of the program's own data; how many there are."""
    from app.base.places import RESOURCES

    files = [path for path in sorted(RESOURCES.rglob("*")) if path.is_file()]
    return sum(1 for path in files if path.read_bytes() is not None)


def refuses_network() -> bool:
    """Whether this process stops a connection before it is made."""
    try:
        sys.audit("socket.connect", None, None)
    except Refused as refused:
        return refused.code == "network-refused"
    return False


def network_modules_of_ours() -> tuple[str, ...]:
    """Our own loaded modules that hold a module of the no-network list."""
    return tuple(
        f"{name} has {held.__name__}"
        for name, module in sorted(sys.modules.items())
        if name == "app" or name.startswith("app.")
        for held in vars(module).values()
        if isinstance(held, ModuleType) and held.__name__.partition(".")[0] in NO_NETWORK
    )


VERBS = (
    Verb(
        ("self-check",),
        "Prove that this build works: every resource, the whole job, one page drawn.",
        _self_check,
        _arguments,
        hidden=True,
    ),
)
