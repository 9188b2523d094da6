"""`limner costs`: the monthly statement, by caller, provider and model."""

from rich.table import Table

from limner.cli.session import Session
from limner.cli.terminal import Terminal, new_table
from limner.errors import InvalidInput
from limner.money import usd
from limner.types import Json


async def show_costs(session: Session) -> int:
    """Print what a month cost, what is not known of it, and what runs under way have been charged by now."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        try:
            document = await studio.costs(given.month, given.caller)
        except InvalidInput as error:
            raise InvalidInput.of("--month", error.fields[0].message) from error
    if given.json:
        terminal.print_json(document)
        return 0
    _show(terminal, document)
    under_way = document["under_way"]
    if under_way["lines"]:
        terminal.say()
        terminal.say(f"Under way, {usd(under_way['charged_usd'])} by now:")
        terminal.say(_table(under_way["lines"]))
    return 0


def _show(terminal: Terminal, document: Json) -> None:
    terminal.say(f"{document['month']}: {usd(document['charged_usd'])} for {_counted(document['requests'])}.")
    if document["lines"]:
        terminal.say(_table(document["lines"]))
    if document["unknown"]:
        terminal.say()
        terminal.say(
            f"{_counted(document['unknown'])} of unknown outcome, counted at the price said before. "
            "Compare with the provider's own list:"
        )
        for line in document["lines"]:
            for run_id in line.get("unknown_runs", ()):
                terminal.say_whole(f"  {run_id}  {line['provider']}  {line['model']}")
    if document["unpriced"]:
        terminal.say()
        terminal.say(
            f"{_counted(document['unpriced'])} at an unknown price, counted as nothing: see the provider's own bill."
        )


def _table(lines: list[Json]) -> Table:
    names = ("caller", "provider", "model", "requests", "charged", "unknown", "unpriced")
    numbers = names[3:]
    table = new_table(*names, right=numbers, whole=("caller", *numbers))
    for line in lines:
        row = {**line, "charged": usd(line["charged_usd"])}
        table.add_row(*(str(row[name]) for name in names))
    return table


def _counted(requests: int) -> str:
    return "1 request" if requests == 1 else f"{requests} requests"
