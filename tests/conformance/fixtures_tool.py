"""What a fixture tool is: a description, and what it answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import mcp_types as t
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from limner.types import Json
from limner_tools.tasks import MISSING_CAPABILITY

Context = ServerRequestContext[Any]
Answer: TypeAlias = "t.CallToolResult | t.InputRequiredResult | Json"
Call: TypeAlias = Callable[[Context, t.CallToolRequestParams], Awaitable[Answer]]


def schema(required: tuple[str, ...] = (), **properties: Json) -> Json:
    """Return an input schema of these properties."""
    return {"type": "object", "properties": properties, "required": list(required)}


@dataclass(frozen=True, slots=True)
class FixtureTool:
    """A tool that a scenario calls."""

    name: str
    description: str
    call: Call
    input_schema: Json = field(default_factory=schema)

    def describe(self) -> t.Tool:
        """Return the tool as it is listed."""
        return t.Tool(name=self.name, description=self.description, input_schema=self.input_schema)


def said(text: str) -> t.CallToolResult:
    """Return a text as a tool's result."""
    return t.CallToolResult(content=[t.TextContent(text=text)])


def needs(**capabilities: Json) -> MCPError:
    """Return the refusal of a client that did not declare what a tool cannot do without."""
    return MCPError(
        code=MISSING_CAPABILITY,
        message=f"Declare the client capability {', '.join(capabilities)}.",
        data={"requiredCapabilities": capabilities},
    )
