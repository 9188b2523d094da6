"""Fixture resources and prompts."""

import json
import re

import mcp_types as t

from .fixtures_asking import PROMPT as ASKING_PROMPT
from .fixtures_content import PNG

SCHEME = "test://"
RESOURCES = (
    t.Resource(uri="test://static-text", name="static-text", description="A text.", mime_type="text/plain"),
    t.Resource(
        uri="test://static-binary", name="static-binary", description="A picture.", mime_type="image/png"
    ),
    t.Resource(
        uri="test://watched-resource",
        name="watched",
        description="A text that is watched.",
        mime_type="text/plain",
    ),
)
TEMPLATES = (
    t.ResourceTemplate(
        uri_template="test://template/{id}/data",
        name="template",
        description="A document.",
        mime_type="application/json",
    ),
)
_TEMPLATE = re.compile(r"test://template/([^/]+)/data")


def read(uri: str) -> t.ReadResourceResult | None:
    """Return a fixture resource, or None when there is none of this name."""
    match uri:
        case "test://static-text":
            return _text(uri, "text/plain", "This is the content of the static text resource.")
        case "test://watched-resource":
            return _text(uri, "text/plain", "This is watched.")
        case "test://static-binary":
            blob = t.BlobResourceContents(uri=uri, mime_type="image/png", blob=PNG)
            return t.ReadResourceResult(contents=[blob])
    if found := _TEMPLATE.fullmatch(uri):
        document = {"id": found[1], "templateTest": True, "data": f"Data for ID: {found[1]}"}
        return _text(uri, "application/json", json.dumps(document))
    return None


def _text(uri: str, mime_type: str, text: str) -> t.ReadResourceResult:
    contents = t.TextResourceContents(uri=uri, mime_type=mime_type, text=text)
    return t.ReadResourceResult(contents=[contents])


def _argument(name: str) -> t.PromptArgument:
    return t.PromptArgument(name=name, description="A test argument.", required=True)


PROMPTS = (
    t.Prompt(name="test_simple_prompt", description="Say something."),
    t.Prompt(
        name="test_prompt_with_arguments",
        description="Say something with two arguments.",
        arguments=[_argument("arg1"), _argument("arg2")],
    ),
    t.Prompt(
        name="test_prompt_with_embedded_resource",
        description="Show a resource.",
        arguments=[_argument("resourceUri")],
    ),
    t.Prompt(name="test_prompt_with_image", description="Show a picture."),
    t.Prompt(name=ASKING_PROMPT, description="Ask before saying something."),
)


def get_prompt(params: t.GetPromptRequestParams) -> t.GetPromptResult:
    """Return what a fixture prompt says."""
    given = params.arguments or {}
    match params.name:
        case "test_prompt_with_arguments":
            return _said(f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'")
        case "test_prompt_with_embedded_resource":
            text = "Embedded resource content for testing."
            shown = t.TextResourceContents(uri=given["resourceUri"], mime_type="text/plain", text=text)
            return _said("Please process the embedded resource above.", t.EmbeddedResource(resource=shown))
        case "test_prompt_with_image":
            return _said("Please analyze the image above.", t.ImageContent(data=PNG, mime_type="image/png"))
        case _:
            return _said("This is a simple prompt for testing.")


def _said(text: str, *shown: t.ContentBlock) -> t.GetPromptResult:
    blocks = [*shown, t.TextContent(text=text)]
    return t.GetPromptResult(messages=[t.PromptMessage(role="user", content=block) for block in blocks])
