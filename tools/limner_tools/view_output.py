"""view_output: lets the model look at a picture. No output schema, so that every host shows it the image."""

import base64
import json
from collections.abc import Sequence

import anyio
import mcp_types as t

from limner.app.previews import LARGEST, MEDIA_TYPES, SMALLEST
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call

DEFAULT_PIXELS = 768


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool."""
    return t.Tool(
        name="view_output",
        title="View an output",
        description=(
            "Look at one output of a run: a preview of a picture or of a video's frame, or the whole text. "
            "The full file is at the output's path or url."
        ),
        input_schema=schemas.arguments(
            {
                "run_id": schemas.RUN_ID,
                "output_id": schemas.text("Which output. Default: the first."),
                "index": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Which of a list. Default 0.",
                },
                "max_pixels": {
                    "type": "integer",
                    "minimum": SMALLEST,
                    "maximum": LARGEST,
                    "description": f"Longer side of the preview, {SMALLEST} to {LARGEST}. Default {DEFAULT_PIXELS}.",
                },
            },
            required=("run_id",),
        ),
        annotations=t.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


async def call(call: Call) -> t.CallToolResult:
    """Return the picture, after a line that says what it is."""
    given = call.arguments
    output, asset = await call.studio.get_output(
        call.caller, given["run_id"], given.get("output_id"), given.get("index", 0)
    )
    if asset is None:
        return t.CallToolResult(content=[t.TextContent(text=output.text or "")])
    preview = await call.studio.preview(asset, given.get("max_pixels", DEFAULT_PIXELS))
    data = await anyio.Path(preview).read_bytes()
    facts = {
        "run_id": given["run_id"],
        "output_id": output.output_id,
        "media_type": asset.media_type,
        "width": asset.width,
        "height": asset.height,
        **call.place_of(asset),
        "next_step": "This is a preview; give the user the file at the path or url.",
    }
    return t.CallToolResult(
        content=[
            t.TextContent(text=json.dumps(facts, ensure_ascii=False, separators=(",", ":"))),
            t.ImageContent(data=base64.b64encode(data).decode(), mime_type=MEDIA_TYPES[preview.suffix]),
        ]
    )


TOOL = AgentTool("view_output", describe, call)
