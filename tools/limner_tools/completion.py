"""What a host suggests while a person types: ids in resource addresses, and values in prompts."""

import mcp_types as t

from limner.app.requests import RunFilter
from limner.app.studio import Studio
from limner.errors import NotFound
from limner_tools import prompts

MOST = 100  # MCP: a completion has at most 100 values


async def complete(studio: Studio, caller: str, params: t.CompleteRequestParams) -> t.CompleteResult:
    """Return what the argument may become, at most 100 values. Of runs, the latest 100 are looked at."""
    values = await _values(studio, caller, params)
    completion = t.Completion(values=values[:MOST], total=len(values), has_more=len(values) > MOST)
    return t.CompleteResult(completion=completion)


async def _values(studio: Studio, caller: str, params: t.CompleteRequestParams) -> list[str]:
    name, typed = params.argument.name, params.argument.value
    if isinstance(params.ref, t.PromptReference):
        entries = await studio.techniques.entries()
        if name == prompts.BRAND_KIT and prompts.takes_kit(entries, params.ref.name):
            return await _brand_kits(studio, typed)
        return prompts.complete(entries, params.ref.name, name, typed)
    match name:
        case "brand_kit":
            return await _brand_kits(studio, typed)
        case "model_id":
            return [each for each in await studio.models.models() if typed.casefold() in each]
        case "run_id":
            page = await studio.list_runs(caller, RunFilter(limit=MOST))
            return [run.run_id for run in page.items if run.run_id.startswith(typed)]
        case "technique_id":
            return [each for each in await studio.techniques.entries() if typed.casefold() in each]
        case "output_id":
            return await _output_ids(studio, caller, params, typed)
        case _:
            return []


async def _brand_kits(studio: Studio, typed: str) -> list[str]:
    return [each for each in await studio.brands.kits() if typed.casefold() in each]


async def _output_ids(studio: Studio, caller: str, params: t.CompleteRequestParams, typed: str) -> list[str]:
    run_id = (params.context.arguments or {}).get("run_id") if params.context else None
    if run_id is None:
        return []
    try:
        view = await studio.get_run(caller, run_id)
    except NotFound:
        return []  # it is still being typed
    names = dict.fromkeys(output.output_id for output in view.run.outputs)
    return [name for name in names if name.startswith(typed)]
