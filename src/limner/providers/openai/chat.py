"""Chat completions: the request in a server's words, and the assistant's message in its answer."""

import json
from collections.abc import Sequence
from typing import Any

from limner.errors import ProviderFailed
from limner.providers.openai.answers import blocked, failed_within
from limner.providers.openai.files import base64_of, data_address
from limner.providers.openai.kinds import reasons
from limner.providers.openai.options import Options
from limner.types import Json, Kind, MediaFile, Order, Task
from limner.types.json import present

PATH = "chat/completions"
LEAST_TOKENS = 16
MOST_TOKENS = 65_536
DEFAULT_TOKENS = 4_096
DEFAULT_TOKENS_THINKING = 16_384
"""Of models that think first: it counts as answer."""
DEFAULT_TEMPERATURE = 1.0
SEEDS = 1 << 31
"""Seeds below this are taken everywhere; llama.cpp reads 32 bits."""
TYPED = frozenset({"type", "anyOf", "enum", "const", "$ref"})
"""One of them is in every schema that strict mode takes."""
NOT_STRICT = frozenset(
    {
        "allOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "patternProperties",
    }
    | {"minLength", "maxLength", "prefixItems", "uniqueItems"}
)
"""Words that strict mode refuses, of all models or of some."""
KEPT_IN_MESSAGE = ("role", "content", "tool_calls", "reasoning_details")
"""What goes back in the next request; Gemini refuses tool calls without the signatures that stand in them."""


def chat_params(most_tokens: int | None, *, thinks: bool) -> Json:
    """Return the parameters of a model that chats. most_tokens: that it may answer with, if known."""
    most = max(LEAST_TOKENS, min(MOST_TOKENS, most_tokens or MOST_TOKENS))
    params: Json = {
        "max_tokens": {
            "type": "integer",
            "description": "The longest answer, in tokens (about four characters each).",
            "default": min(most, DEFAULT_TOKENS_THINKING if thinks else DEFAULT_TOKENS),
            "minimum": LEAST_TOKENS,
            "maximum": most,
        }
    }
    if not thinks:
        params["temperature"] = {
            "type": "number",
            "description": "From 0 (the likeliest words) to 2 (the boldest); 1 leaves it to the server.",
            "default": DEFAULT_TEMPERATURE,
            "minimum": 0,
            "maximum": 2,
        }
    return params


async def chat_body(order: Order, options: Options, *, is_openai: bool) -> Json:
    """Return the request for a chat, or for a prompt with pictures and sounds.

    is_openai: whether OpenAI itself is asked, which calls the limit `max_completion_tokens`. Its models that think
    know no other name for it wherever they are, and refuse a temperature.
    """
    messages = list(order.messages) if order.task is Task.CHAT else [await _prompt_message(order)]
    params = dict(order.params)
    limit = params.pop("max_tokens", None)
    temperature = params.pop("temperature", None)
    thinks = reasons(order.target)
    body = {
        **params,
        "model": order.target,
        "messages": messages,
        **present(
            tools=list(order.tools) or None,
            temperature=None if thinks or temperature == DEFAULT_TEMPERATURE else temperature,
            seed=order.seed % SEEDS if options.sends_seed and not thinks else None,
            response_format=_response_format(order.result_schema, options),
        ),
    }
    if limit is not None:
        body["max_completion_tokens" if is_openai or thinks else "max_tokens"] = limit
    if order.result_schema is not None and options.result_format != "json_schema":
        body["messages"] = [_schema_message(order.result_schema), *messages]
    return body


def message_in(provider: str, body: Json, cost_usd: float | None) -> tuple[Json, str]:
    """Return the assistant's message, as it goes back into the conversation, and why it ended.

    Raises: ProviderFailed, when there is none, when it is withheld, or when the limit left nothing of it.
    """
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise ProviderFailed(f"{provider} answered without a message.", billed_usd=cost_usd)
    ended = str(choice.get("finish_reason") or "stop")
    if choice.get("error"):
        raise failed_within(provider, choice["error"], billed_usd=cost_usd)
    if message.get("refusal") or ended == "content_filter":
        words = str(message.get("refusal") or "its content filter stopped the answer")
        raise blocked(provider, words, billed_usd=cost_usd)
    kept = {name: message[name] for name in KEPT_IN_MESSAGE if message.get(name)}
    kept |= {"role": "assistant", "content": _text_of(message.get("content"))}
    if calls := message.get("tool_calls"):
        kept["tool_calls"] = _tool_calls(provider, calls, cost_usd)
    if not kept["content"] and "tool_calls" not in kept:
        raise _nothing(provider, ended, cost_usd)
    return kept, ended


async def _prompt_message(order: Order) -> Json:
    """Return one user's message: the prompt, and the media beside it."""
    parts: list[Json] = [{"type": "text", "text": order.prompt}]
    for given in order.inputs.get(Kind.IMAGE, ()):
        if isinstance(given, MediaFile):
            parts.append({"type": "image_url", "image_url": {"url": await data_address(given)}})
    for given in order.inputs.get(Kind.AUDIO, ()):
        if isinstance(given, MediaFile):
            parts.append({"type": "input_audio", "input_audio": await input_audio(given)})
    return {"role": "user", "content": order.prompt if len(parts) == 1 else parts}


async def input_audio(file: MediaFile) -> Json:
    """Return a sound as JSON carries it: base64 and the name of its format."""
    subtype = file.media_type.partition("/")[2]
    return {"data": await base64_of(file.path), "format": {"mpeg": "mp3", "mp4": "m4a"}.get(subtype, subtype)}


def _response_format(schema: Json | None, options: Options) -> Json | None:
    match options.result_format if schema is not None else "none":
        case "json_schema":
            named = {"name": "result", "schema": schema, "strict": _can_be_strict(schema)}
            return {"type": "json_schema", "json_schema": named}
        case "json_object":
            return {"type": "json_object"}
    return None


def _schema_message(schema: Json) -> Json:
    words = "Answer with one JSON object, and nothing else, that satisfies this JSON Schema:"
    return {"role": "system", "content": f"{words}\n{json.dumps(schema, ensure_ascii=False)}"}


def _can_be_strict(schema: Any) -> bool:
    """Return whether OpenAI's strict mode takes a schema: typed, every object closed, all its properties required."""
    if isinstance(schema, list):
        return all(_can_be_strict(each) for each in schema)
    if not isinstance(schema, dict):
        return schema is None
    if NOT_STRICT & schema.keys() or not TYPED & schema.keys():
        return False
    properties = schema.get("properties", {})
    if schema.get("type") == "object":
        is_closed = schema.get("additionalProperties") is False
        if not is_closed or set(schema.get("required", ())) != set(properties):
            return False
    below = [
        *properties.values(),
        *schema.get("$defs", {}).values(),
        schema.get("items"),
        schema.get("anyOf"),
    ]
    return all(_can_be_strict(each) for each in below)


def _text_of(content: Any) -> str:
    """Return the text of a content: text, or a list of parts (Mistral)."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(
        part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)
    )


def _tool_calls(provider: str, calls: Sequence[Any], cost_usd: float | None) -> list[Json]:
    """Return calls with an id each and their arguments as text, as OpenAI writes them; not all servers do."""
    made = []
    for number, call in enumerate(calls):
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise ProviderFailed(f"{provider} calls a tool without a name.", billed_usd=cost_usd)
        given = function.get("arguments")
        arguments = given if isinstance(given, str) else json.dumps(given or {})
        named = {**function, "arguments": arguments or "{}"}
        made.append({**call, "id": call.get("id") or f"call_{number}", "type": "function", "function": named})
    return made


def _nothing(provider: str, ended: str, cost_usd: float | None) -> ProviderFailed:
    if ended == "length":
        return ProviderFailed(
            f"{provider} used up all tokens before it said anything.",
            billed_usd=cost_usd,
            next_step="Ask with a larger max_tokens: models that think first need more.",
        )
    return ProviderFailed(f"{provider} answered with nothing ({ended}).", billed_usd=cost_usd)
