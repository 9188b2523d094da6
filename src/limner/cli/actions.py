"""`limner actions list` and `show`: the built-in operations and their parameters."""

import difflib

from rich.table import Table

from limner.app.action_request import describe_inputs
from limner.cli.session import Session
from limner.cli.terminal import new_table
from limner.errors import NotFound
from limner.types import Action, ActionPort, Json


async def list_actions(session: Session) -> int:
    """Print every action."""
    terminal = session.terminal
    async with session.studio() as studio:
        actions = studio.actions
    if session.arguments.json:
        terminal.print_json({"actions": [action_document(action) for action in actions]})
        return 0
    for action in actions:
        made = " and ".join(port.kind.value for port in action.outputs)
        terminal.say_whole(f"{action.action_id}  ({describe_inputs(action.inputs)} → {made})")
        terminal.say_indented(action.description.split(". ")[0].rstrip(".") + ".")
    terminal.note(f"{len(actions)} actions. → limner actions show ID")
    return 0


async def show_action(session: Session) -> int:
    """Print one action with its parameters."""
    terminal = session.terminal
    async with session.studio() as studio:
        action = _action(studio.actions, session.arguments.action)
    if session.arguments.json:
        terminal.print_json(action_document(action))
        return 0
    terminal.say_whole(f"{action.name}  {action.action_id}")
    terminal.say(action.description)
    terminal.say()
    ports = new_table("inputs", "how many", "what", whole=("inputs",))
    for port in action.inputs:
        ports.add_row(port.kind.value, _count(port), port.description)
    if action.inputs:
        terminal.say(ports)
        terminal.say()
    if action.params:
        terminal.say(params_table(action.params))
        terminal.say()
    given = "".join(f" --input {port.kind.value}=…" for port in action.inputs for _ in range(port.least))
    terminal.say_whole(f"limner actions run {action.action_id}{given}")
    return 0


def params_table(params: Json) -> Table:
    """Return a table of parameters, given as JSON Schema properties."""
    table = new_table("parameter", "default", "what", whole=("parameter",))
    for name, schema in params.items():
        table.add_row(name, _default(schema), f"{schema['description']}{_range(schema)}")
    return table


def _action(actions: tuple[Action, ...], action_id: str) -> Action:
    known = {action.action_id: action for action in actions}
    if action := known.get(action_id):
        return action
    near = difflib.get_close_matches(action_id, known, n=3, cutoff=0.4)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise NotFound(f"There is no action {action_id!r}.{hint}", next_step="See `limner actions list`.")


def action_document(action: Action) -> Json:
    """Return an action as JSON: its inputs, outputs and the schema of its parameters."""
    return {
        "action_id": action.action_id,
        "name": action.name,
        "description": action.description,
        "version": action.version,
        "inputs": [_port(port) for port in action.inputs],
        "outputs": [_port(port) for port in action.outputs],
        "params_schema": action.params_schema(),
        "estimated_seconds": action.estimated_seconds,
    }


def _port(port: ActionPort) -> Json:
    document: Json = {"kind": port.kind.value, "least": port.least, "most": port.most}
    return {**document, "description": port.description} if port.description else document


def _count(port: ActionPort) -> str:
    if port.most is None:
        return f"{port.least} or more"
    return str(port.least) if port.least == port.most else f"{port.least} to {port.most}"


def _default(schema: Json) -> str:
    value = schema["default"]
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _range(schema: Json) -> str:
    if choices := schema.get("enum"):
        return f" One of: {', '.join(map(str, choices))}."
    if "minimum" in schema and "maximum" in schema:
        return f" {schema['minimum']:g} to {schema['maximum']:g}."
    return ""
