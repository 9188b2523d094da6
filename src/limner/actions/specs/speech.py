"""The action that reads text aloud: the speaking model `limner/voice-1`."""

from limner.actions.specs.params import choice, number, whole
from limner.actions.voices import VOICES
from limner.types import Action, ActionPort, Kind

SPEAK_TEXT = Action(
    action_id="speak-text",
    name="Speak Text",
    description=(
        "Read text aloud, with an engine that is installed on this machine: Piper sounds natural, espeak-ng and flite "
        "sound like robots and do for scratch tracks. It says the words that it is given; it makes no music and no "
        "other sounds. Every line is read by itself, a blank line makes a longer pause. Returns the sound at -16 LUFS "
        "and, as JSON, which voice spoke and when each sentence begins and ends, in seconds."
    ),
    inputs=(ActionPort(Kind.TEXT, description="The words to say, up to 4,000 characters."),),
    outputs=(
        ActionPort(Kind.AUDIO, description="The speech, stereo at 48 kHz."),
        ActionPort(
            Kind.TEXT,
            description="JSON: model, engine, voice, speed, seconds, sentences (text, start, end in seconds).",
        ),
    ),
    params={
        "voice": choice(
            "auto",
            ("auto", *VOICES),
            "Who speaks: joe is American English of Piper; languages (en-us to vi) are voices of espeak-ng; slt, awb, "
            "rms and kal16 are English of flite; auto is the best that is installed, in English.",
        ),
        "speed": number(
            1.0, 0.5, 2.0, "How fast: 1 is the voice as it is, 2 about twice as fast; the pitch stays."
        ),
        "format": choice(
            "mp3", ("mp3", "m4a", "wav"), "The sound's file: MP3, AAC, or 16 bits uncompressed."
        ),
        "seed": whole(0, 0, 2_147_483_647, "Another number gives another reading by Piper; robots have one."),
    },
    handler="limner.actions.speech:speak_text",
    speaks=True,
    estimated_seconds=4,
    timeout_seconds=600,
)

SPEECH: tuple[Action, ...] = (SPEAK_TEXT,)
