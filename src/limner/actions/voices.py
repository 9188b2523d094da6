"""The voices that text can be spoken in, and which engine has each: data, without code or packages."""

PIPER, ESPEAK, FLITE = "piper", "espeak-ng", "flite"
ENGINES = (PIPER, ESPEAK, FLITE)
"""Best first; `auto` takes the first that is installed."""
LANGUAGES = (
    "en-us", "en-gb", "ar", "bg", "ca", "cmn", "cs", "da", "de", "el", "es", "es-419", "et", "fa", "fi", "fr",
    "hi", "hr", "hu", "id", "it", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "pt-br", "ro", "ru", "sk", "sl", "sr",
    "sv", "sw", "ta", "tr", "uk", "vi",
)  # fmt: skip
"""The voices of espeak-ng, which it calls by their language."""
VOICES: dict[str, str] = {
    "joe": PIPER,
    **dict.fromkeys(LANGUAGES, ESPEAK),
    **dict.fromkeys(("slt", "awb", "rms", "kal16"), FLITE),
}
"""The engine by voice; the first of an engine is the one that it speaks in unless told otherwise."""


def is_english(voice: str) -> bool:
    """Return whether a voice reads English and no other language."""
    return VOICES[voice] != ESPEAK or voice.startswith("en")
