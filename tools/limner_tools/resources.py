"""Runs, their outputs, techniques, brand kits and models as MCP resources, below `limner://`."""

import base64
import json
import re
from urllib.parse import quote, unquote

import anyio
import mcp_types as t
from mcp.shared.exceptions import MCPError

from limner.app.brands import brand_document
from limner.app.documents import model_document, run_document, technique_document
from limner.app.provenance import run_summary
from limner.app.requests import RunFilter
from limner.app.studio import Studio
from limner.errors import InvalidInput, NotFound, Unavailable
from limner.types import Json
from limner_tools.addresses import BRAND, MODEL, OUTPUT, PROVENANCE, RUN, RUN_CARD, SUMMARY, TECHNIQUE
from limner_tools.options import Locate
from limner_tools.run_card import RESOURCE, read_card

MAX_BLOB_BYTES = 700_000
PREVIEW_PIXELS = 1024
RECENT = 20
JSON_TYPE = "application/json"


def _template(
    address: str, name: str, description: str, mime_type: str | None = JSON_TYPE
) -> t.ResourceTemplate:
    return t.ResourceTemplate(
        uri_template=f"limner://{address}", name=name, description=description, mime_type=mime_type
    )


TEMPLATES = (
    _template("runs/{run_id}", "run", "A run."),
    _template(
        "runs/{run_id}/outputs/{output_id}", "output", "An output of a run; of a list, add /0, /1 …", None
    ),
    _template(
        "runs/{run_id}/summary",
        "run_summary",
        "A completed run in short: outputs by hash, score, seed, revisions.",
    ),
    _template(
        "runs/{run_id}/provenance",
        "provenance",
        "What made a completed run's outputs: inputs, steps, versions, seed, score, hashes.",
    ),
    _template(
        "techniques/{technique_id}",
        "technique",
        "A technique: its inputs, outputs, schemas and an example call.",
    ),
    _template(
        "brands/{brand_kit}", "brand_kit", "A brand kit: its palette, type, voice, logo, ratios and rubric."
    ),
    _template(
        "models/{model_id}",
        "model",
        "A model: what it makes and takes, its parameters, price and fidelity.",
    ),
)


async def list_resources(studio: Studio, caller: str) -> list[t.Resource]:
    """Return the caller's latest runs, the published techniques, the brand kits, the models, and the run card."""
    techniques = [
        _listed(
            f"techniques/{entry.technique.slug}",
            entry.technique.technique_id,
            entry.technique.name,
            entry.technique.description,
        )
        for entry in (await studio.techniques.entries()).values()
        if entry.is_published
    ]
    brands = [
        _listed(f"brands/{kit.brand_kit}", kit.brand_kit, kit.name, kit.description)
        for kit in (await studio.brands.kits()).values()
    ]
    models = [
        _listed(f"models/{quote(model.model_id, safe='')}", model.model_id, model.name, model.description)
        for model in (await studio.models.models()).values()
    ]
    return [*await _recent_runs(studio, caller), *techniques, *brands, *models, RESOURCE]


def _listed(address: str, name: str, title: str, description: str | None = None) -> t.Resource:
    return t.Resource(
        uri=f"limner://{address}", name=name, title=title, description=description, mime_type=JSON_TYPE
    )


async def _recent_runs(studio: Studio, caller: str) -> list[t.Resource]:
    page = await studio.list_runs(caller, RunFilter(limit=RECENT))
    return [
        _listed(f"runs/{run.run_id}", run.run_id, f"{run.target_name}: {run.status.value}")
        for run in page.items
    ]


async def read_resource(studio: Studio, caller: str, uri: str, locate: Locate) -> t.ReadResourceResult:
    """Return the run card, a run, or an output: text, or the file while it is small enough, else a preview of it.

    Raises: MCPError, for an address that names nothing.
    """
    if uri == RUN_CARD:
        return await read_card()
    try:
        if match := RUN.fullmatch(uri):
            view = await studio.get_run(caller, match[1])
            return _json(uri, run_document(view, lambda asset: locate(studio, asset)))
        if match := SUMMARY.fullmatch(uri):
            return _json(uri, await _summary(studio, caller, match[1]))
        if match := PROVENANCE.fullmatch(uri):
            return _json(uri, await studio.provenance(caller, match[1]))
        if match := TECHNIQUE.fullmatch(uri):
            return _json(uri, technique_document(await studio.techniques.get(match[1])))
        if match := BRAND.fullmatch(uri):
            return _json(uri, brand_document(await studio.get_brand(match[1])))
        if match := MODEL.fullmatch(uri):
            return _json(uri, model_document(await studio.get_model(unquote(match[1]))))
        if match := OUTPUT.fullmatch(uri):
            return await _output(studio, caller, match, locate)
    except (NotFound, Unavailable) as error:
        raise MCPError(code=t.INVALID_PARAMS, message=error.message, data={"uri": uri}) from error
    raise MCPError(code=t.INVALID_PARAMS, message=f"There is no resource {uri}", data={"uri": uri})


async def _summary(studio: Studio, caller: str, run_id: str) -> Json:
    view = await studio.get_run(caller, run_id)
    summary = run_summary(view.run, view.assets, f"limner://runs/{run_id}/provenance")
    if summary is None:
        raise Unavailable(f"{run_id} is {view.run.status.value}: only a completed run has a summary.")
    return {"run_id": run_id, **summary}


async def _output(studio: Studio, caller: str, match: re.Match[str], locate: Locate) -> t.ReadResourceResult:
    uri = match[0]
    output, asset = await studio.get_output(caller, match[1], match[2], int(match[3] or 0))
    if asset is None:
        text = t.TextResourceContents(uri=uri, mime_type="text/plain", text=output.text or "")
        return t.ReadResourceResult(contents=[text])
    if asset.size_bytes <= MAX_BLOB_BYTES:
        return _blob(uri, asset.media_type, await anyio.Path(studio.path(asset)).read_bytes())
    facts = {
        "media_type": asset.media_type,
        "size_bytes": asset.size_bytes,
        **locate(studio, asset),
        "next_step": "The file is too large to send here: open it at its path or url.",
    }
    try:
        preview = await studio.preview(asset, PREVIEW_PIXELS)
    except InvalidInput:
        return _json(uri, facts)  # it has no picture to show
    picture = _blob(
        uri, f"image/{preview.suffix[1:]}".replace("jpg", "jpeg"), await anyio.Path(preview).read_bytes()
    )
    return t.ReadResourceResult(contents=[*_json(uri, facts).contents, *picture.contents])


def _json(uri: str, document: Json) -> t.ReadResourceResult:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return t.ReadResourceResult(contents=[t.TextResourceContents(uri=uri, mime_type=JSON_TYPE, text=text)])


def _blob(uri: str, media_type: str, data: bytes) -> t.ReadResourceResult:
    blob = base64.b64encode(data).decode()
    return t.ReadResourceResult(contents=[t.BlobResourceContents(uri=uri, mime_type=media_type, blob=blob)])
