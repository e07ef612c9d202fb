"""A whole vault as one file: the key header and an encrypted copy, verified before it counts."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from app.base import durable
from app.base.digests import file_sha256
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.stores import header as headers
from app.stores import health, places, sqlcipher
from app.stores.keys import DataKey
from app.stores.vault import BACKUPS, DATABASE, EXPORTS, Vault, open_connection

SUFFIX = ".muniment-backup"
RESTORED = "restored.json"
"""Says in a restored folder which backup it came from, until the first unlocking records it."""
FORMAT = 1
_MANIFEST = "backup.json"
_MEMBERS = (_MANIFEST, headers.NAME, DATABASE)
_COPY = "copy"
_LEFT = re.compile(
    rf"\d{{8}}T\d{{6}}Z{re.escape(SUFFIX)}\.[0-9a-f]{{12}}"
    rf"\.({durable.PART}|{_COPY}(-wal|-shm|-journal)?)"
)
"""The side names of `durable.beside` under a name of the rotation's own."""
_PAGES = 2_000
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; hex SHA-256 of its two files, sizes in bytes."""

    format: int
    vault: str
    made_at: str
    header_sha256: str
    database_sha256: str
    database_bytes: int


def write(vault: Vault, target: Path, made_at: str, progress: Progress = SILENT) -> str:
    """Write a backup file: copy, check the copy, wrap, re-read and compare, then rename.

    Returns the file's SHA-256. Raises Refused: `file-exists`, `disk-space-low`,
    `vault-damaged` (the copy is not sound), `backup-not-written`.
    """
    if target.exists():
        raise Refused("file-exists", where=Where(file=str(target)))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        places.require_space(target.parent, vault.database.stat().st_size, vault.policy)
        with _copy_beside(target) as copy, durable.part_of(target, durable.PRIVATE) as part:
            _copy(vault, copy, progress)
            progress.stage("check-copy")
            _require_sound(copy, vault.key)
            progress.stage("write-backup", copy.stat().st_size // _BLOCK + 1)
            _wrap(vault.header, copy, part, made_at, progress)
            _require_whole(part.path)
            digest = file_sha256(part.path)
            part.place()
    except durable.Taken:
        raise Refused("file-exists", where=Where(file=str(target))) from None
    except OSError as error:
        raise Refused("backup-not-written", reason=error.strerror or "") from None
    return digest


def rotate(vault: Vault, made_at: str, progress: Progress = SILENT) -> tuple[Path, str]:
    """A backup into the vault's own folder of backups; `prune` makes room once it is on record.

    What a killed process left half-written there goes first.
    """
    folder = vault.folder / BACKUPS
    for left in folder.glob(f"*{SUFFIX}.*"):
        if _LEFT.fullmatch(left.name):
            with contextlib.suppress(OSError):
                left.unlink()
    target = folder / (made_at.replace(":", "").replace("-", "") + SUFFIX)
    return target, write(vault, target, made_at, progress)


def others(vault: Vault, newest: Path) -> tuple[Path, ...]:
    """The vault's own backups but the newest, oldest first."""
    return tuple(sorted(f for f in (vault.folder / BACKUPS).glob(f"*{SUFFIX}") if f != newest))


def prune(vault: Vault, newest: Path) -> None:
    """Remove what is over the policy's number of own backups: the oldest, never the newest."""
    held = others(vault, newest)
    for old in held[: max(0, len(held) + 1 - vault.policy.backups_kept)]:
        with contextlib.suppress(OSError):
            old.unlink()


def restore(file: Path, folder: Path, progress: Progress = SILENT) -> Manifest:
    """A vault folder from a backup file.

    Raises Refused: `file-not-found`, `not-a-backup`, `backup-damaged`, `backup-newer`,
    `folder-not-empty`, `disk-space-low` (as `backup-not-written`, when writing fails).
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused("folder-not-empty", where=Where(file=str(folder)))
    with _opened(file) as archive:
        manifest = _manifest(archive)
        content = archive.read(headers.NAME)
        if hashlib.sha256(content).hexdigest() != manifest.header_sha256:
            raise Refused("backup-damaged", part=headers.NAME)
        headers.parse(content)
        progress.stage("restore", manifest.database_bytes // _BLOCK + 1)
        _unwrap(archive, manifest, content, folder, progress)
    return manifest


def kept(folder: Path) -> int:
    """How many backups lie in a vault folder's own place for them; others are not known of."""
    return sum(1 for _ in (folder / BACKUPS).glob(f"*{SUFFIX}"))


def restored_from(folder: Path) -> str | None:
    """When the backup was made that this folder was restored from, or None."""
    try:
        return str(json.loads((folder / RESTORED).read_bytes())["made_at"])[:40]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def forget_restored(folder: Path) -> None:
    """The restoring has been recorded."""
    (folder / RESTORED).unlink(missing_ok=True)


@contextlib.contextmanager
def _copy_beside(target: Path) -> Iterator[Path]:
    """An empty file beside the target for the copy, gone in the end with what SQLite adds."""
    copy = durable.beside(target, _COPY)
    os.close(durable.create(copy, durable.PRIVATE))
    try:
        yield copy
    finally:
        for left in (copy, *_companions(copy)):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def _copy(vault: Vault, copy: Path, progress: Progress) -> None:
    with sqlcipher.translated():
        target = sqlcipher.connect(copy, vault.key.pragma())
        try:
            with vault.copying() as source:
                _copy_pages(source, target, progress)
        finally:
            target.close()


def _copy_pages(source: dbapi2.Connection, target: dbapi2.Connection, progress: Progress) -> None:
    begun = False

    def report(_status: int, left: int, total: int) -> None:
        nonlocal begun
        if not begun:
            progress.stage("copy-vault", -(-total // _PAGES))
            begun = True
        progress.step()

    source.backup(target, pages=_PAGES, progress=report)
    target.execute("PRAGMA journal_mode = DELETE").fetchall()


def _require_sound(copy: Path, data_key: DataKey) -> None:
    connection = open_connection(copy, data_key)
    try:
        with sqlcipher.translated():
            sound = health.pages_sound(connection) and health.cipher_sound(connection)
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        connection.close()
    if not sound:
        raise Refused("vault-damaged", where=Where(file=DATABASE))


def _wrap(
    header: headers.Header, copy: Path, part: durable.Part, made_at: str, progress: Progress
) -> None:
    content = headers.render(header)
    manifest = Manifest(
        format=FORMAT,
        vault=header.vault,
        made_at=made_at,
        header_sha256=hashlib.sha256(content).hexdigest(),
        database_sha256=file_sha256(copy),
        database_bytes=copy.stat().st_size,
    )
    with part.writing() as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_MANIFEST), json.dumps(vars(manifest), indent=1))
        archive.writestr(zipfile.ZipInfo(headers.NAME), content)
        info = zipfile.ZipInfo(DATABASE)
        info.file_size = manifest.database_bytes
        with copy.open("rb") as source, archive.open(info, "w") as sink:
            while block := source.read(_BLOCK):
                sink.write(block)
                progress.step()


def _require_whole(file: Path) -> None:
    """Read a finished backup back and compare every digest."""
    with _opened(file) as archive:
        manifest = _manifest(archive)
        for name, expected in (
            (headers.NAME, manifest.header_sha256),
            (DATABASE, manifest.database_sha256),
        ):
            if _digest(archive, name) != expected:
                raise Refused("backup-damaged", part=name)


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    if not file.is_file():
        raise Refused("file-not-found", where=Where(file=str(file)))
    try:
        archive = zipfile.ZipFile(file)
    except (*_UNREADABLE, OSError, ValueError):
        raise _unreadable(file) from None
    with archive:
        size = file.stat().st_size
        placed = all(0 <= info.header_offset < size for info in archive.infolist())
        if not placed or sorted(archive.namelist()) != sorted(_MEMBERS):
            raise _unreadable(file)
        try:
            yield archive
        except _UNREADABLE:
            raise _unreadable(file) from None


_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, EOFError)


def _unreadable(file: Path) -> Refused:
    code = "backup-damaged" if _begins_as_backup(file) else "not-a-backup"
    return Refused(code, where=Where(file=file.name), part=file.name)


def _begins_as_backup(file: Path) -> bool:
    with file.open("rb") as stream:
        return _MANIFEST.encode() in stream.read(64)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    stored = zipfile.ZIP_STORED
    if any(info.compress_type != stored or info.flag_bits & 1 for info in archive.infolist()):
        raise Refused("not-a-backup", where=Where(file=str(archive.filename or "")))
    try:
        body = json.loads(archive.read(_MANIFEST))
        if int(body["format"]) > FORMAT:
            raise Refused("backup-newer", needs=int(body["format"]), understands=FORMAT)
        manifest = Manifest(**body)
    except (ValueError, KeyError, TypeError):
        raise Refused("backup-damaged", part=_MANIFEST) from None
    if archive.getinfo(DATABASE).file_size != manifest.database_bytes:
        raise Refused("backup-damaged", part=DATABASE)
    return manifest


def _unwrap(
    archive: zipfile.ZipFile, manifest: Manifest, header: bytes, folder: Path, progress: Progress
) -> None:
    """The database first and checked, the header last: without it the folder is no vault."""
    made = not folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _extract(archive, manifest, folder / DATABASE, progress)
        for name in (BACKUPS, EXPORTS):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        mark = json.dumps({"made_at": manifest.made_at}).encode("utf-8")
        durable.write_whole(folder / RESTORED, mark, durable.PRIVATE)
        durable.write_whole(folder / headers.NAME, header, durable.PRIVATE)
    except BaseException as error:
        for left in (DATABASE, RESTORED, headers.NAME):
            (folder / left).unlink(missing_ok=True)
        for name in (BACKUPS, EXPORTS):
            with contextlib.suppress(OSError):
                (folder / name).rmdir()
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            raise Refused("backup-not-written", reason=error.strerror or "") from None
        raise


def _extract(
    archive: zipfile.ZipFile, manifest: Manifest, target: Path, progress: Progress
) -> None:
    digest = hashlib.sha256()
    handle = durable.create(target, durable.PRIVATE)
    with os.fdopen(handle, "wb") as sink, archive.open(DATABASE) as source:
        while block := source.read(_BLOCK):
            digest.update(block)
            sink.write(block)
            progress.step()
        sink.flush()
        os.fsync(sink.fileno())
    if digest.hexdigest() != manifest.database_sha256:
        raise Refused("backup-damaged", part=DATABASE)


def _companions(copy: Path) -> tuple[Path, ...]:
    return tuple(copy.with_name(copy.name + ending) for ending in ("-wal", "-shm", "-journal"))
