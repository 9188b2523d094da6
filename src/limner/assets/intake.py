"""The one door through which media comes in: a path, an address, a data: URL, an id, or a run's result."""

import hashlib
import os
import re
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

import anyio
import anyio.to_thread

from limner.assets.data_url import decode_data_url
from limner.assets.fetch import Fetcher
from limner.assets.folder import AssetFolder, digest, hash_path, write_from
from limner.assets.roots import InputRoots
from limner.assets.scratch import Scratch, create, storage_errors
from limner.assets.size import too_large
from limner.assets.stream import write_stream
from limner.assets.wanted import OfKind, Uploadable, Wanted
from limner.errors import FieldError, InvalidInput, InvalidMedia, NotFound
from limner.sniff import HEAD_BYTES, sniff
from limner.types import Asset, Kind, Limits, MediaInfo

Probe: TypeAlias = Callable[[Path, str], Awaitable[MediaInfo]]
"""(path, field) → what the file is, found out in a worker process. Raises: InvalidMedia, naming the field."""

_ASSET_ID = re.compile(r"asset_[0-9A-Za-z]+")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
MAX_SOURCE_BYTES = 50_000_000
"""Of an upload that the server fetches itself. Source: the public API."""
_LARGER_SOURCE = "Send a smaller file, or upload this one yourself."
_WAY_OUT = "Send an https:// address, a data: URL of up to 2 MB, or an asset_… id."


class AssetIndex(Protocol):
    """Which assets there are and who may use them."""

    async def add_asset(self, asset: Asset, caller: str) -> object:
        """Remember an asset, if it is new, and let a caller use it."""

    async def get_asset(self, caller: str | None, asset_id: str) -> Asset:
        """Return an asset that the caller may use; None may use all. Raises: NotFound."""


class Assets:
    """Media in and out of the asset folder. Every file is sniffed, probed and named by its content."""

    def __init__(
        self,
        *,
        folder: AssetFolder,
        index: AssetIndex,
        probe: Probe,
        roots: InputRoots | None,
        fetcher: Fetcher,
        limits: Limits,
        clock: Callable[[], int],
        tmp: Path,
    ) -> None:
        """roots None: local files are not read (the HTTP transport). clock: Unix milliseconds."""
        self._folder = folder
        self._index = index
        self._probe = probe
        self._roots = roots
        self._fetcher = fetcher
        self._source_fetcher = fetcher.limited_to(MAX_SOURCE_BYTES, _LARGER_SOURCE)
        self._limits = limits
        self._clock = clock
        self._scratch = Scratch(tmp)

    def is_remote(self, value: str) -> bool:
        """Whether a value must be fetched over the network before its content is known; http:// never is."""
        return _scheme_of(value.strip()) == "https"

    async def ingest(self, value: str, *, kind: Kind, field: str, caller: str) -> Asset:
        """Bring a value in and return its asset; the same content is the same asset, probed once.

        value: a local path, file://, https://, data: URL or asset_… id. field names it in errors.
        Raises: InvalidInput, when the value cannot be used; InvalidMedia, when its content cannot; NotFound,
        for an asset that is not the caller's; LimnerError, code `storage_full`.
        """
        value = value.strip()
        if _ASSET_ID.fullmatch(value):
            return await self._known(value, kind, field, caller)
        async with self._incoming() as incoming:
            name = await self._receive(value, incoming, field)
            return await self._keep(incoming, name, OfKind(kind), field, caller)

    async def receive(
        self,
        content: AsyncIterable[bytes],
        *,
        field: str,
        caller: str,
        kind: Kind | None = None,
        name: str = "",
    ) -> Asset:
        """Bring in what a caller uploads, and return its asset.

        kind: what was announced; None: any that may be uploaded. name: the file's, for its extension.
        Raises: InvalidMedia, naming `field`, when it is not taken; LimnerError, code `storage_full`.
        """
        async with self._incoming() as incoming:
            await write_stream(content, incoming, self._limits.max_input_bytes, field)
            return await self._keep(incoming, name, Uploadable(kind), field, caller)

    async def receive_from(self, address: str, *, field: str, caller: str) -> Asset:
        """Fetch an upload from a public https:// address, up to `MAX_SOURCE_BYTES`, and return its asset.

        Raises: InvalidInput, when the address may not be fetched; InvalidMedia, as `receive`, and with code
        `input_unreachable` when it cannot be had; LimnerError, code `storage_full`.
        """
        address = address.strip()
        async with self._incoming() as incoming:
            await self._source_fetcher.fetch(address, field, incoming)
            return await self._keep(incoming, urlsplit(address).path, Uploadable(), field, caller)

    async def adopt(self, path: Path, info: MediaInfo, caller: str) -> Asset:
        """Move a finished file, already probed, into the folder and return its asset."""
        sha256 = await hash_path(path)
        known = await self._find(sha256)
        return await self._store(path, known or _asset_of(sha256, info, self._clock()), caller)

    async def admit(self, path: Path, *, kind: Kind, field: str, caller: str) -> Asset:
        """Move a finished file in that nobody has decoded yet, and return its asset.

        Raises: InvalidMedia, naming `field`, when it is not what it should be; LimnerError, code `storage_full`.
        """
        return await self._keep(path, path.name, OfKind(kind), field, caller)

    def path(self, asset: Asset) -> Path:
        """Return where an asset's file is. Raises: NotFound, when it is gone."""
        return self._folder.path_of(asset)

    async def hash_file(self, value: str, *, field: str) -> str:
        """Return the sha256, in hex, of a local file's or data: URL's content, without bringing it in.

        Raises: as `ingest`; InvalidInput too for values whose content is elsewhere.
        """
        value = value.strip()
        scheme = _scheme_of(value)
        if scheme == "https" or _ASSET_ID.fullmatch(value):
            raise InvalidInput.of(field, "expects a local file or a data: URL", next_step=_WAY_OUT)
        if scheme == "data":
            data = await anyio.to_thread.run_sync(decode_data_url, value, field)
            return hashlib.sha256(data).hexdigest()
        if scheme not in (None, "file"):
            raise _unread(scheme, field)
        roots = self._local(value, field)

        def read() -> str:
            with roots.opened(value, field) as source:
                return digest(source)

        return await anyio.to_thread.run_sync(read)

    async def sweep(self) -> int:
        """Remove unfinished files that crashed processes left more than a day ago; return how many."""
        return await self._folder.sweep() + await anyio.to_thread.run_sync(self._scratch.sweep)

    async def _known(self, asset_id: str, kind: Kind, field: str, caller: str) -> Asset:
        try:
            asset = await self._index.get_asset(caller, asset_id)
        except NotFound as error:
            raise NotFound(
                f"{field}: {error.message}",
                fields=[FieldError(field, error.message)],
                next_step=error.next_step,
            ) from error
        OfKind(kind).require(asset, field)
        self._folder.path_of(asset)
        return asset

    async def _receive(self, value: str, incoming: Path, field: str) -> str:
        """Bring the bytes of a value to `incoming` and return the name that they had, for its extension."""
        match _scheme_of(value):
            case "https":
                await self._fetcher.fetch(value, field, incoming)
                return urlsplit(value).path
            case "data":
                data = await anyio.to_thread.run_sync(decode_data_url, value, field)
                await anyio.to_thread.run_sync(_write, incoming, data)
                return ""
            case None | "file":
                await self._copy_local(value, incoming, field)
                return value
            case scheme:
                raise _unread(scheme, field)

    async def _copy_local(self, value: str, incoming: Path, field: str) -> None:
        roots = self._local(value, field)
        most = self._limits.max_input_bytes

        def copy() -> None:
            with roots.opened(value, field) as source:
                if write_from(source, incoming, most)[1] > most:
                    raise too_large(field, None, most)

        await anyio.to_thread.run_sync(copy)

    def _local(self, value: str, field: str) -> InputRoots:
        if not value:
            raise InvalidInput.of(field, "is empty", next_step=_WAY_OUT)
        if self._roots is None:
            problem = (
                "local files are not read over this transport; "
                "it takes https:// addresses, data: URLs and asset_… ids"
            )
            raise InvalidInput.of(field, problem, next_step=_WAY_OUT)
        return self._roots

    async def _keep(self, incoming: Path, name: str, wanted: Wanted, field: str, caller: str) -> Asset:
        sha256 = await hash_path(incoming)
        asset = await self._find(sha256)
        if asset is None:
            info = await self._examine(incoming, name, wanted, field)
            asset = _asset_of(sha256, info, self._clock())
        wanted.require(asset, field)
        return await self._store(incoming, asset, caller)

    async def _store(self, path: Path, asset: Asset, caller: str) -> Asset:
        """Move a file in as `asset`; a content keeps the type it was first stored with, as its row does."""
        stored, _ = await self._folder.add(path, asset.media_type, move=True)
        if stored != asset.sha256:
            raise InvalidMedia("The file changed while it was stored.", next_step="Call again.")
        await self._index.add_asset(asset, caller)
        return asset

    async def _examine(self, incoming: Path, name: str, wanted: Wanted, field: str) -> MediaInfo:
        head = await anyio.to_thread.run_sync(_head_of, incoming)
        sniffed = wanted.require_head(sniff(head), field)
        info = await self._probe(incoming, field)
        if info.media_type == "text/plain":
            is_markdown = PurePosixPath(name).suffix.lower() in (".md", ".markdown")
            refined = "text/markdown" if is_markdown else sniffed
            info = info._replace(media_type=refined)
        return info

    async def _find(self, sha256: str) -> Asset | None:
        try:
            return await self._index.get_asset(None, asset_id_of(sha256))
        except NotFound:
            return None

    @asynccontextmanager
    async def _incoming(self) -> AsyncIterator[Path]:
        path = await anyio.to_thread.run_sync(self._scratch.new_path)
        try:
            yield path
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.Path(path).unlink(missing_ok=True)


def asset_id_of(sha256: str) -> str:
    """Return the id of the asset with this content."""
    return f"asset_{sha256[:32]}"


def _asset_of(sha256: str, info: MediaInfo, created_at: int) -> Asset:
    return Asset(
        asset_id=asset_id_of(sha256),
        sha256=sha256,
        media_type=info.media_type,
        size_bytes=info.size_bytes,
        created_at=created_at,
        width=info.width,
        height=info.height,
        duration_seconds=info.duration_seconds,
    )


def _scheme_of(value: str) -> str | None:
    """Return the scheme of an address, in lower case; None for a path."""
    for scheme in ("data", "file"):
        if value[:5].lower() == f"{scheme}:":
            return scheme
    match = _SCHEME.match(value)
    return match[1].lower() if match else None


def _unread(scheme: str, field: str) -> InvalidInput:
    """Return the error for an address of a scheme that is not read."""
    if scheme == "http":
        problem = "http:// addresses are not fetched: their content can be changed on the way"
        return InvalidInput.of(field, problem, next_step="Use the same address with https://.")
    return InvalidInput.of(field, f"{scheme}:// addresses are not read", next_step=_WAY_OUT)


def _head_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _write(path: Path, data: bytes) -> None:
    with storage_errors(path.parent, len(data)), os.fdopen(create(path), "wb") as file:
        file.write(data)
