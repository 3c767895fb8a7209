"""A voice folder small enough for tests and yet real: the layout, the operators and the pipeline of a trained one.

Its networks are written down, in ONNX's own notation, instead of trained: every kind of phone has its length, the
melody falls towards the end, and the vocoder is a buzz at F0 under an envelope. One cannot understand it; one can
measure it.
"""

import json
from pathlib import Path

import onnx

from tts.phonemes import STRESS, VOWELS

RATE, HOP, MELS = 16_000, 160, 8
"""Hertz, samples in a frame, bands; a frame is 10 ms."""
MEAN, STD = 4.75, 0.2
"""Of log F0: 116 Hz."""
VOWEL, CONSONANT, COMMA, STOP = 11.3, 6.4, 17.7, 33.1
"""Frames."""
LOUD = {"vowel": -1.0, "consonant": -1.7, "pause": -12.0}
"""Natural log amplitude."""
_VOWELS = ("i", "iː", "ɪ", "ᵻ", "ɛ", "eɪ", "æ", "ɑː", "ɔː", "oʊ", "ʊ", "uː", "ʌ", "ɐ", "ə", "ɚ", "ɜː", "aɪ", "aʊ", "ɔɪ")
_CONSONANTS = (*"pbtdkɡfvθðszʃʒhmnŋlɹjw", "tʃ", "dʒ", "ɾ")
_MARKS = (",", ".", "?", "!")
PHONES = ("<pad>", *_MARKS, *_CONSONANTS, *(stress + vowel for vowel in _VOWELS for stress in ("", *STRESS)))

ENCODER = """
<ir_version: 10, opset_import: ["" : 18]>
encoder (int64[1, n] phones) => (float[1, n, 2] hidden, float[1, n] durations, float[1, n] pitch, float[1, n] energy)
<int64 one = {{1}}, float[1] floor = {{1.0}}, float[1] nothing = {{0.0}}, int64[1] last = {{-1}},
 float[{size}] lengths = {{{lengths}}}, float[{size}, 2] kinds = {{{kinds}}}>
{{
    hidden = Gather <axis = 0> (kinds, phones)
    durations = Gather <axis = 0> (lengths, phones)
    energy = Mul (durations, nothing)
    ones = Add (energy, floor)
    place = CumSum (ones, one)
    count = Gather <axis = 1> (place, last)
    behind = Add (count, floor)
    share = Div (place, behind)
    pitch = Sub (floor, share)
}}
"""
"""Length and kind of each phone from a table; the pitch falls from 1 to 0."""
DECODER = """
<ir_version: 10, opset_import: ["" : 18]>
decoder (float[1, n, 2] hidden, int64[1, n] durations, float[1, n] pitch, float[1, n] energy)
    => (float[1, t, {mels}] mel, float[1, t] f0)
<int64 zero = {{0}}, int64 one = {{1}}, int64[1] row = {{1}}, int64[1] last = {{2}}, int64[3] bands = {{1, 1, {mels}}},
 float mean = {{{mean}}}, float std = {{{std}}}, float strength = {{0.3}}, int64 voiced = {{1}}>
{{
    ends = CumSum (durations, one)
    total = ReduceSum <keepdims = 0> (durations)
    frames = Range (zero, total, one)
    column = Unsqueeze (frames, row)
    past = GreaterOrEqual (column, ends)
    counted = Cast <to = 7> (past)
    phone = ReduceSum <keepdims = 0> (counted, row)
    loudness = Gather <axis = 2> (hidden, zero)
    stress = Mul (energy, strength)
    stressed = Add (loudness, stress)
    level = Gather <axis = 1> (stressed, phone)
    wide = Unsqueeze (level, last)
    mel = Expand (wide, bands)
    scaled = Mul (pitch, std)
    melody = Add (scaled, mean)
    hertz = Exp (melody)
    voice = Gather <axis = 2> (hidden, voiced)
    sung = Mul (hertz, voice)
    f0 = Gather <axis = 1> (sung, phone)
}}
"""
"""Every phone for as many frames as it lasts."""
VOCODER = """
<ir_version: 10, opset_import: ["" : 18]>
vocoder (float[1, t, {mels}] mel, float[1, t] f0) => (float[1, s] samples)
<int64[1] row = {{1}}, int64[1] bands = {{2}}, float[3] hop = {{1.0, 1.0, {hop}.0}}, int64 time = {{1}},
 double turn = {{{turn}}}, double two = {{2.0}}, double three = {{3.0}}, float half = {{0.5}}, float third = {{0.33}},
 float all = {{0.5}}>
{{
    level = ReduceMean <keepdims = 0> (mel, bands)
    loud = Exp (level)
    loud3 = Unsqueeze (loud, row)
    amplitude3 = Resize <mode = "linear", coordinate_transformation_mode = "asymmetric"> (loud3, , hop)
    amplitude = Squeeze (amplitude3, row)
    f3 = Unsqueeze (f0, row)
    hertz3 = Resize <mode = "linear", coordinate_transformation_mode = "asymmetric"> (f3, , hop)
    hertz = Squeeze (hertz3, row)
    exact = Cast <to = 11> (hertz)
    step = Mul (exact, turn)
    phase = CumSum (step, time)
    phase2 = Mul (phase, two)
    phase3 = Mul (phase, three)
    wave = Sin (phase)
    wave2 = Sin (phase2)
    wave3 = Sin (phase3)
    tone = Cast <to = 1> (wave)
    tone2 = Cast <to = 1> (wave2)
    tone3 = Cast <to = 1> (wave3)
    softer2 = Mul (tone2, half)
    softer3 = Mul (tone3, third)
    sum2 = Add (tone, softer2)
    sum = Add (sum2, softer3)
    enveloped = Mul (sum, amplitude)
    samples = Mul (enveloped, all)
}}
"""
"""Three harmonics of F0, as loud as the mel says."""


def make_voice(folder: Path, **card: object) -> Path:
    """Write a whole voice folder; `card` changes entries of its card, None leaves one out."""
    folder.mkdir(parents=True)
    write_phones(folder, PHONES)
    write_card(folder, **card)
    kinds = [_kind(phone) for phone in PHONES]
    frames = {"vowel": VOWEL, "consonant": CONSONANT, "pause": STOP}
    lengths = [COMMA if phone == "," else frames[kind] for phone, kind in zip(PHONES, kinds, strict=True)]
    table = [value for kind in kinds for value in (LOUD[kind], float(kind != "pause"))]
    rows = {"lengths": ", ".join(map(str, lengths)), "kinds": ", ".join(map(str, table)), "size": len(PHONES)}
    write_network(folder / "encoder.onnx", ENCODER.format(**rows))
    write_network(folder / "decoder.onnx", DECODER.format(mean=MEAN, std=STD, mels=MELS))
    write_network(folder / "vocoder.onnx", VOCODER.format(mels=MELS, hop=HOP, turn=2 * 3.141592653589793 / RATE))
    return folder


def write_network(path: Path, text: str) -> None:
    """A network in ONNX's notation as a file."""
    onnx.save(onnx.parser.parse_model(text), path)


def write_phones(folder: Path, symbols: tuple[str, ...]) -> None:
    """The list of phones."""
    (folder / "phones.txt").write_text("\n".join(symbols) + "\n", encoding="utf-8")


def write_card(folder: Path, **changes: object) -> None:
    """The card of the voice above, changed."""
    card: dict[str, object] = {
        "name": folder.name,
        "description": "a buzz for tests",
        "language": "en-us",
        "rate": RATE,
        "hop": HOP,
        "mels": MELS,
        "licence": "CC0-1.0",
        "data": "none",
        "phone_set": "espeak",
        **changes,
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in card.items() if value is not None]
    scales = [f"[pitch]\nmean = {MEAN}\nstd = {STD}", "[energy]\nmean = 0.0\nstd = 1.0"]
    (folder / "voice.toml").write_text("\n".join([*lines, *scales]) + "\n", encoding="utf-8")


def _kind(phone: str) -> str:
    if phone in _MARKS or phone == "<pad>":
        return "pause"
    return "vowel" if phone.lstrip(STRESS)[0] in VOWELS else "consonant"
