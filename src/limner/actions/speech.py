"""Reads text aloud: sentence by sentence with an engine of this machine, joined with pauses, at one loudness."""

import json

from limner.actions import voice_extra
from limner.actions.job import Job, Made, no_result
from limner.actions.sound_split_files import FORMS, write_sound
from limner.actions.speech_engines import Speech, speak
from limner.actions.speech_sentences import Sentence, sentences
from limner.actions.speech_sound import Joined, levelled
from limner.actions.voices import VOICES, is_english
from limner.errors import InvalidInput
from limner.types import Json, Kind

MODEL = "limner/voice-1"
MOST_CHARACTERS = 4_000
"""Of one text: four and a half minutes."""
FOREIGN = 0.3
"""Share of letters outside Latin script from which an English voice will not do."""
LAST_LATIN = "ɏ"
"""The end of Latin Extended-B."""


def speak_text(job: Job) -> tuple[Made, ...]:
    """Return the speech and, as JSON, when each sentence is said.

    Raises: InvalidInput, when nothing here speaks, or not in that voice, or the text is empty or too long;
    StepFailed, when the engine fails.
    """
    text, form = job.text(), str(job.params["format"])
    said = _to_say(text)
    voice = _voice(job)
    _mind_script(job, voice, text)
    joined = _said(job, said, voice)
    raw = write_sound(joined.blocks(), job.new_file("raw.wav"), FORMS["wav"])
    job.progress(0.9, "Setting the loudness")
    made = write_sound(levelled(raw), job.new_file(f"speech.{form}"), FORMS[form])
    account = json.dumps(_account(job, said, voice, joined), ensure_ascii=False)
    return Made(Kind.AUDIO, made), Made(Kind.TEXT, text=account)


def _to_say(text: str) -> list[Sentence]:
    if len(text) > MOST_CHARACTERS:
        problem = f"has {len(text):,} characters, the most is {MOST_CHARACTERS:,}"
        raise InvalidInput.of("inputs.text", problem, next_step="Speak it in parts, one run each.")
    said = sentences(text)
    if not said:
        raise InvalidInput.of("inputs.text", "has no word to say", next_step="Send the words to say.")
    return said


def _voice(job: Job) -> str:
    """Return the voice that speaks: the one asked for, or the first of the best engine.

    Raises: InvalidInput, when there is no engine, or not the one that has the voice.
    """
    asked, here = str(job.params["voice"]), voice_extra.engines()
    if not here:
        problem = "nothing that speaks is installed"
        raise InvalidInput.of("params.voice", problem, next_step=f"Have the operator run: {voice_extra.WAY}.")
    if asked == "auto":
        return next(voice for voice, engine in VOICES.items() if engine == here[0])
    if VOICES[asked] not in here:
        known = ", ".join(voice for voice, engine in VOICES.items() if engine in here)
        raise InvalidInput.of(
            "params.voice",
            f"{asked} is a voice of {VOICES[asked]}, which is not installed",
            next_step=f"Ask for one of: auto, {known}; or have the operator run: {voice_extra.WAY}.",
        )
    return asked


def _mind_script(job: Job, voice: str, text: str) -> None:
    letters = [character for character in text if character.isalpha()]
    foreign = sum(character > LAST_LATIN for character in letters)
    if is_english(voice) and foreign > FOREIGN * len(letters):
        job.warn(f"params.voice: {voice} reads English; name a voice of the language that the text is in.")


def _said(job: Job, said: list[Sentence], voice: str) -> Joined:
    """Have the engine say every sentence and return them joined.

    Raises: StepFailed, when it fails; InvalidInput, when it cannot read them.
    """
    speed = float(job.params["speed"])
    job.progress(0.02, "Finding the voice")
    try:
        files = speak(
            VOICES[voice],
            Speech(
                lines=[sentence.text for sentence in said],
                voice=voice,
                speed=speed,
                seed=int(job.params["seed"]),
                folder=job.new_file("said"),
                said=lambda count: job.progress(
                    0.05 + 0.8 * count / len(said), f"Said {count} of {len(said)}"
                ),
            ),
        )
    except FileNotFoundError as gone:  # between the look for it and its start
        raise no_result("speak-text", f"{VOICES[voice]} cannot be started: {gone}") from gone
    pauses = [sentence.pause / speed for sentence in said]
    return Joined(files, pauses, most_seconds=job.limits.max_duration_seconds)


def _account(job: Job, said: list[Sentence], voice: str, joined: Joined) -> Json:
    return {
        "model": MODEL,
        "engine": VOICES[voice],
        "voice": voice,
        "speed": job.params["speed"],
        "seconds": round(joined.seconds, 3),
        "sentences": [
            {"text": sentence.text, "start": round(start, 3), "end": round(end, 3)}
            for sentence, (start, end) in zip(said, joined.times, strict=True)
        ],
    }
