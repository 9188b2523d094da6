"""What ComfyUI's history tells of a prompt that has ended: whether it failed, and what its nodes put out."""

import mimetypes
from typing import Any

from limner.errors import ProviderFailed
from limner.providers.collecting import MOST_FILES
from limner.providers.wire import MOST_WORDS
from limner.types import Json, Kind


def require_success(name: str, entry: Json) -> None:
    """Raise ProviderFailed, with the words of the node that failed."""
    messages = _messages(entry)
    if told := messages.get("execution_error"):
        words = f"{told.get('node_type', 'a node')}: {told.get('exception_message', 'failed')}"
        raise ProviderFailed(f"{name}: {' '.join(words.split())[:MOST_WORDS]}")
    if was_interrupted(entry):
        raise ProviderFailed(f"{name} was interrupted while it made this.")
    if entry.get("status", {}).get("status_str") == "error":
        raise ProviderFailed(f"{name} failed, and does not say why.")


def files_of(name: str, entry: Json, nodes: tuple[str, ...], kind: Kind) -> list[Json]:
    """Return the files of a kind that the nodes have saved; previews only where nothing else is."""
    values = [value for value in _outputs(entry, nodes) if isinstance(value, dict) and value.get("filename")]
    fitting = [file for file in values if _kind_of(str(file["filename"])) in (kind, None)]
    saved = [file for file in fitting if file.get("type") == "output"] or fitting
    if not saved:
        there = ", ".join(str(file["filename"]) for file in values) or "nothing"
        raise ProviderFailed(f"{name} made no {kind}; its nodes saved: {there}.")
    return saved[:MOST_FILES]


def text_of(name: str, entry: Json, nodes: tuple[str, ...]) -> str:
    """Return what the nodes show as text. Raises: ProviderFailed, when none does."""
    texts = [value for value in _outputs(entry, nodes) if isinstance(value, str)]
    if not texts:
        raise ProviderFailed(f"{name} made no text: no node of the workflow shows one.")
    return "\n".join(texts)


def was_interrupted(entry: Json) -> bool:
    """Whether somebody stopped it."""
    return "execution_interrupted" in _messages(entry)


def _outputs(entry: Json, nodes: tuple[str, ...]) -> list[Any]:
    """Return all that the nodes have put out, in their order; of all nodes where none is named."""
    outputs = entry.get("outputs")
    by_node = outputs if isinstance(outputs, dict) else {}
    chosen = [by_node[node] for node in nodes or by_node if isinstance(by_node.get(node), dict)]
    lists = [values for output in chosen for values in output.values() if isinstance(values, list)]
    return [value for values in lists for value in values]


def _messages(entry: Json) -> dict[str, Json]:
    """Return what happened to a prompt: data by event."""
    status = entry.get("status")
    told = status.get("messages", ()) if isinstance(status, dict) else ()
    return {str(each[0]): each[1] for each in told if isinstance(each, list) and len(each) == 2}


def _kind_of(filename: str) -> Kind | None:
    head = (mimetypes.guess_type(filename)[0] or "").partition("/")[0]
    return Kind(head) if head in ("image", "video", "audio") else None
