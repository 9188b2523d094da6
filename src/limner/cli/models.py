"""`limner models`: what generates media here, with its parameters, and what would be needed for the rest."""

from limner.app.documents import models_document
from limner.app.requests import ModelFilter
from limner.cli.actions import params_table
from limner.cli.session import Session
from limner.cli.terminal import Terminal
from limner.cli.wording import for_the_command_line
from limner.money import usd
from limner.types import Json, Kind


async def list_models(session: Session) -> int:
    """Print the models, and the types for which there is none."""
    arguments, terminal = session.arguments, session.terminal
    wanted = ModelFilter(
        type=Kind(arguments.type) if arguments.type else None,
        query=arguments.query,
        available_only=arguments.available,
        limit=arguments.limit,
        cursor=arguments.cursor,
    )
    async with session.studio() as studio:
        document = await models_document(studio, wanted)
    if arguments.json:
        terminal.print_json(document)
        return 0
    for model in document["models"]:
        _show(terminal, model)
    for entry in document.get("unavailable", ()):
        terminal.say(f"{entry['type']}: {for_the_command_line(entry['message'])}")
    if cursor := document["meta"]["next_cursor"]:
        terminal.note(f"There are more: --cursor {cursor}")
    terminal.note("→ Techniques and actions run here without a model: `limner techniques list --runnable`.")
    return 0


def _show(terminal: Terminal, model: Json) -> None:
    price = usd(model["price_usd"]) if model["price_usd"] else "free"
    terminal.say_whole(
        f"{model['model_id']}  {model['type']}, {model['fidelity']}, {price}, {model['availability']}"
    )
    terminal.say_indented(model["description"])
    for port in model["inputs"]:
        most = f"at most {port['most']}" if port["most"] else "any number"
        terminal.say_indented(f"--input {port['kind']}=…: {most}. {port['description']}")
    terminal.say(params_table(model["params"]))
    terminal.say_whole(
        f'limner run --generate {model["type"]} --model {model["model_id"]} --prompt "…"'
        + "".join(f" --input {port['kind']}=…" for port in model["inputs"] for _ in range(port["least"]))
    )
    terminal.say()
