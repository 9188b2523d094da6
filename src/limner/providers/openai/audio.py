"""Sound: a voice that reads the prompt, and the words of a recording."""

from limner.providers.openai.chat import input_audio
from limner.providers.openai.files import form_file
from limner.providers.openai.options import Options
from limner.types import Json, Kind, MediaFile, Order
from limner.types.json import present

SPEECH = "audio/speech"
TRANSCRIPTIONS = "audio/transcriptions"
VOICES_TTS_1 = ("alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer")
VOICES = (*VOICES_TTS_1, "ballad", "cedar", "marin", "verse")
"""OpenAI's; the last four speak in gpt-4o-mini-tts only."""


def speech_params(native_id: str) -> Json:
    """Return the parameters that a voice of this name honours."""
    is_steered = "gpt-" in native_id
    is_openai = is_steered or "tts-1" in native_id
    voice: Json = {"type": "string", "description": "Who speaks; empty: the server's own.", "default": ""}
    if is_openai:
        names = list(VOICES if is_steered else VOICES_TTS_1)
        voice = {"type": "string", "description": "Who speaks.", "enum": names, "default": "alloy"}
    params: Json = {
        "voice": voice,
        "format": {
            "type": "string",
            "description": "The kind of file.",
            "enum": ["mp3", "wav", "flac", "opus", "aac"],
            "default": "mp3",
        },
        "speed": {
            "type": "number",
            "description": "1 is the voice's own pace.",
            "default": 1.0,
            "minimum": 0.25,
            "maximum": 4.0,
        },
    }
    if is_steered:
        params["style"] = {
            "type": "string",
            "description": "How it speaks, in words: calm, like a newsreader …; empty: plainly.",
            "default": "",
        }
    return params


def speech_body(order: Order) -> Json:
    """Return the request for a voice that reads the prompt."""
    params = dict(order.params)
    speed = params.pop("speed", 1)
    return {
        "model": order.target,
        "input": order.prompt,
        **present(
            voice=params.pop("voice", None) or None,
            response_format=params.pop("format", None),
            speed=None if speed == 1 else speed,
            instructions=params.pop("style", None) or None,
        ),
        **params,
    }


async def transcription_request(order: Order, options: Options) -> Json:
    """Return the arguments, as httpx has them, of a request for the words of a recording."""
    recording = next(each for each in order.inputs[Kind.AUDIO] if isinstance(each, MediaFile))
    if options.dialect == "openrouter":
        return {"json": {"model": order.target, "input_audio": await input_audio(recording), **order.params}}
    hint = {"prompt": order.prompt} if order.prompt else {}
    fields = {"model": order.target, "response_format": "json", **hint, **order.params}
    return {
        "data": {name: str(value) for name, value in fields.items()},
        "files": [("file", await form_file(recording))],
    }
