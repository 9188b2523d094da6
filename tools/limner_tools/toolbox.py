"""Every tool, in the order that agents see them, with its input schema. Importing it imports what they do."""

from collections.abc import Sequence

import mcp_types as t

from limner_tools import (
    cancel_run,
    get_run,
    get_technique,
    list_models,
    list_runs,
    list_techniques,
    start_run,
    view_output,
)
from limner_tools.calls import AgentTool, ArgumentSchema

TOOLS: tuple[AgentTool, ...] = (
    list_techniques.TOOL,
    get_technique.TOOL,
    start_run.TOOL,
    get_run.TOOL,
    list_models.TOOL,
    list_runs.TOOL,
    cancel_run.TOOL,
    view_output.TOOL,
)


class Toolbox:
    """The tools by name."""

    def __init__(self) -> None:
        self._tools = {tool.name: tool for tool in TOOLS}
        self._arguments = {tool.name: ArgumentSchema(tool.describe(()).input_schema) for tool in TOOLS}

    def get(self, name: str) -> AgentTool | None:
        """Return a tool, or None when there is none of that name."""
        return self._tools.get(name)

    def arguments_of(self, tool: AgentTool) -> ArgumentSchema:
        """Return what the arguments of a tool, of this box or another, are checked against."""
        return self._arguments.get(tool.name) or ArgumentSchema(tool.describe(()).input_schema)

    def describe(self, technique_ids: Sequence[str]) -> list[t.Tool]:
        """Return all tools as agents see them."""
        return [tool.describe(technique_ids) for tool in TOOLS]
