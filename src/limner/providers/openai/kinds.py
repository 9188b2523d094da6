"""What a model is, told from its id: most servers list ids and nothing else."""

import re
from enum import StrEnum

from limner.types import Kind


class Endpoint(StrEnum):
    """Where work for a model is asked for."""

    CHAT = "chat"
    IMAGES = "images"
    SPEECH = "speech"
    TRANSCRIPTIONS = "transcriptions"

    @property
    def kind(self) -> Kind:
        """What comes from there."""
        return {Endpoint.IMAGES: Kind.IMAGE, Endpoint.SPEECH: Kind.AUDIO}.get(self, Kind.TEXT)


ENDPOINT_BY_KIND: dict[str, Endpoint] = {
    Kind.IMAGE: Endpoint.IMAGES,
    Kind.AUDIO: Endpoint.SPEECH,
    Kind.TEXT: Endpoint.CHAT,
}
"""Where a model is asked that is declared to make this, and whose name tells nothing else."""

_UNSERVED = (
    r"moderation|rerank|realtime|deep-research|computer-use|audio-preview|gpt-audio|gpt-live|\bsora\b"
    r"|davinci-002|babbage-002|gpt-3\.5-turbo-instruct|embed|\bbge-|\bgte-|minilm|nomic|\be5-"
)
"""Other endpoints than ours, among them embeddings, whose numbers are no media."""
_PATTERNS: tuple[tuple[str, Endpoint | None], ...] = (
    (_UNSERVED, None),
    (r"whisper|transcribe|parakeet|\basr\b|\bstt\b", Endpoint.TRANSCRIPTIONS),
    (r"tts|text-to-speech|kokoro|piper|chatterbox|orpheus|^voice-", Endpoint.SPEECH),
    (
        r"\bimage\b|dall-e|imagen\b|stable-?diffusion|\bsd-?cpp|\bsd-?[123]|sdxl|\bflux|dreamshaper|animagine"
        r"|kontext|seedream|recraft|ideogram|hidream",
        Endpoint.IMAGES,
    ),
)
_CALLS_TOOLS = (
    r"gpt-4|gpt-5|gpt-6|gpt-oss|\bo[134]\b|qwen-?[23]|qwq|llama-?[34]|mi[sx]tral|ministral|magistral|devstral"
    r"|gemma-?4|gemini|claude|grok|granite|glm-?[45]|kimi|minimax|deepseek|command-r|hermes|nemotron|functiongemma"
)
_SEES = (
    r"gpt-4o|gpt-4\.1|gpt-5|gpt-6|\bo[134]\b|gemini|claude|gemma-?[34]|llava|pixtral|minicpm-v|moondream|smolvlm"
    r"|\d-?vl\b|-vl\b|vision|llama-?4|internvl"
)
_REASONS = r"\bo[134]\b|gpt-5|gpt-6"


def endpoint_for(native_id: str) -> Endpoint | None:
    """Return where a model is asked, from its id; None for what Limner has no use for. What is unknown, chats."""
    for pattern, endpoint in _PATTERNS:
        if re.search(pattern, native_id.lower()):
            return endpoint
    return Endpoint.CHAT


def calls_tools(native_id: str) -> bool:
    """Return whether models of this name are trained to call tools."""
    return bool(re.search(_CALLS_TOOLS, native_id.lower()))


def sees(native_id: str) -> bool:
    """Return whether models of this name take pictures."""
    return bool(re.search(_SEES, native_id.lower()))


def reasons(native_id: str) -> bool:
    """Return whether models of this name think first, which takes tokens and refuses a temperature (OpenAI's)."""
    return bool(re.search(_REASONS, native_id.lower()))
