"""Which brand kits there are, and what a run of one is given: its revision, and its pictures as assets."""

import base64
import difflib
from collections.abc import Collection
from pathlib import Path

import anyio

from limner.app.paging import decode_cursor, encode_cursor
from limner.app.requests import BrandFilter
from limner.assets.intake import asset_id_of
from limner.brands.files import read_media
from limner.brands.load import from_definition
from limner.brands.shelf import Shelf
from limner.brands.shown import shown
from limner.canonical import fingerprint
from limner.engine.seams import MediaShelf
from limner.engine.workers import Assignment, Workers
from limner.errors import FieldError, InvalidInput, NotFound, Problem, StepFailed
from limner.store.contract import Store
from limner.types import Asset, BrandFile, BrandKit, Json, Kind, MediaInfo, Page, Run, Technique

MAX_LIMIT = 100
LOGO_PX = 1024
"""The longer side of a drawn logo as steps get it."""
MODEL_READS = ("logo",)
"""The pictures of a kit that models are shown."""
HANDLER = "limner.actions.drawing:picture"
DRAWING_SECONDS = 30.0
DRAWING = "image/svg+xml"


class BrandCatalogue:
    """Answers for brand kits by id and revision."""

    def __init__(self, *, shelf: Shelf, store: Store, media: MediaShelf, workers: Workers) -> None:
        self._shelf = shelf
        self._store = store
        self._media = media
        self._workers = workers
        self._kept: dict[tuple[str, str], BrandKit] = {}

    async def kits(self) -> dict[str, BrandKit]:
        """Return every kit by id, in id order, as its file says now."""
        return dict(sorted((await anyio.to_thread.run_sync(self._shelf.kits)).items()))

    async def find(self, wanted: BrandFilter) -> Page:
        """Return one page of kits, in id order. Raises: InvalidInput for a bad limit or cursor."""
        if not 1 <= wanted.limit <= MAX_LIMIT:
            raise InvalidInput.of("limit", f"is {wanted.limit}, must be from 1 to {MAX_LIMIT}")
        after = decode_cursor(wanted.cursor) if wanted.cursor else ""
        words = (wanted.query or "").casefold().split()
        matching = [kit for kit in (await self.kits()).values() if _matches(kit, words)]
        rest = [kit for kit in matching if kit.brand_kit > after]
        page = rest[: wanted.limit]
        more = encode_cursor(page[-1].brand_kit) if len(rest) > wanted.limit else None
        return Page(tuple(page), more, len(matching))

    async def get(self, brand_kit: str, revision: str | None = None) -> BrandKit:
        """Return a kit as its file says now, or the revision named, which a run has used.

        Raises: NotFound, with the nearest ids.
        """
        kits = await self.kits()
        current = kits.get(brand_kit)
        if current is not None and revision in (None, current.revision):
            return current
        if revision is None:
            raise _unknown(brand_kit, kits)
        if (brand_kit, revision) not in self._kept:
            definition = await self._store.get_brand_kit(brand_kit, revision)
            self._kept[brand_kit, revision] = from_definition(definition)
        return self._kept[brand_kit, revision]

    async def choose(self, caller: str, brand_kit: str, reads: Collection[str]) -> BrandKit:
        """Return the kit that a run is to use, kept for it, with its pictures brought in as far as `reads` names them.

        Raises: InvalidInput, naming the field `brand_kit`.
        """
        try:
            kit = await self.get(brand_kit)
            for file in _pictures(kit, reads):
                await self._bring(caller, file)
        except NotFound as error:
            raise InvalidInput.of("brand_kit", error.message, next_step=error.next_step) from error
        await self._store.save_brand_kit(kit.brand_kit, kit.revision, kit.definition)
        return kit

    async def shown_to(self, run: Run, technique: Technique) -> Json:
        """Return what `$brand` shows to a run of a technique: nothing without a kit.

        Raises: NotFound, StepFailed.
        """
        if run.brand_kit is None or not technique.reads_brand:
            return {}
        kit = await self.get(run.brand_kit, run.request["brand_kit"]["revision"])
        pictures = {
            file.field: await self._picture(run.caller, file)
            for file in _pictures(kit, technique.reads_brand)
        }
        return shown(kit, pictures)

    async def shown_to_model(self, run: Run) -> Json:
        """Return what `$brand` shows of a run's kit, its logo as a picture in it: `{data, clear_space, min_width_px}`.

        Nothing without a kit. Raises: NotFound, StepFailed.
        """
        if run.brand_kit is None:
            return {}
        kit = await self.get(run.brand_kit, run.request["brand_kit"]["revision"])
        content = shown(kit, {})
        for file in _pictures(kit, MODEL_READS):
            logo = await self._store.get_asset(None, await self._picture(run.caller, file))
            data = await anyio.Path(self._media.path(logo)).read_bytes()
            said: Json = kit.definition["logo"]
            content["logo"] = {
                **{name: said[name] for name in ("clear_space", "min_width_px") if name in said},
                "data": data_url(logo.media_type, data),
            }
        return content

    def problems(self) -> list[Problem]:
        """Return the mistakes in kits, which hide only the kits that have them."""
        return self._shelf.problems()

    async def _bring(self, caller: str, file: BrandFile) -> None:
        data = await anyio.to_thread.run_sync(read_media, file)
        kind = Kind.DOCUMENT if file.media_type == DRAWING else Kind.IMAGE
        value = data_url(file.media_type, data)
        await self._media.ingest(value, kind=kind, field=f"brand_kit.{file.field}", caller=caller)

    async def _picture(self, caller: str, file: BrandFile) -> str:
        """Return the asset of a kit's picture; a drawing is drawn, once for all runs."""
        source = await self._store.get_asset(None, asset_id_of(file.sha256))
        if file.media_type != DRAWING:
            return source.asset_id
        key = fingerprint({"drawing": file.sha256, "pixels": LOGO_PX})
        if (known := await self._store.recall(key)) and await self._is_here(known["asset_id"]):
            await self._store.grant(caller, [known["asset_id"]])
            return str(known["asset_id"])
        drawn = await self._draw(caller, source)
        await self._store.remember(key, {"asset_id": drawn.asset_id})
        return drawn.asset_id

    async def _is_here(self, asset_id: str) -> bool:
        try:
            asset = await self._store.get_asset(None, asset_id)
            return await anyio.Path(self._media.path(asset)).is_file()
        except NotFound:
            return False

    async def _draw(self, caller: str, source: Asset) -> Asset:
        is_tall = (source.height or 1) > (source.width or 1)
        async with anyio.TemporaryDirectory(prefix="limner-logo-") as folder:
            given = {"path": str(self._media.path(source)), "media_type": source.media_type}
            (made,) = await self._workers.run(
                Assignment(
                    handler=HANDLER,
                    inputs={Kind.DOCUMENT: [given]},
                    params={"max_pixels": LOGO_PX, "is_tall": is_tall},
                    folder=Path(folder),
                    timeout_seconds=DRAWING_SECONDS,
                )
            )
            if made.path is None or made.info is None:
                raise StepFailed("the logo could not be drawn")
            return await self._media.adopt(made.path, MediaInfo(**made.info), caller)


def data_url(media_type: str, data: bytes) -> str:
    """Return a file as an address that holds it."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _pictures(kit: BrandKit, reads: Collection[str]) -> list[BrandFile]:
    """Return the files of a kit that `reads` names."""
    return [file for file in kit.files if file.field.partition("[")[0] in reads]


def _matches(kit: BrandKit, words: list[str]) -> bool:
    text = " ".join((kit.brand_kit, kit.name, kit.description)).casefold()
    return all(word in text for word in words)


def _unknown(name: str, kits: dict[str, BrandKit]) -> NotFound:
    near = difflib.get_close_matches(name, kits, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    known = ", ".join(list(kits)[:12]) + (", …" if len(kits) > 12 else "")
    return NotFound(
        f"There is no brand kit {name[:80]!r}.{hint}",
        fields=[FieldError("brand_kit", f"there is no {name[:80]!r}.{hint}")],
        next_step=f"Use one of: {known}; or none." if known else "Use none.",
    )


def brand_document(kit: BrandKit) -> Json:
    """Return a kit as callers see it: its content, with the revision that names it."""
    content = {key: value for key, value in kit.definition.items() if key not in ("brand_kit", "name")}
    head = {"brand_kit": kit.brand_kit, "name": kit.name, "revision": kit.revision}
    return {**head, **content}


def brand_row(kit: BrandKit) -> Json:
    """Return a kit as one compact row of a list."""
    return {
        "brand_kit": kit.brand_kit,
        "name": kit.name,
        "description": kit.description,
        "revision": kit.revision,
        "colors": [color["hex"] for color in kit.definition["palette"]],
    }
