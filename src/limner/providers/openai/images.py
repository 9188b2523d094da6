"""Pictures: what each family of models takes, and the requests, drawn anew or after pictures that are given.

Sizes and fields: OpenAI's reference of images (2026-11), stable-diffusion.cpp's examples/server/api.md, OpenRouter's
image API.
"""

import json
from typing import Any

from limner.providers.openai.chat import SEEDS
from limner.providers.openai.files import data_address, form_file
from limner.providers.openai.options import Options
from limner.types import Json, Kind, MediaFile, Order
from limner.types.json import present

GENERATIONS = "images/generations"
EDITS = "images/edits"
OPENROUTER = "images"
MOST_REFERENCES_GPT = 16
MOST_REFERENCES_LOCAL = 4
WITHIN = "data:;base64,"
SD_SERVER = "sd-cpp-local"
"""The one id that stable-diffusion.cpp's server has."""

_SQUARE_AND_BY_HALF = {"1:1": "1024x1024", "3:2": "1536x1024", "2:3": "1024x1536"}
SIZES_GPT_IMAGE_1 = _SQUARE_AND_BY_HALF
"""All that gpt-image-1, 1.5, their mini and chatgpt-image-latest draw."""
SIZES_GPT_IMAGE = {
    **_SQUARE_AND_BY_HALF,
    "16:9": "1536x864",
    "9:16": "864x1536",
    "4:3": "1344x1008",
    "3:4": "1008x1344",
}
"""From gpt-image-2 on any size: multiples of 16, ratios up to 3:1."""
SIZES_DALL_E_3 = {"1:1": "1024x1024", "16:9": "1792x1024", "9:16": "1024x1792"}
"""Retired at OpenAI in May 2026; gateways have it."""
SIZES_ANY = {
    "1:1": "1024x1024",
    "16:9": "1024x576",
    "9:16": "576x1024",
    "4:3": "1024x768",
    "3:4": "768x1024",
    "3:2": "1152x768",
    "2:3": "768x1152",
}
"""Exact ratios in multiples of 64, which every diffusion model takes."""


def image_params(native_id: str, options: Options) -> Json:
    """Return the parameters that models of this name honour."""
    sizes = sizes_of(native_id)
    is_gpt = _is_gpt_image(native_id)
    chooses = is_gpt or options.dialect == "openrouter"
    params: Json = {
        "aspect_ratio": {
            "type": "string",
            "description": "Width to height.",
            "enum": [*(("auto",) if chooses else ()), *sizes],
            "default": "auto" if chooses else "1:1",
        }
    }
    if is_gpt and options.dialect == "openai":
        params["quality"] = {
            "type": "string",
            "description": "How much work goes into it; the price goes with it.",
            "enum": ["auto", "low", "medium", "high"],
            "default": "auto",
        }
        params["format"] = {
            "type": "string",
            "description": "The kind of file.",
            "enum": ["png", "jpeg", "webp"],
            "default": "png",
        }
    return params


def sizes_of(native_id: str) -> dict[str, str]:
    """Return the sizes by ratio that models of this name draw."""
    name = native_id.lower()
    if "gpt-image-1" in name or "chatgpt-image" in name:
        return SIZES_GPT_IMAGE_1
    if _is_gpt_image(native_id):
        return SIZES_GPT_IMAGE
    return SIZES_DALL_E_3 if "dall-e-3" in name else SIZES_ANY


def most_references(native_id: str) -> int:
    """Return how many pictures models of this name are known to draw after; 0 where that is not known."""
    if _is_gpt_image(native_id):
        return MOST_REFERENCES_GPT
    return MOST_REFERENCES_LOCAL if native_id == SD_SERVER or "kontext" in native_id.lower() else 0


async def image_request(order: Order, options: Options) -> tuple[str, Json]:
    """Return the path, and the arguments as httpx has them, of a request for one picture."""
    references = [each for each in order.inputs.get(Kind.IMAGE, ()) if isinstance(each, MediaFile)]
    if options.dialect == "openrouter":
        return OPENROUTER, {"json": await _openrouter_body(order, references)}
    body = _body(order, options)
    if not references:
        return GENERATIONS, {"json": body}
    field = "image" if len(references) == 1 else "image[]"
    return EDITS, {
        "data": {name: str(value) for name, value in body.items()},
        "files": [(field, await form_file(each)) for each in references],
    }


def addresses_in(body: Json) -> list[str]:
    """Return where the pictures of an answer are; those within the answer as `data:` addresses."""
    data = body.get("data")
    found = [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []
    within = [f"{WITHIN}{each['b64_json']}" if each.get("b64_json") else each.get("url") for each in found]
    return [address for address in within if isinstance(address, str)]


def _body(order: Order, options: Options) -> Json:
    params = dict(order.params)
    ratio = params.pop("aspect_ratio", "auto")
    size = sizes_of(order.target).get(ratio)
    if _is_gpt_image(order.target):
        own: Json = present(
            size=size or "auto", quality=params.pop("quality", None), output_format=params.pop("format", None)
        )
    else:
        # gpt-image knows no response_format and answers base64 anyway; the others answer an address without it
        own = present(size=size, response_format="b64_json", seed=_seed(order, options))
    return {"model": order.target, "prompt": _prompt(order), "n": 1, **own, **params}


async def _openrouter_body(order: Order, references: list[MediaFile]) -> Json:
    """Return OpenRouter's own shape. It refuses parameters that a model does not have, a seed among them."""
    params: dict[str, Any] = dict(order.params)
    if params.get("aspect_ratio") == "auto":
        del params["aspect_ratio"]
    given = [{"type": "image_url", "image_url": {"url": await data_address(each)}} for each in references]
    return {
        "model": order.target,
        "prompt": order.prompt,
        **params,
        **present(input_references=given or None),
    }


def _prompt(order: Order) -> str:
    """Return the prompt; stable-diffusion.cpp takes the seed within it, and nowhere else."""
    if order.target != SD_SERVER:
        return order.prompt
    return f"{order.prompt}<sd_cpp_extra_args>{json.dumps({'seed': order.seed % SEEDS})}</sd_cpp_extra_args>"


def _seed(order: Order, options: Options) -> int | None:
    is_told_otherwise = order.target == SD_SERVER or "dall-e" in order.target
    return None if is_told_otherwise or not options.sends_seed else order.seed % SEEDS


def _is_gpt_image(native_id: str) -> bool:
    return "gpt-image" in native_id.lower()
