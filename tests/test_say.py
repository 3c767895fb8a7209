"""`assistant say` and `assistant voices`: what they give, their exit codes and their sentences."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.arguments import SayArguments
from assistant.audio import Samples
from assistant.cli.say import clauses, play, say, spoken, write
from assistant.cli.voices import print_voices
from assistant.clock import run_virtually
from assistant.devices.files import FileLoudspeaker
from assistant.errors import DataError, SettingsError
from assistant.events import Manner, Spoken
from config.settings import Settings
from tests.fakes import WORD_S, ToneVoice
from tests.voice_checkpoint import RATE, make_voice
from tts.catalogue import voices

TEXT = "Here it is, at last. The second sentence!"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    make_voice(tmp_path / "voices" / "buzz")
    return Settings(voice="buzz", voices=tmp_path / "voices", pronunciations=tmp_path / "none.txt")


def said(settings: Settings, text: str, output: Path, **more: object) -> tuple[Samples, str]:
    """The sound in the file, and what was printed."""
    out = io.StringIO()
    wanted = SayArguments(text, output, **more)  # type: ignore[arg-type]
    assert say(settings, wanted, io.StringIO("From standard input.\n"), out) == 0
    samples, _ = sf.read(output, dtype="float32")
    return samples, out.getvalue()


def assistant(home: Path, *arguments: str, given: str | bytes = "") -> "subprocess.CompletedProcess[bytes]":
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EARSHOT_", "XDG_", "PULSE_", "ORT_"))}
    data = given.encode() if isinstance(given, str) else given
    command = [sys.executable, "-m", "assistant", *arguments]
    return subprocess.run(command, input=data, capture_output=True, env={**kept, "HOME": str(home)}, timeout=60)


# --------------------------------------------------------------------- into files


def test_a_text_becomes_a_file(settings: Settings, tmp_path: Path) -> None:
    samples, printed = said(settings, TEXT, tmp_path / "out.wav")
    info = sf.info(tmp_path / "out.wav")
    assert (info.samplerate, info.channels, info.subtype) == (RATE, 1, "PCM_16")
    assert printed == ""
    assert 2 < len(samples) / RATE < 10


@pytest.mark.parametrize(("name", "format"), [("a.flac", "FLAC"), ("a.ogg", "OGG"), ("a", "WAV")])
def test_the_format_goes_by_the_name(settings: Settings, tmp_path: Path, name: str, format: str) -> None:
    said(settings, "Yes.", tmp_path / name)
    assert sf.info(tmp_path / name).format == format


def test_speed_and_pitch_are_heard(settings: Settings, tmp_path: Path) -> None:
    plain, _ = said(settings, TEXT, tmp_path / "a.wav")
    fast, _ = said(settings, TEXT, tmp_path / "b.wav", speed=2.0)
    high, _ = said(settings, TEXT, tmp_path / "c.wav", pitch=5.0)
    assert len(fast) == pytest.approx(len(plain) / 2, rel=0.03)
    assert abs(len(high) - len(plain)) < 0.05 * RATE
    crossings = [int(np.count_nonzero(np.diff(np.signbit(s)))) for s in (plain, high)]
    assert crossings[1] > 1.2 * crossings[0]


def test_timings_are_of_the_whole_text(settings: Settings, tmp_path: Path) -> None:
    samples, printed = said(settings, TEXT, tmp_path / "out.wav", timings=True, json=True)
    words = [json.loads(line) for line in printed.splitlines()]
    assert [w["word"] for w in words] == TEXT.split()
    times = [t for w in words for t in (w["start_s"], w["end_s"])]
    assert times == sorted(times) and times[-1] <= len(samples) / RATE
    for word in words:
        assert np.abs(samples[round(word["start_s"] * RATE) : round(word["end_s"] * RATE)]).max() > 0.05
    _, table = said(settings, TEXT, tmp_path / "out.wav", timings=True)
    assert table.splitlines()[0].strip() == f"0.000 to {words[0]['end_s']:8.3f} s  Here"
    assert words[0]["start_s"] == 0


def test_a_dash_is_standard_input(settings: Settings, tmp_path: Path) -> None:
    _, printed = said(settings, "-", tmp_path / "out.wav", timings=True)
    assert [line.split()[-1] for line in printed.splitlines()] == ["From", "standard", "input."]


def test_clauses_go_out_while_the_text_comes_in() -> None:
    asked: list[str] = []

    def lines() -> Iterator[str]:
        for line in ("One sentence here. And ", "another one.\n", "The end."):
            asked.append(line)
            yield line

    made = clauses(lines())
    assert next(made) == "One sentence here."
    assert len(asked) == 1
    assert list(made) == ["And another one.", "The end."]


@pytest.mark.parametrize("text", ["", "  \n", "😀", "\x00\x07", "***", "…"])
def test_nothing_to_say_is_said(settings: Settings, tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="nothing in that text that could be said"):
        said(settings, text, tmp_path / "out.wav")
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize("text", ["a", "Привет мир", "\x1b[31mred\x1b[0m", "word " * 2000, "la" * 5000])
def test_any_other_text_gives_a_sound(settings: Settings, tmp_path: Path, text: str) -> None:
    samples, _ = said(settings, text, tmp_path / "out.wav")
    assert np.abs(samples).max() > 0.05


def test_what_cannot_be_written_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no folder .*none; make it, or choose another place with -o"):
        said(settings, "Yes.", tmp_path / "none" / "out.wav")
    for no_file in (tmp_path, Path("-"), Path("")):
        with pytest.raises(DataError, match="is no name of a file"):
            said(settings, "Yes.", no_file)
    with pytest.raises(DataError, match=r"\.txt is no sound file; end the name in \.wav"):
        said(settings, "Yes.", tmp_path / "out.txt")


def test_a_notice_goes_to_the_error_stream(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_voice(tmp_path / "voices" / "limited", notice="For tests only.")
    limited = Settings(voice="limited", voices=settings.voices, pronunciations=settings.pronunciations)
    said(limited, "Yes.", tmp_path / "out.wav")
    assert capsys.readouterr().err == "limited: For tests only.\n"


def test_an_unknown_voice_is_a_wrong_setting(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match='no voice "parrot"'):
        say(Settings(voice="parrot", voices=settings.voices), SayArguments("x"), io.StringIO(), io.StringIO())


# ------------------------------------------------------------------------- aloud


def test_it_is_played_to_its_end_without_a_gap(tmp_path: Path) -> None:
    voice, path = ToneVoice(), tmp_path / "played.wav"

    async def aloud() -> None:
        async with FileLoudspeaker(path, voice.rate).playing() as loudspeaker:
            await play(spoken(voice, ["One two, three four. ", "Five six."], Manner()), loudspeaker)

    run_virtually(aloud())
    played, _ = sf.read(path)
    loud = np.flatnonzero(np.abs(played) > 0.4)
    assert len(loud) == 6 * WORD_S * voice.rate == loud[-1] - loud[0] + 1


def test_a_failure_midway_comes_after_what_was_made(tmp_path: Path) -> None:
    voice, path = ToneVoice(), tmp_path / "played.wav"

    def broken() -> Iterator[Spoken]:
        yield voice.speak("One", Manner())
        raise DataError("No more.")

    async def aloud() -> None:
        async with FileLoudspeaker(path, voice.rate).playing() as loudspeaker:
            await play(broken(), loudspeaker)

    with pytest.raises(DataError, match="No more"):
        run_virtually(aloud())
    assert np.count_nonzero(np.abs(sf.read(path)[0]) > 0.4) == WORD_S * voice.rate


def test_a_full_disk_is_said() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with pytest.raises(DataError, match="Cannot write /dev/full.*Choose another place with -o"):
        write([ToneVoice().speak("One", Manner())], Path("/dev/full"))


def test_write_keeps_every_sample(tmp_path: Path) -> None:
    voice = ToneVoice()
    write([voice.speak("One two", Manner()), voice.speak("three", Manner())], tmp_path / "a.wav")
    assert len(sf.read(tmp_path / "a.wav")[0]) == 3 * WORD_S * voice.rate


# -------------------------------------------------------------------- as a process


def test_the_engines_report_to_nobody(tmp_path: Path) -> None:
    voice = make_voice(tmp_path / "voices" / "buzz").parent
    done = assistant(tmp_path, "say", "Hello", "--voice", "buzz", "--set", f"voices={voice}", "-o", f"{tmp_path}/o.wav")
    assert done.returncode == 0, done.stderr
    assert not [path for path in tmp_path.rglob("*") if "microsoft" in str(path.relative_to(tmp_path)).lower()]


def test_say_as_a_process(tmp_path: Path) -> None:
    output = tmp_path / "out.wav"
    done = assistant(tmp_path, "say", "Hello", "there", "--voice", "espeak", "-o", str(output), "--timings", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line)["word"] for line in done.stdout.splitlines()] == ["Hello", "there"]
    assert sf.info(output).duration > 0.5
    piped = assistant(tmp_path, "say", "-", "--voice=espeak", "-o", str(output), "--timings", given=b"caf\xe9 yes.")
    assert (piped.returncode, len(piped.stdout.splitlines())) == (0, 2)


def test_exit_codes_of_say(tmp_path: Path) -> None:
    output = ["-o", str(tmp_path / "out.wav")]
    empty = assistant(tmp_path, "say", "", *output)
    assert (empty.returncode, empty.stderr) == (1, b"There is nothing in that text that could be said.\n")
    unknown = assistant(tmp_path, "say", "x", "--voice", "parrot", *output)
    assert unknown.returncode == 2 and unknown.stderr.startswith(b'There is no voice "parrot"')
    assert unknown.stderr.count(b"\n") == 1


def test_without_a_loudspeaker_say_names_the_way_out(tmp_path: Path) -> None:
    done = assistant(tmp_path, "say", "x", "--loudspeaker", "no such thing", "--backend", "sounddevice")
    assert done.returncode == 1
    assert re.match(
        rb"(There is no loudspeaker on|No loudspeaker is called) [^\n]+ With -o FILE [^\n]+\n$", done.stderr
    )
    assert b"conversation" not in done.stderr


def test_voices_are_listed(tmp_path: Path) -> None:
    folder = tmp_path / ".local/share/earshot/voices"
    make_voice(folder / "buzz")
    make_voice(folder / "torn", rate=None)
    rows = [json.loads(line) for line in assistant(tmp_path, "voices", "--json", "--voice", "buzz").stdout.splitlines()]
    by_name = {row["name"]: row for row in rows}
    assert {"buzz", "torn", "espeak", "espnet"} <= set(by_name)
    assert [row["name"] for row in rows if row["chosen"]] == ["buzz"]
    assert (by_name["buzz"]["where"], by_name["buzz"]["place"]) == (str(folder / "buzz"), "your own")
    assert "is missing" in by_name["torn"]["fault"]


def test_the_table_marks_the_voice_that_speaks(settings: Settings) -> None:
    out = io.StringIO()
    print_voices(voices("buzz", settings.voice_options), out)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["name", "what", "it", "is"]
    assert [line.split()[1] for line in lines if line.startswith("*  ")] == ["buzz"]


def test_the_table_says_what_a_voice_is_without_its_path(settings: Settings) -> None:
    make_voice(settings.voices / "torn\x1b[2J", rate=None)
    out = io.StringIO()
    listed = voices("buzz", settings.voice_options)
    print_voices(listed, out)
    printed = " ".join(out.getvalue().split())
    assert f"FastSpeech 2, en-us, {RATE} Hz, CC0-1.0, your own" in printed
    assert "espeak Always works, in any language; sounds like a machine espeak-ng, en-us" in printed
    assert all(voice.fault.partition(";")[2] in printed for voice in listed if voice.name == "espnet")
    assert str(settings.voices / "buzz") not in printed and "\x1b" not in printed
    assert "is missing" in printed
