"""`limner models`: what generates media, with its parameters, and what would be needed for the rest; `models check`."""

import os

from limner.app.documents import models_document
from limner.app.requests import ModelFilter
from limner.cli.actions import params_table
from limner.cli.doctor import MARKS
from limner.cli.providers import NONE, ask_providers, problems_of
from limner.cli.session import Session
from limner.cli.terminal import Terminal
from limner.cli.wording import for_the_command_line, format_price
from limner.config import read_settings
from limner.config.file import FILE_NAME
from limner.errors import InvalidInput
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
    for name, problem in (await problems_of(read_settings(os.environ))).items():
        terminal.say(f"Nothing of {name}: {problem}")
    if cursor := document["meta"]["next_cursor"]:
        terminal.note(f"There are more: --cursor {cursor}")
    terminal.note("→ Whether each configured provider answers, and why not: `limner models check`.")
    terminal.note("→ Techniques and actions run here without a model: `limner techniques list --runnable`.")
    return 0


async def check_models(session: Session) -> int:
    """Ask each provider, or the one named, what it offers; return 0 when all answer."""
    arguments, terminal = session.arguments, session.terminal
    settings = read_settings(os.environ)
    session.log(settings.log_level)
    names = [each.name for each in settings.providers]
    if arguments.provider is not None and arguments.provider not in names:
        there_is = f"There is: {', '.join(names)}." if names else "None is configured."
        raise InvalidInput(
            f"There is no provider {arguments.provider!r}. {there_is}",
            next_step=f"Add [providers.{arguments.provider}] to {settings.home / FILE_NAME}, or name another.",
        )
    wanted = [each for each in settings.providers if arguments.provider in (None, each.name)]
    answered = await ask_providers(settings, wanted)
    is_well = all(each.problem is None for each in answered)
    if arguments.json:
        terminal.print_json({"ok": is_well, "providers": [each.document() for each in answered]})
        return 0 if is_well else 1
    for each in answered:
        check = each.check()
        terminal.say_check(*MARKS[check.result], each.settings.name, each.message, check.remedy)
    if not answered:
        terminal.say(f"Providers: {NONE}.")
    return 0 if is_well else 1


def _show(terminal: Terminal, model: Json) -> None:
    facts = (model["type"], model["fidelity"], format_price(model), model["availability"])
    terminal.say_whole(f"{model['model_id']}  {', '.join(facts)}")
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
