"""`limner models`: what generates media here, and what would be needed for it."""

from limner.app.documents import models_document
from limner.cli.session import Session


async def list_models(session: Session) -> int:
    """Print the models, and the types for which there is none."""
    document, terminal = models_document(session.arguments.type), session.terminal
    if session.arguments.json:
        terminal.print_json(document)
        return 0
    for model in document["models"]:
        terminal.say_whole(f"{model['model_id']}  {model['type']}")
    for entry in document["unavailable"]:
        terminal.say(f"{entry['type']}: {entry['message']}")
    terminal.note("→ Techniques and actions run here without a model: `limner techniques list --runnable`.")
    return 0
