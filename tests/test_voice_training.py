"""What the training of the embedded voice is made of; skipped where its packages are missing (extra `train`)."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training needs torch")
onnx = pytest.importorskip("onnx", reason="the export needs onnx")
for package in ("librosa", "pocketsphinx", "pyworld"):
    pytest.importorskip(package, reason=f"the training needs {package}")

from scripts.eight_bits import packed  # noqa: E402
from scripts.voice.acoustic import FastSpeech2, Sizes, regulated  # noqa: E402
from scripts.voice.align import Aligned, Segment, aligned  # noqa: E402
from scripts.voice.dataset import LONGEST_PAUSE, bridged, example  # noqa: E402
from scripts.voice.features import HOP, MELS, RATE, measured  # noqa: E402
from scripts.voice.teacher import texts  # noqa: E402
from scripts.voice.vocoder import FFT, STEP, Vocoder, pulse_train  # noqa: E402
from tts.phonemes import Phone  # noqa: E402

SMALL = Sizes(channels=32, encoder_blocks=1, encoder_hidden=32, decoder_blocks=1, decoder_hidden=32, predictor=16)


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    t = np.arange(round(RATE * seconds)) / RATE
    return (0.3 * sum(np.sin(2 * np.pi * hertz * k * t) / k for k in range(1, 8))).astype(np.float32)


def test_pulses_have_the_pitch_and_no_power_where_there_is_none():
    f0 = torch.full((1, 86), 220.0)
    f0[:, 43:] = 0
    pulses = pulse_train(f0)[0].numpy()
    spectrum = np.abs(np.fft.rfft(pulses[: 40 * HOP] * np.hanning(40 * HOP)))
    peaks = np.flatnonzero((spectrum[1:-1] > spectrum[:-2]) & (spectrum[1:-1] > spectrum[2:]) & (spectrum[1:-1] > 50))
    hertz = (peaks + 1) * RATE / (40 * HOP)
    np.testing.assert_allclose(hertz[:10], 220.0 * np.arange(1, 11), atol=3)
    assert not pulses[43 * HOP :].any()
    assert np.square(pulses[: 43 * HOP]).mean() == pytest.approx(1, abs=0.02)


def test_a_gliding_pitch_has_no_jumps_of_phase():
    f0 = torch.linspace(150, 300, 200)[None]
    steps = np.diff(pulse_train(f0)[0].numpy())
    steady = np.diff(pulse_train(torch.full((1, 200), 150.0))[0].numpy())
    assert np.abs(steps).max() < 1.2 * np.abs(steady).max()


def test_the_vocoders_transform_can_be_undone():
    vocoder = Vocoder(channels=16, hidden=16, blocks=1)
    sound = torch.randn(1, 40 * HOP)
    parts = vocoder._transformed(sound)
    back = torch.nn.functional.conv_transpose1d(parts, vocoder.synthesis, stride=STEP)[:, 0, FFT // 2 :]
    inner = slice(FFT, 39 * HOP - FFT)
    torch.testing.assert_close(back[:, inner], sound[:, inner], atol=1e-4, rtol=0)


def test_the_vocoder_gives_a_hop_for_every_frame_and_the_same_each_time():
    vocoder = Vocoder(channels=16, hidden=16, blocks=1).eval()
    mel, f0 = torch.randn(1, 30, MELS), torch.full((1, 30), 180.0)
    with torch.no_grad():
        first, second = vocoder(mel, f0), vocoder(mel, f0)
    assert first.shape == (1, 30 * HOP)
    torch.testing.assert_close(first, second)


def test_every_frame_knows_its_phone():
    frames, owner, place = regulated(torch.tensor([[2, 0, 3], [1, 1, 0]]))
    assert owner[0].tolist() == [0, 0, 2, 2, 2]
    assert frames.tolist() == [[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]]
    torch.testing.assert_close(place[0, :, 0], torch.tensor([0, 0.5, 0, 1 / 3, 2 / 3]))


def test_padding_changes_nothing():
    model = FastSpeech2(["a", "ˈa", "."], ["LJ"], SMALL).eval()
    phones, speaker = torch.tensor([[0, 1, 2], [1, 0, 0]]), torch.tensor([0, 0])
    mask = torch.tensor([[1.0, 1, 1], [1, 1, 0]])[..., None]
    durations, level = torch.tensor([[3, 2, 1], [2, 2, 0]]), torch.zeros(2, 3)
    with torch.no_grad():
        together = model.decoder(model.encoder(phones, speaker, mask)[0], durations, level, level)[0][1, :4]
        hidden = model.encoder(phones[1:, :2], speaker[1:], mask[1:, :2])[0]
        alone = model.decoder(hidden, durations[1:, :2], level[1:, :2], level[1:, :2])[0][0]
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-4)


def segments(*parts: tuple[str, float]) -> list[Segment]:
    at, made = 0.0, []
    for name, seconds in parts:
        made.append(Segment(name, at, at + seconds))
        at += seconds
    return made


def test_phones_take_the_times_of_the_labels():
    phones = [Phone("ə", 0), Phone("ˈɔːɹ", 1), Phone(",", 1), Phone("t", 2), Phone(".", 2)]
    labels = segments(("pau", 0.1), ("ax", 0.1), ("ao", 0.1), ("r", 0.1), ("pau", 0.2), ("t", 0.1), ("pau", 0.3))
    said = aligned(phones, labels)
    assert said.phones == ("ə", "ˈɔːɹ", ",", "t", ".")
    assert said.first == round(0.1 * RATE / HOP)
    np.testing.assert_allclose(np.cumsum(said.durations) * HOP / RATE, [0.1, 0.3, 0.5, 0.6, 0.9], atol=HOP / RATE)


def test_a_silence_without_a_mark_becomes_a_pause_and_a_mark_without_silence_lasts_nothing():
    phones = [Phone("t", 0), Phone(",", 0), Phone("ə", 1), Phone("s", 2), Phone(".", 2)]
    said = aligned(phones, segments(("t", 0.1), ("ax", 0.1), ("pau", 0.2), ("s", 0.1), ("pau", 0.1)))
    assert said.phones == ("t", ",", "ə", ",", "s", ".")
    assert said.durations[1] == 0
    assert said.durations[3] == pytest.approx(0.2 * RATE / HOP, abs=1)


def test_labels_of_another_sentence_are_refused():
    with pytest.raises(ValueError, match="do not agree"):
        aligned([Phone("t", 0), Phone("s", 0), Phone("k", 0)], segments(("aa", 0.1), ("m", 0.1), ("iy", 0.1)))


def test_features_of_a_tone():
    features = measured(tone(200))
    assert features.mel.shape == (RATE // HOP, MELS)
    assert np.median(features.f0[5:-5]) == pytest.approx(200, rel=0.01)


def test_pitch_is_bridged_over_what_has_none():
    np.testing.assert_allclose(
        np.exp(bridged(np.array([0, 100, 0, 400, 0], np.float32))), [100, 100, 200, 400, 400], 1e-5
    )
    assert np.isfinite(bridged(np.zeros(3, np.float32))).all()


def test_long_pauses_are_cut_and_everything_else_is_kept():
    features = measured(tone(150, 2.0))
    said = Aligned(("a", ",", "a"), (40, 80, 40), (0, 0, 1), 3)
    made = example("x", "LJ", features, said)
    assert made.durations.tolist() == [40, LONGEST_PAUSE, 40]
    assert len(made.mel) == len(made.log_f0) == len(made.audio) // HOP == 80 + LONGEST_PAUSE
    np.testing.assert_array_equal(made.mel[:40], features.mel[3:43].astype(np.float16))


def test_packed_weights_are_small_and_nearly_the_same():
    weight = np.random.default_rng(0).standard_normal((64, 128)).astype(np.float32) * np.linspace(0.1, 3, 128)
    node = onnx.helper.make_node("MatMul", ["x", "w"], ["y"])
    value = lambda name, shape: onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)  # noqa: E731
    initial = onnx.numpy_helper.from_array(weight.astype(np.float32), "w")
    graph = onnx.helper.make_graph([node], "g", [value("x", [1, 64])], [value("y", [1, 128])], [initial])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=9)
    before = model.ByteSize()
    small = packed(model)
    assert small.ByteSize() < 0.35 * before
    import onnxruntime

    x = np.random.default_rng(1).standard_normal((1, 64)).astype(np.float32)
    (y,) = onnxruntime.InferenceSession(small.SerializeToString()).run(None, {"x": x})
    np.testing.assert_allclose(y, x @ weight, atol=0.02 * np.abs(x @ weight).max())


def test_the_teachers_sentences_are_the_same_every_time_and_leave_out_what_is_held_back():
    sentences = [f"This is sentence {word}, and it goes on, as they do." for word in ("one", "two", "three", "four")]
    lines = texts(sentences, {sentences[2]})
    assert lines == texts(sentences, {sentences[2]})
    assert not any("three" in line for line in lines if "sentence" in line)
    assert "Could you say that again?" in lines
