"""Fixture tools that answer with every kind of content, with progress, with logs and with an error."""

import base64
import io
import wave

import anyio
import mcp_types as t

from limner.errors import LimnerError
from limner_tools.calls import refusal

from .fixtures_tool import Answer, Context, FixtureTool, needs, said, schema

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
"""A picture of one red pixel."""
STEP_SECONDS = 0.05
"""The pause that the scenarios ask for between two notifications."""

SCHEMA_2020_12 = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


async def _simple(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    return said("This is a simple text response for testing.")


async def _image(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    return t.CallToolResult(content=[t.ImageContent(data=PNG, mime_type="image/png")])


async def _audio(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(160))
    data = base64.b64encode(file.getvalue()).decode()
    return t.CallToolResult(content=[t.AudioContent(data=data, mime_type="audio/wav")])


def _embedded(uri: str, mime_type: str, text: str) -> t.EmbeddedResource:
    return t.EmbeddedResource(resource=t.TextResourceContents(uri=uri, mime_type=mime_type, text=text))


async def _resource(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    text = "This is an embedded resource content."
    return t.CallToolResult(content=[_embedded("test://embedded-resource", "text/plain", text)])


async def _mixed(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    document = '{"test":"data","value":123}'
    return t.CallToolResult(
        content=[
            t.TextContent(text="Multiple content types test:"),
            t.ImageContent(data=PNG, mime_type="image/png"),
            _embedded("test://mixed-content-resource", "application/json", document),
        ]
    )


async def _error(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    return refusal(LimnerError("This tool intentionally returns an error for testing"))


async def _progress(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    for progress in (0, 50, 100):
        await ctx.session.report_progress(progress, 100)
        await anyio.sleep(STEP_SECONDS)
    return said("Progress was reported.")


async def _logs(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    for text in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.session.send_log_message("info", text, related_request_id=ctx.request_id)
        await anyio.sleep(STEP_SECONDS)
    return said("Messages were sent to those who asked for them.")


async def _samples_only(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    known = ctx.session.client_capabilities
    if known is None or known.sampling is None:
        raise needs(sampling={})
    return said("The client could be asked to sample.")


async def _echo(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    return said(str((params.arguments or {}).get("region", "")))


TOOLS = (
    FixtureTool("test_simple_text", "Answer with a text.", _simple),
    FixtureTool("test_image_content", "Answer with a picture.", _image),
    FixtureTool("test_audio_content", "Answer with a sound.", _audio),
    FixtureTool("test_embedded_resource", "Answer with a resource.", _resource),
    FixtureTool("test_multiple_content_types", "Answer with a text, a picture and a resource.", _mixed),
    FixtureTool("test_error_handling", "Fail.", _error),
    FixtureTool("test_tool_with_progress", "Report progress.", _progress),
    FixtureTool("test_tool_with_logging", "Send log messages.", _logs),
    FixtureTool("test_logging_tool", "Send log messages.", _logs),
    FixtureTool("test_missing_capability", "Need a client that can sample.", _samples_only),
    FixtureTool("json_schema_2020_12_tool", "Have a schema of many keywords.", _simple, SCHEMA_2020_12),
    FixtureTool(
        "test_parameter_in_header",
        "Have an argument that is sent in a header too.",
        _echo,
        schema(("region",), region={"type": "string", "x-mcp-header": "Region"}),
    ),
)
