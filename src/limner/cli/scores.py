"""`limner brands score`, and how a score is shown."""

from pathlib import Path

from rich.table import Table

from limner.cli.session import Session
from limner.cli.terminal import Terminal, new_table
from limner.errors import LimnerError
from limner.evaluation.short import words_of
from limner.types import Json


async def score_files(session: Session) -> int:
    """Print what each file scores against a kit; return 1 when one cannot be scored."""
    given, terminal = session.arguments, session.terminal
    scored: list[Json] = []
    async with session.studio() as studio:
        kit = await studio.get_brand(given.name)
        for name in given.files:
            try:
                evaluation = await studio.evaluator.of_file(kit, Path(name))
            except LimnerError as error:
                scored.append({"file": name, "error": error.document()})
                continue
            scored.append({"file": name, "evaluation": evaluation})
    if given.json:
        terminal.print_json({"brand_kit": kit.brand_kit, "revision": kit.revision, "files": scored})
    for number, each in enumerate(scored if not given.json else ()):
        if number:
            terminal.say()
        if "error" in each:
            terminal.blame(each["error"]["message"], [])
        else:
            terminal.say_whole(each["file"])
            show_score(terminal, each["evaluation"])
    return 0 if all("evaluation" in each for each in scored) else 1


def show_score(terminal: Terminal, evaluation: Json) -> None:
    """Print a score and, criterion by criterion, what it is made of. evaluation: whole, not as a Run has it."""
    score = evaluation["score"]
    told = "nothing could be measured" if score is None else f"{score:.2f} of 1"
    capped = evaluation.get("capped_by")
    because = f", held down by {', '.join(capped)}" if capped else ""
    terminal.say_whole(f"score: {told}{because}")
    terminal.say(_criteria_table(evaluation["criteria"]))


def _criteria_table(criteria: list[Json]) -> Table:
    table = new_table("criterion", "score", "weight", "measured", "wanted", "seen", right=("score", "weight"))
    for each in criteria:
        if "not_measured" in each:
            table.add_row(each["id"], "–", f"{each['weight']:g}", "–", "", each["not_measured"])
            continue
        measured = f"{each['measured']:g} {each['unit']}"
        row = (each["id"], f"{each['score']:.2f}", f"{each['weight']:g}", measured, each["threshold"])
        table.add_row(*row, words_of(each["evidence"]) if each["score"] < 1 else "")
    return table
