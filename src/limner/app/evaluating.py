"""Scores a run's outputs, or files, against a brand kit's rubric. What cannot be measured is said, never raised."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio

from limner.actions import ocr_extra
from limner.app.brands import DRAWING, BrandCatalogue
from limner.app.techniques import TechniqueCatalogue
from limner.assets.intake import asset_id_of
from limner.brands.files import read_media
from limner.engine.seams import MediaShelf
from limner.engine.workers import Assignment, Workers, probe_with
from limner.errors import InvalidInput, LimnerError
from limner.evaluation.copy import copy_of
from limner.evaluation.criteria import HOUSE_RUBRIC, MEASURES
from limner.evaluation.scoring import Measured, evaluated, not_measured
from limner.evaluation.voice import CRITERIA as SAID
from limner.evaluation.voice import against_voice
from limner.store.contract import Store
from limner.types import BrandKit, Json, Kind, Output, Run, RunType

HANDLER = "limner.actions.measure:outputs"
READING_HANDLER = "limner.actions.measure_reading:outputs"
"""Reading takes seconds: it goes on beside the rest, in a worker of its own."""
UNREAD = f"words in pictures need {ocr_extra.EXTRA}"
MEASURE_SECONDS = 120.0
MOST_OUTPUTS = 12
"""So many outputs are measured; a run with more is judged by these."""
IN_WORKERS = ("palette", "contrast", "sharpness", "exposure", "logo", "clear_space", "loudness")
WORDS = "words"
"""What is read in a picture; the criteria of words are measured in it."""
MEASURED_KINDS = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO)
_KIND_OF = {kind.value: kind for kind in MEASURED_KINDS}


@dataclass(frozen=True, slots=True)
class Medium:
    """One picture, film or sound to measure, with what its bytes say."""

    name: str
    kind: Kind
    path: Path
    width: int | None
    height: int | None
    duration_seconds: float | None


class Evaluator:
    """Scores for one installation."""

    def __init__(
        self,
        *,
        brands: BrandCatalogue,
        techniques: TechniqueCatalogue,
        store: Store,
        media: MediaShelf,
        workers: Workers,
    ) -> None:
        self._brands = brands
        self._techniques = techniques
        self._store = store
        self._media = media
        self._workers = workers

    async def of_run(self, run: Run, outputs: tuple[Output, ...]) -> Json | None:
        """Return the evaluation of a run's outputs; None where there is no rubric to hold them against."""
        if run.brand_kit is None and not run.request.get("evaluate"):
            return None
        head: Json = {}
        rubric: Sequence[Json] = HOUSE_RUBRIC
        try:
            kit = None
            if run.brand_kit is not None:
                revision = run.request["brand_kit"]["revision"]
                kit = await self._brands.get(run.brand_kit, revision)
                head = {"brand_kit": kit.brand_kit, "brand_kit_revision": kit.revision}
                rubric = kit.definition.get("rubric", ())
            if not rubric:
                return None
            media = await self._media_of(outputs)
            found = await self._measured(kit, rubric, media)
            found |= against_voice(_voice(kit), await self._copy(run, outputs), found.get(WORDS, []))
        except LimnerError as error:
            found = not_measured(rubric, error.message)
        return {**evaluated(rubric, found), **head}

    async def of_file(self, kit: BrandKit, path: Path) -> Json:
        """Return the evaluation of one picture, film or sound on this machine.

        Raises: InvalidInput, InvalidMedia, when it is none; InvalidInput, when the kit has no rubric.
        """
        rubric = kit.definition.get("rubric", ())
        if not rubric:
            raise InvalidInput.of("brand_kit", f"{kit.brand_kit} has no rubric to score against")
        info = await probe_with(self._workers)(path, path.name)
        kind = _KIND_OF.get(info.media_type.partition("/")[0])
        if kind is None:
            raise InvalidInput.of(path.name, f"is {info.media_type}, expected a picture, a film or a sound")
        medium = Medium("", kind, path, info.width, info.height, info.duration_seconds)
        found = await self._measured(kit, rubric, [medium])
        return evaluated(rubric, found | against_voice(_voice(kit), (), found.get(WORDS, [])))

    async def _media_of(self, outputs: tuple[Output, ...]) -> list[Medium]:
        found: list[Medium] = []
        for output in outputs:
            if output.asset_id is None or output.type.kind not in MEASURED_KINDS:
                continue
            asset = await self._store.get_asset(None, output.asset_id)
            name = output.output_id if output.index is None else f"{output.output_id}[{output.index}]"
            size = (asset.width, asset.height, asset.duration_seconds)
            found.append(Medium(name, output.type.kind, self._media.path(asset), *size))
        return found[:MOST_OUTPUTS]

    async def _copy(self, run: Run, outputs: tuple[Output, ...]) -> list[str]:
        definition: Json | None = None
        if run.type is RunType.TECHNIQUE and run.revision:
            definition = (await self._techniques.revision(run.target_id, run.revision)).definition
        return copy_of(run, outputs, definition)

    async def _measured(
        self, kit: BrandKit | None, rubric: Sequence[Json], media: list[Medium]
    ) -> dict[str, list[Measured]]:
        """Return what was measured of media, by criterion, in the order of the outputs."""
        asked = [each["id"] for each in rubric]
        slots: list[dict[str, Measured]] = [{} for _ in media]
        async with anyio.TemporaryDirectory(prefix="limner-score-") as folder:
            logo, reason = None, ""
            if kit is not None and {"logo", "clear_space"} & set(asked):
                logo, reason = await self._logo(kit, Path(folder))
            async with anyio.create_task_group() as tasks:
                for slot, medium in zip(slots, media, strict=True):
                    for handler, wanted in _parted(medium, asked):
                        tasks.start_soon(
                            self._measure, slot, medium, handler, wanted, kit, logo, Path(folder)
                        )
        found: dict[str, list[Measured]] = {}
        for slot, medium in zip(slots, media, strict=True):
            for criterion_id, each in {**slot, **_from_facts(medium, asked, kit)}.items():
                if reason and criterion_id in ("logo", "clear_space"):
                    each = Measured(reason=reason)
                found.setdefault(criterion_id, []).append(each)
        return found

    async def _measure(
        self,
        slot: dict[str, Measured],
        medium: Medium,
        handler: str,
        wanted: list[str],
        kit: BrandKit | None,
        logo: Path | None,
        folder: Path,
    ) -> None:
        inputs: dict[Kind, list[Json]] = {medium.kind: [{"path": str(medium.path)}]}
        if logo is not None:
            inputs[Kind.DOCUMENT] = [{"path": str(logo)}]
        params = {"criteria": wanted, **_colours(kit)}
        assignment = Assignment(handler, inputs, params, folder, timeout_seconds=MEASURE_SECONDS)
        try:
            (result,) = await self._workers.run(assignment)
        except LimnerError as error:
            slot.update({name: Measured(reason=error.message, output=medium.name) for name in wanted})
            return
        told: Json = json.loads(result.text or "{}")
        for name, each in told.items():
            slot[name] = Measured(
                each.get("value"), each.get("evidence", {}), each.get("not_measured", ""), medium.name
            )

    async def _logo(self, kit: BrandKit, folder: Path) -> tuple[Path | None, str]:
        """Return the kit's logo as a file, or the reason why there is none."""
        file = next((each for each in kit.files if each.field == "logo"), None)
        if file is None:
            return None, "the brand kit has no logo"
        try:
            if file.path is None:
                kept = await self._store.get_asset(None, asset_id_of(file.sha256))
                data = await anyio.Path(self._media.path(kept)).read_bytes()
            else:
                data = await anyio.to_thread.run_sync(read_media, file)
        except (LimnerError, OSError):
            return None, "this revision's logo is not kept"
        path = folder / ("logo.svg" if file.media_type == DRAWING else "logo.png")
        await anyio.Path(path).write_bytes(data)
        return path, ""


def _parted(medium: Medium, asked: list[str]) -> list[tuple[str, list[str]]]:
    """Return which handler measures which criteria of a medium: words, and type that is read, apart from the rest."""
    wanted = [name for name in asked if name in IN_WORKERS and medium.kind in MEASURES[name].kinds]
    read: list[str] = []
    if medium.kind in MEASURES["contrast"].kinds and ocr_extra.is_installed():
        read = [name for name in wanted if name == "contrast"]
        read += [WORDS] if set(SAID) & set(asked) else []
    parts = ((HANDLER, [name for name in wanted if name not in read]), (READING_HANDLER, read))
    return [(handler, names) for handler, names in parts if names]


def _voice(kit: BrandKit | None) -> Json:
    voice: Json = kit.definition["voice"] if kit else {}
    return voice


def _colours(kit: BrandKit | None) -> Json:
    palette: list[Json] = kit.definition["palette"] if kit else []
    grounds = [color["hex"] for color in palette if color.get("role") in ("paper", "ink", "primary")]
    return {"palette": [color["hex"] for color in palette], "grounds": grounds}


def _from_facts(medium: Medium, asked: list[str], kit: BrandKit | None) -> dict[str, Measured]:
    """Return what needs no look at the content: ratio, resolution, duration."""
    found: dict[str, Measured] = {}
    if medium.kind in MEASURES["resolution"].kinds and medium.width and medium.height:
        size = {"width": medium.width, "height": medium.height}
        found["resolution"] = Measured(float(min(medium.width, medium.height)), size, output=medium.name)
        found["aspect_ratio"] = _ratio(medium, medium.width / medium.height, kit)
    if medium.kind in MEASURES["duration"].kinds and medium.duration_seconds is not None:
        found["duration"] = Measured(round(medium.duration_seconds, 2), output=medium.name)
    if medium.kind in MEASURES["contrast"].kinds and not ocr_extra.is_installed():
        found[WORDS] = Measured(reason=UNREAD, output=medium.name)
    return {name: each for name, each in found.items() if name in (*asked, WORDS)}


def _ratio(medium: Medium, ratio: float, kit: BrandKit | None) -> Measured:
    ratios = kit.definition.get("ratios", []) if kit else []
    if not ratios:
        return Measured(reason="the brand kit names no ratios")
    off = {name: abs(ratio / _number(name) - 1) for name in ratios}
    nearest = min(off, key=lambda name: off[name])
    return Measured(
        round(off[nearest], 4), {"ratio": round(ratio, 3), "nearest": nearest}, output=medium.name
    )


def _number(ratio: str) -> float:
    across, _, down = ratio.partition(":")
    return float(across) / float(down)
