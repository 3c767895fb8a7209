"""Speech in the manner of somebody else: what is measured of a manner, how a voice takes it on, and who was asked."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import EngineError, JobCancelled, TaskError
from assistant.evaluation.recordings import Recordings
from assistant.events import Artifact, Heard, Provenance
from assistant.resample import resample
from assistant.resident import MANNER, speech_in, syllables
from assistant.workspace import Workspace
from models.base import Job, Made, MadeFile
from models.speech.delivery import delivery
from models.speech.imitation import Imitator
from models.speech.pitch_track import pitch_track
from models.speech.style_transfer import StyleTransfer
from models.speech.timbre import Timbre
from router.abilities.transfer_style import CONSENT, LEFT, VOICE_CONSENT, transfer_style
from router.dialogue.base import Call, Request
from router.dialogue.embedded import Embedded
from router.task import MOMENT, Context, Missing, Moment
from router.tasks import CATALOGUE
from tests.engine_fakes import Models, ScriptedEngine
from tts.loader import load_voice

DATA = Path(__file__).parents[2] / "shared" / "data"
TEXT = "The old man stood by the river. He waited for the boat that would not come before the evening."


def voice_at(hertz: float, seconds: float = 1.0) -> Samples:
    """A pulse train through something like a vocal tract."""
    count = round(seconds * RATE)
    phase = np.cumsum(np.full(count, hertz / RATE)) if np.isscalar(hertz) else np.cumsum(np.asarray(hertz) / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0)
    taps = np.exp(-np.arange(200) / 30) * np.cos(2 * np.pi * 600 / RATE * np.arange(200))
    return np.asarray(0.2 * np.convolve(pulses, taps)[:count], np.float32)


@pytest.mark.parametrize("hertz", [70.0, 110.0, 185.0, 260.0, 410.0])
def test_the_pitch_of_a_steady_voice_is_exact(hertz: float) -> None:
    track = pitch_track(voice_at(hertz))
    assert np.isfinite(track[5:-5]).all()
    assert 2 ** np.nanmedian(track) == pytest.approx(hertz, rel=0.005)


def test_the_pitch_of_a_glide_has_no_jumps_of_an_octave() -> None:
    glide = np.geomspace(90.0, 320.0, 2 * RATE)
    track = pitch_track(voice_at(glide, 2.0))[5:-5]  # type: ignore[arg-type]
    assert np.nanmax(np.abs(np.diff(track))) < 0.1
    true = np.log2(glide[80::160])[5 : 5 + len(track)]
    assert np.nanmax(np.abs(track - true)) < 0.05


@pytest.mark.parametrize(
    "sound", [np.zeros(0), np.zeros(100), np.zeros(RATE), np.random.default_rng(0).normal(0, 0.1, RATE)]
)
def test_what_has_no_pitch_has_none(sound: Samples) -> None:
    track = pitch_track(sound.astype(np.float32))
    assert np.isnan(track).mean() > 0.9 if len(track) else True


def test_a_larger_head_lowers_pitch_and_formants_and_keeps_the_level() -> None:
    sound = voice_at(200.0, 2.0)
    made = Timbre(size=0.85)(sound, RATE)
    assert 2 ** np.nanmedian(pitch_track(made)) == pytest.approx(170.0, rel=0.01)
    assert len(made) == pytest.approx(len(sound) / 0.85, abs=2)
    assert np.sqrt(np.mean(made**2)) == pytest.approx(np.sqrt(np.mean(sound**2)), rel=0.15)


def test_nothing_done_leaves_a_voice_as_it_is() -> None:
    sound = voice_at(150.0)
    np.testing.assert_allclose(Timbre()(sound, RATE), sound, atol=1e-6)


@pytest.fixture(scope="module")
def imitator() -> Imitator:
    return Imitator(load_voice("lj").speak, syllables, speech_in)


@pytest.fixture(scope="module")
def people() -> dict[str, tuple[Path, str]]:
    if not (DATA / "speech.jsonl").exists():
        pytest.skip("needs the shared recordings")
    recordings = Recordings(DATA)
    rows = [row for row in recordings.rows("speech") if row.get("lang") == "en" and float(row["dur"]) > 4]
    return {str(row["speaker"]): (recordings.path(row), str(row["text"])) for row in rows}


def engine_of(imitator: Imitator, words: str) -> StyleTransfer:
    return StyleTransfer(
        MANNER, imitator, lambda text: [part + "." for part in text.split(".") if part.strip()], lambda _: words
    )


def no_report(share: float) -> None:
    assert 0 <= share <= 1


@pytest.mark.parametrize("speaker", ["libri-5126", "libri-367", "libri-1272"])
def test_pitch_range_and_tempo_are_those_of_the_reference(
    speaker: str, imitator: Imitator, people: dict[str, tuple[Path, str]], tmp_path: Path
) -> None:
    if speaker not in people:
        pytest.skip(f"needs a recording of {speaker}")
    path, words = people[speaker]
    sound, rate = sf.read(path, dtype="float32")
    theirs = delivery(resample(sound, rate, RATE), speech_in(resample(sound, rate, RATE)))
    made = engine_of(imitator, words).run(
        Job("transfer_style", tmp_path, {"text": TEXT, "consent": True}, {"reference": path}), no_report
    )
    with sf.SoundFile(made.files[0].path) as file:
        assert "synthetic: Earshot's own voice" in file.comment and "consent that was stated" in file.comment
    speech, rate = sf.read(made.files[0].path, dtype="float32")
    ours = delivery(resample(speech, rate, RATE), speech_in(resample(speech, rate, RATE)))
    assert ours.pitch_hz == pytest.approx(theirs.pitch_hz, rel=0.06)
    assert ours.spread == pytest.approx(theirs.spread, rel=0.12)
    assert syllables(TEXT) / ours.spoken_s == pytest.approx(float(made.facts["tempo"]), rel=0.1)  # type: ignore[arg-type]
    assert 0.05 < np.abs(speech).max() < 1


def test_it_is_the_same_every_time(imitator: Imitator, people: dict[str, tuple[Path, str]], tmp_path: Path) -> None:
    path, words = next(iter(people.values()))
    made = []
    for name in ("one", "two"):
        (folder := tmp_path / name).mkdir()
        job = Job("transfer_style", folder, {"text": "Here we go.", "consent": True}, {"reference": path})
        made.append(engine_of(imitator, words).run(job, no_report).files[0].path.read_bytes())
    assert made[0] == made[1]


def written(folder: Path, sound: Samples, rate: int = RATE) -> Path:
    sf.write(folder / "given.wav", sound, rate)
    return folder / "given.wav"


@pytest.mark.parametrize(
    ("text", "consent", "sound", "says"),
    [
        ("Hello there.", None, voice_at(120.0, 3.0), "consent"),
        ("Hello there.", "yes", voice_at(120.0, 3.0), "consent"),
        ("Hello there.", True, np.zeros(3 * RATE, np.float32), "hardly any speech"),
        ("Hello there.", True, np.zeros(800, np.float32), "hardly any speech"),
    ],
)
def test_what_cannot_be_done_is_said(
    text: str, consent: object, sound: Samples, says: str, imitator: Imitator, tmp_path: Path
) -> None:
    given = {"text": text, "consent": consent}
    job = Job("transfer_style", tmp_path, given, {"reference": written(tmp_path, sound)})  # type: ignore[arg-type]
    with pytest.raises(EngineError, match=says):
        engine_of(imitator, "").run(job, no_report)
    assert [path.name for path in tmp_path.iterdir()] == ["given.wav"]


@pytest.mark.parametrize("text", ["", "...", "?!"])
def test_a_text_without_words_is_refused(
    text: str, imitator: Imitator, people: dict[str, tuple[Path, str]], tmp_path: Path
) -> None:
    path, words = next(iter(people.values()))
    job = Job("transfer_style", tmp_path, {"text": text, "consent": True}, {"reference": path})
    with pytest.raises(EngineError, match="nothing in that text"):
        engine_of(imitator, words).run(job, no_report)


@pytest.mark.parametrize("after", [0.1, 0.5, 0.9])
def test_nothing_is_left_of_what_is_cancelled(
    after: float, imitator: Imitator, people: dict[str, tuple[Path, str]], tmp_path: Path
) -> None:
    def report(share: float) -> None:
        if share >= after:
            raise JobCancelled("no longer wanted")

    path, words = next(iter(people.values()))
    job = Job("transfer_style", tmp_path, {"text": TEXT, "consent": True}, {"reference": path})
    with pytest.raises(JobCancelled):
        engine_of(imitator, words).run(job, report)
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------------------------------------- whose manner it is


@pytest.fixture
def context(tmp_path: Path) -> Context:
    def work(job: Job) -> Made:
        assert job.arguments["consent"] is True
        sf.write(job.folder / "manner.wav", voice_at(120.0), RATE)
        return Made(files=(MadeFile(job.folder / "manner.wav", "speech in that manner"),))

    workspace = Workspace(tmp_path / "session")
    context = Context(workspace, models=Models(ScriptedEngine("transfer_style", work, "dsp")))
    for name, how, made_by in (("interview", "given", "user"), ("reply", "model", "synthesize_speech")):
        path = workspace.path(f"{name}.wav")
        sf.write(path, voice_at(120.0), RATE)
        workspace.add(Artifact(name, path, "audio", 1.0, RATE, made_by=made_by, provenance=Provenance(how)))  # type: ignore[arg-type]
    return context


def ask(context: Context, consent: str = "", reference: str = "the interview", said: str = "") -> str:
    async def go() -> str:
        MOMENT.set(Moment(Heard(said)))
        given = {"text": "here we go", "reference": reference, "consent": consent}
        return (await transfer_style(context, given)).text

    return asyncio.run(go())


def test_the_speaker_is_asked_about_once(context: Context) -> None:
    with pytest.raises(Missing, match=CONSENT[:20]) as asked:
        ask(context)
    assert asked.value.pending.missing == "consent"
    assert "manner" in ask(context, "Yes, she does.")
    assert "manner" in ask(context)


def test_consent_that_nobody_was_asked_for_does_not_count(context: Context) -> None:
    with pytest.raises(Missing):
        ask(context, "yes")


@pytest.mark.parametrize("answer", ["no", "No, she doesn't.", "I don't know", "why do you ask"])
def test_without_consent_nobody_is_imitated(context: Context, answer: str) -> None:
    with pytest.raises(Missing):
        ask(context)
    with pytest.raises(TaskError, match=LEFT[:12]):
        ask(context, answer)
    with pytest.raises(Missing):  # and the next time it is asked again
        ask(context)


def test_consent_may_come_with_the_request(context: Context) -> None:
    assert "manner" in ask(context, said="Say here we go in the style of the interview, with her consent.")


def test_consent_that_is_denied_with_the_request_is_none(context: Context) -> None:
    for denied in ("without her consent", "without his permission", "behind her back", "she does not agree"):
        with pytest.raises(TaskError, match="Without that person's consent"):
            ask(context, said=f"Say here we go in the style of the interview, {denied}.")


def test_a_voice_of_the_assistant_need_not_be_asked(context: Context) -> None:
    assert "manner" in ask(context, reference="the reply")


def test_what_the_microphone_heard_is_only_taken_from_who_says_that_it_is_theirs(context: Context) -> None:
    context.recordings.append(Heard("good morning", audio=voice_at(120.0)))
    context.recordings.append(Heard("and that"))
    assert "manner" in ask(context, reference="my voice", said="Say here we go in my voice.")
    with pytest.raises(Missing):
        ask(context, reference="what i just said", said="Say here we go in the style of that recording.")


def test_the_answer_completes_the_request(context: Context) -> None:
    with pytest.raises(Missing) as asked:
        ask(context)
    engine = Embedded(CATALOGUE)
    for answer, consent in (("Yes.", "Yes"), ("Yes, he does.", "Yes, he does"), ("No.", "No"), ("Sure.", "Sure")):
        request = Request(answer, tasks=CATALOGUE, kinds=frozenset({"audio"}), pending=asked.value.pending)
        (piece,) = engine._pieces(request)
        assert isinstance(piece, Call), answer
        assert piece.task == "transfer_style" and str(piece.arguments["consent"]).rstrip(".") == consent


# ------------------------------------------------------------------------------------ whose voice it is, not the manner


@pytest.fixture
def imitating(context: Context) -> Context:
    """The same with an engine that imitates voices."""

    def work(job: Job) -> Made:
        assert job.arguments["consent"] is True and job.arguments["voice"] is True
        sf.write(job.folder / "voice.wav", voice_at(120.0), RATE)
        made = MadeFile(job.folder / "voice.wav", "speech in that voice")
        return Made(files=(made,), facts={"imitated": True})

    context.models = Models(ScriptedEngine("transfer_style", work))
    return context


def test_a_voice_is_asked_for_as_what_it_is_and_once(imitating: Context) -> None:
    with pytest.raises(Missing, match=VOICE_CONSENT[:30]):
        ask(imitating)
    assert "in that voice. It is made" in ask(imitating, "Yes, he agrees.")
    assert "in that voice" in ask(imitating)


@pytest.mark.parametrize(
    "said", ["Say here we go in the style of the interview, with her consent.", "Say it in my own voice."]
)
def test_consent_to_a_voice_does_not_come_with_the_request(said: str, imitating: Context) -> None:
    with pytest.raises(Missing):
        ask(imitating, "yes", said=said)


def test_consent_to_a_manner_is_none_to_a_voice(context: Context, imitating: Context) -> None:
    context.consents[context.workspace.artifacts[0].path] = True
    with pytest.raises(Missing):
        ask(imitating)


@pytest.mark.parametrize(
    "answer", ["no", "Yes, but not to that", "maybe", "I think she wouldn't mind", "Yes, probably."]
)
def test_without_a_plain_yes_no_voice_is_imitated(answer: str, imitating: Context) -> None:
    with pytest.raises(Missing):
        ask(imitating)
    with pytest.raises(TaskError, match=LEFT[:12]):
        ask(imitating, answer)
    with pytest.raises(Missing):
        ask(imitating)


def test_what_an_imitation_made_is_somebodys_voice_again(imitating: Context) -> None:
    assert "in that voice" in ask(imitating, reference="the reply")  # the assistant's own
    with pytest.raises(Missing):
        ask(imitating)
    ask(imitating, "Yes.")
    made = imitating.workspace.artifacts[-1]
    assert made.made_by == "transfer_style"
    with pytest.raises(Missing):
        ask(imitating, reference=f"number {made.id}")
