"""Sets an agent to work: finds what it may use, and resolves what its step says."""

from collections.abc import Mapping

from limner.engine.agents.agent import Agent, Assignment, Desk
from limner.engine.agents.tools import (
    ActionTool,
    ReadPage,
    RunTechnique,
    TechniqueTool,
    Tool,
    WebTool,
)
from limner.engine.performing import KindInputs
from limner.engine.progress import Report
from limner.engine.seams import ActionOf, TechniqueOf
from limner.techniques.filling import fill_params
from limner.techniques.references import Scope
from limner.types import AgentTerms, AgentTool, Json, Kind, Step, ToolKind, Wanted

TOOLS = "tools"
"""The capability that an agent's model must have."""


class Agents:
    """The agent steps of one attempt at a run."""

    def __init__(
        self, *, desk: Desk, action_of: ActionOf, technique_of: TechniqueOf, read_page: ReadPage
    ) -> None:
        self._desk = desk
        self._action_of = action_of
        self._technique_of = technique_of
        self._read_page = read_page

    async def run(
        self,
        step: Step,
        prompt: str,
        inputs: KindInputs,
        scope: Scope,
        report: Report,
        path: str,
        run_technique: RunTechnique,
    ) -> Json:
        """Return what an agent makes, as `Agent.finish` does. run_technique: how a technique that is a tool is run."""
        if (done := self._desk.performer.checkpoint(path)) is not None:
            report(1.0, path)
            return done
        terms = step.terms or AgentTerms()
        assignment = Assignment(
            path=path,
            name=step.target,
            prompt=prompt,
            inputs=inputs,
            wanted=wanted_of(step, fill_params(step.params, scope)),
            terms=terms,
            tools=[await self._tool(tool, scope, run_technique) for tool in terms.tools],
        )
        return await Agent(assignment, self._desk, report).finish()

    async def _tool(self, tool: AgentTool, scope: Scope, run_technique: RunTechnique) -> Tool:
        match tool.kind:
            case ToolKind.ACTION:
                desk = self._desk
                return ActionTool(self._action_of(tool.target), desk.performer, desk.store)
            case ToolKind.TECHNIQUE:
                technique = await self._technique_of(tool.target, tool.revision or "")
                return TechniqueTool(technique, run_technique, scope, self._desk.store)
            case ToolKind.WEB:
                return WebTool(self._read_page)


def wanted_of(step: Step, params: Mapping[str, object]) -> Wanted:
    """Return what the model of an agent must do."""
    return Wanted(
        Kind.TEXT,
        model_id=step.model,
        needs=(TOOLS, *step.needs),
        prefer=step.prefer,
        params=dict(params),
    )
