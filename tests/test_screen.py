"""The screens, each shown the same conversation."""

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from rich.console import Console

from assistant.events import (
    Artifact,
    DeviceChanged,
    Event,
    Guessed,
    Heard,
    Ignored,
    Level,
    Manner,
    Play,
    Provenance,
    Resumed,
    Said,
    Say,
    Show,
    Speaking,
    SpeechResumed,
    SpeechStarted,
    Stages,
    State,
    StateChanged,
    Supposed,
    TurnEnded,
    Woken,
    Working,
    Yielded,
)
from assistant.screen.face import METER_CELLS, SILENT_LEVELS, Face, meter_cells, timeline
from assistant.screen.jsonl import JsonScreen, as_row
from assistant.screen.loader import open_screen
from assistant.screen.plain import PlainScreen
from assistant.screen.rich import FPS, METER_FPS, RichScreen
from assistant.screen.wording import detailed, one_line, origin, reached

MODEL = Provenance("model", "espnet-x", "CC-BY-4.0")
RAIN = Artifact("the rain", Path("/s/1/rain.wav"), "audio", 4.2, 44_100, 2, "enhance_speech", 3, MODEL, (1,))
NOTE = Artifact("the note", Path("/sessions/1/note.wav"), "audio", 3.25, 16000, 1, "record_note")
PLOT = Artifact("the plot", Path("/sessions/1/plot.png"), "image")
HEARD = Heard("Play the note.", "en", 1.0, 1.9, 0.98765, np.ones(14400, np.float32))
STAGES = Stages(10.0, 10.1, 10.25, 10.12, 10.2, 10.4)

CONVERSATION: Sequence[Event] = (
    StateChanged(State.LISTENING),
    Level(-42.04),
    Woken("hey earshot", 0.9, 0.71),
    SpeechStarted(1.0),
    StateChanged(State.HEARING),
    Guessed("play the"),
    Supposed(HEARD),
    SpeechResumed(1.62),
    HEARD,
    StateChanged(State.THINKING),
    Working("play_note"),
    Say("Here it", None),
    Say(" is.", Manner(1.2)),
    StateChanged(State.SPEAKING),
    Speaking(("Here", "it", "is."), 1),
    Yielded(ducked=False),
    Resumed(0.412, "no words"),
    Play(NOTE),
    Show("Two\nlines", PLOT),
    Said("Here it", True),
    TurnEnded(STAGES, HEARD, "Here it", True, ("play_note",)),
    Ignored(7.3, "too little speech"),
    DeviceChanged('microphone "USB"', False, "The microphone was unplugged."),
)


def plain(events: Sequence[Event], partials: bool = False) -> list[str]:
    out = StringIO()
    with PlainScreen(out, partials) as screen:
        for event in events:
            screen.show(event)
    return out.getvalue().splitlines()


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def terminal() -> tuple[Console, StringIO]:
    out = StringIO()
    return Console(file=out, width=80, height=24, force_terminal=True, color_system=None, highlight=False), out


def test_the_conversation_shows_every_event_there_is() -> None:
    assert {type(event) for event in CONVERSATION} == set(get_args(Event))


def test_plain_lines_are_facts_without_what_is_still_changing() -> None:
    assert plain(CONVERSATION) == [
        "state: listening",
        'woken: "hey earshot"',
        "you: Play the note.",
        "working: play_note",
        "resumed: after 412 ms (no words)",
        "playing: the note (3.2 s) /sessions/1/note.wav",
        "shown: Two",
        "shown: lines",
        "made: the plot (picture) /sessions/1/plot.png",
        "earshot (interrupted): Here it",
        "turn: recognized 100 ms, answered 120 ms, voiced 200 ms, decided 250 ms, sounded 400 ms",
        "ignored: a sound at 7.3 s (too little speech)",
        "device: The microphone was unplugged.",
    ]


def test_plain_lines_with_partials_tell_all_but_levels() -> None:
    extra = [line for line in plain(CONVERSATION, partials=True) if line not in plain(CONVERSATION)]
    assert extra == [
        "speech: started at 1.0 s",
        "state: hearing",
        "guessed: play the",
        "supposed: Play the note.",
        "speech: resumed at 1.6 s",
        "state: thinking",
        "saying: Here it",
        "saying: is.",
        "state: speaking",
    ]


def test_what_was_made_is_told_with_its_number_and_where_it_comes_from() -> None:
    assert plain([Show("", RAIN, (Path("/s/1/rain.png"), Path("/s/1/rain\x1b-events.png")))]) == [
        "made: 3 the rain (4.2 s, 44.1 kHz, stereo) by model espnet-x, CC-BY-4.0 /s/1/rain.wav",
        "picture: /s/1/rain.png",
        "picture: /s/1/rain -events.png",
    ]


def test_how_far_a_task_is_is_a_plain_line_only_with_partials() -> None:
    assert plain([Working("sing"), Working("sing", 0.42)]) == ["working: sing"]
    assert plain([Working("sing"), Working("sing", 0.42)], partials=True) == ["working: sing", "working: sing 42 %"]


@pytest.mark.parametrize(
    ("artifact", "text"),
    [
        (Artifact("a", Path("a")), "a"),
        (Artifact("a", Path("a"), "video", 2.0, 0, id=2), "2 a (video, 2.0 s)"),
        (Artifact("a", Path("a"), "audio", 2.0, 22_050, 6), "a (2.0 s, 22.05 kHz, 6 channels)"),
        (Artifact("a\x1b[2J", Path("a"), "text"), "a [2J (text)"),
    ],
)
def test_an_artifact_is_told_in_detail(artifact: Artifact, text: str) -> None:
    assert detailed(artifact) == text


@pytest.mark.parametrize(
    ("provenance", "text"),
    [
        (None, ""),
        (MODEL, "model espnet-x, CC-BY-4.0"),
        (Provenance("dsp", "spectral gate"), "signal processing spectral gate"),
        (Provenance("procedural"), "by rule"),
        (Provenance("recorded"), "recorded"),
        (Provenance("given"), "given"),
        (Provenance("refused"), ""),
    ],
)
def test_where_a_thing_comes_from_is_told(provenance: Provenance | None, text: str) -> None:
    assert origin(provenance) == text


def test_a_turn_without_an_answer_says_so() -> None:
    assert plain([TurnEnded(Stages(1.0), HEARD, "", False)]) == ["turn: without an answer"]


@pytest.mark.parametrize("hostile", ["a\nb", "a\x1b[2Jb", "a\x07 b", "a\r\u2028b", "a\x9b31mb"])
def test_no_text_of_others_controls_the_terminal_or_breaks_a_line(hostile: str) -> None:
    console, out = terminal()
    with RichScreen(console) as screen:
        clean = out.getvalue()
        screen.show(Guessed(hostile))
    with RichScreen(console) as screen:
        screen.show(Said(hostile, False))
    (line,) = plain([Said(hostile, False)])
    assert line.isprintable()
    assert one_line(hostile).isprintable()
    written = out.getvalue().removeprefix(clean)
    assert hostile not in written and one_line(hostile) in written


def test_json_gives_every_event_on_a_line_of_its_own() -> None:
    out = StringIO()
    with JsonScreen(out) as screen:
        for event in CONVERSATION:
            screen.show(event)
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["type"] for row in rows] == [
        "state",
        "level",
        "woken",
        "speech_started",
        "state",
        "guessed",
        "supposed",
        "speech_resumed",
        "heard",
        "state",
        "working",
        "say",
        "say",
        "state",
        "speaking",
        "yielded",
        "resumed",
        "play",
        "show",
        "said",
        "turn",
        "ignored",
        "device",
    ]


HEARD_ROW = {"text": "Play the note.", "language": "en", "started": 1.0, "ended": 1.9, "confidence": 0.9877}
NOTE_ROW = {
    "name": "the note",
    "path": "/sessions/1/note.wav",
    "kind": "audio",
    "seconds": 3.25,
    "rate": 16000,
    "channels": 1,
    "made_by": "record_note",
    "id": 0,
    "provenance": None,
    "parents": [],
}
RAIN_ROW = {
    "name": "the rain",
    "path": "/s/1/rain.wav",
    "kind": "audio",
    "seconds": 4.2,
    "rate": 44_100,
    "channels": 2,
    "made_by": "enhance_speech",
    "id": 3,
    "provenance": {"how": "model", "engine": "espnet-x", "licence": "CC-BY-4.0"},
    "parents": [1],
}


@pytest.mark.parametrize(
    ("event", "row"),
    [
        (Level(-42.04), {"type": "level", "dbfs": -42.0}),
        (HEARD, {"type": "heard", **HEARD_ROW}),
        (Supposed(HEARD), {"type": "supposed", "heard": HEARD_ROW}),
        (
            Say("a", Manner(1.2)),
            {
                "type": "say",
                "text": "a",
                "manner": {
                    "speed": 1.2,
                    "gain_db": 0.0,
                    "pitch": 0.0,
                    "voice": "",
                    "language": "",
                    "pitch_range": 1.0,
                    "sized": True,
                },
            },
        ),
        (Say("a"), {"type": "say", "text": "a", "manner": None}),
        (Play(NOTE), {"type": "play", "artifact": NOTE_ROW}),
        (Show("a"), {"type": "show", "text": "a", "artifact": None, "pictures": []}),
        (
            Show("", RAIN, (Path("/s/1/rain.png"),)),
            {"type": "show", "text": "", "artifact": RAIN_ROW, "pictures": ["/s/1/rain.png"]},
        ),
        (Working("sing"), {"type": "working", "task": "sing", "share": None}),
        (Working("sing", 0.25), {"type": "working", "task": "sing", "share": 0.25}),
        (Speaking(("a", "b"), None), {"type": "speaking", "words": ["a", "b"], "index": None}),
        (Said("a", True), {"type": "said", "text": "a", "interrupted": True}),
        (Ignored(7.3, "short"), {"type": "ignored", "at": 7.3, "reason": "short"}),
        (Woken("hey", 1.23456, 0.5), {"type": "woken", "phrase": "hey", "at": 1.2346, "score": 0.5}),
        (Yielded(True), {"type": "yielded", "ducked": True}),
        (Resumed(0.41234, "cough"), {"type": "resumed", "after_s": 0.4123, "reason": "cough"}),
        (DeviceChanged("m", True, "a"), {"type": "device", "device": "m", "present": True, "text": "a"}),
        (
            TurnEnded(Stages(10.0, 10.1), HEARD, "a", False, ("t",)),
            {
                "type": "turn",
                "heard": HEARD_ROW,
                "said": "a",
                "interrupted": False,
                "tasks": ["t"],
                "latency_s": None,
                "stages": {
                    "speech_end": 10.0,
                    "recognized": 10.1,
                    "decided": None,
                    "first_token": None,
                    "first_audio": None,
                    "first_sample": None,
                },
            },
        ),
    ],
)
def test_json_keys_are_these(event: Event, row: dict[str, object]) -> None:
    assert as_row(event) == row
    assert json.loads(json.dumps(row)) == as_row(event)


def test_a_turns_latency_is_from_the_end_of_speech_to_the_first_sample() -> None:
    assert as_row(TurnEnded(STAGES, HEARD, "a", False))["latency_s"] == 0.4


def drawn(*events: Event, width: int = 80) -> list[str]:
    face = Face()
    for event in events:
        face = face.after(event)
    return face.draw(width).plain.splitlines()


def test_the_face_while_somebody_speaks() -> None:
    assert drawn(StateChanged(State.HEARING), Level(-33.0), Guessed("how is the")) == [
        "● hearing    ▮▮▮▮▮▮▮▮▮▮▯▯▯▯▯▯▯▯▯▯",
        "you      how is the",
    ]


def test_a_long_guess_shows_its_end() -> None:
    line = drawn(Guessed("word " * 30 + "last"))[1]
    assert len(line) == 80
    assert line.startswith("you      …") and line.endswith("word last")


def test_what_was_spoken_stays_bright_in_a_pause_and_a_new_reply_begins_dim() -> None:
    def dim(face: Face) -> list[str]:
        text = face.draw(80)
        reply = text.plain.index("earshot")
        return [text.plain[s.start : s.end] for s in text.spans if s.style == "dim" and s.start > reply + 8]

    face = Face().after(Speaking(("It", "is", "cold."), 1)).after(Speaking(("It", "is", "cold."), None))
    assert dim(face)[:1] == ["cold."]
    assert dim(face.after(Speaking(("It", "is", "cold.", "Yes."), None)))[:2] == ["cold.", "Yes."]
    assert dim(face.after(Speaking(("Hello",), None)))[:1] == ["Hello"]


def test_the_face_marks_the_word_being_spoken() -> None:
    face = Face().after(Speaking(("It", "is", "cold."), 1))
    text = face.draw(80)
    marked = [text.plain[span.start : span.end] for span in text.spans if span.style == "bold reverse"]
    ahead = [text.plain[span.start : span.end] for span in text.spans if span.style == "dim"]
    assert text.plain.splitlines()[1] == "earshot  It is cold."
    assert marked == ["is"]
    assert ahead[-1] == "cold."


def test_a_long_reply_shows_three_lines_around_the_word() -> None:
    words = tuple(f"word{i:03d}" for i in range(100))  # eight to a line of 71
    lines = drawn(Speaking(words, 50))[1:]
    assert len(lines) == 3
    assert "word050" in lines[1]
    assert max(map(len, lines)) <= 80
    assert "word099" in drawn(Speaking(words, 99))[-1]


def test_what_is_over_leaves_the_face() -> None:
    events: list[Event] = [
        SpeechStarted(0),
        Guessed("a"),
        HEARD,
        Working("speak_at"),
        Speaking(("b",), 0),
        Said("b", False),
    ]
    assert drawn(*events[:2])[1:] == ["you      a"]
    assert drawn(*events[:4])[1:] == ["         speak at …"]
    assert drawn(*events[:5])[1:] == ["earshot  b"]
    assert drawn(*events)[1:] == []


BAR = "         separate speech ▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱▱  36 %"


def test_a_task_that_takes_long_has_a_bar_beside_what_is_said() -> None:
    begun, further = Working("separate_speech"), Working("separate_speech", 0.36)
    assert drawn(begun)[1:] == ["         separate speech …"]
    assert drawn(begun, further)[1:] == [BAR]
    assert drawn(begun, further, Speaking(("b",), 0))[1:] == ["earshot  b", BAR]
    assert drawn(further, Guessed("how far"))[1:] == ["you      how far", BAR]
    assert drawn(further, Working("separate_speech", 1.0))[1:] == []


def test_a_task_of_which_nothing_is_told_any_more_loses_its_bar() -> None:
    further, level = Working("separate_speech", 0.36), Level(-120.0)
    assert drawn(further, *[level] * (SILENT_LEVELS - 1))[1:] == [BAR]
    assert drawn(further, *[level] * SILENT_LEVELS)[1:] == []
    assert drawn(further, *[level] * (SILENT_LEVELS - 1), further, level)[1:] == [BAR]


@pytest.mark.parametrize(("share", "text"), [(-1.0, "0 %"), (0.004, "0 %"), (7.0, "100 %")])
def test_a_share_beyond_its_range_breaks_no_line(share: float, text: str) -> None:
    line = drawn(Working("sing", min(share, 0.999)), width=30)[-1]
    assert len(line) <= 30 and line.endswith(text)


def test_a_sound_that_was_no_turn_is_told_until_the_next() -> None:
    assert drawn(Guessed("a"), Ignored(1.0, "noise"))[1:] == ["         not a turn: noise"]
    assert drawn(Guessed("a"), Ignored(1.0, "noise"), SpeechStarted(2.0))[1:] == []


def test_what_becomes_of_a_reply_that_somebody_speaks_over_is_told() -> None:
    speaking = Speaking(("b",), 0)
    assert drawn(Yielded(ducked=False))[1:] == ["         go on …"]
    assert drawn(Yielded(ducked=True))[1:] == [], "a sound that plays softly is heard to"
    assert drawn(Guessed("a"), Resumed(0.4, "no words"))[1:] == ["         not a turn: no words"]
    assert drawn(Resumed(0.4, "no words"), speaking)[1:] == ["earshot  b"]


def test_a_device_that_went_and_the_wake_phrase_are_told() -> None:
    assert drawn(DeviceChanged("microphone", False, "The microphone\nis gone."))[1:] == [
        "         The microphone is gone."
    ]
    assert drawn(Guessed("a"), Woken("hey earshot", 1.0))[1:] == ["         I am listening."]


@pytest.mark.parametrize(("dbfs", "cells"), [(-120.0, 0), (-60.0, 0), (-33.0, METER_CELLS // 2), (0.0, METER_CELLS)])
def test_the_meter_reads(dbfs: float, cells: int) -> None:
    assert meter_cells(dbfs) == cells


def test_the_timeline_is_to_scale_and_in_order() -> None:
    bar, legend = timeline(STAGES, 48)
    assert bar.plain == "▇" * 40 + "  400 ms"
    assert [(span.start, span.end) for span in bar.spans[:5]] == [(0, 10), (10, 12), (12, 20), (20, 25), (25, 40)]
    assert legend.plain == "recognized 100 · answered 120 · voiced 200 · decided 250 · sounded 400"


def test_the_timeline_of_a_turn_that_was_cut_short() -> None:
    bar, legend = timeline(Stages(5.0, 5.1), 20)
    assert (bar.plain, legend.plain) == ("▇" * 12 + "  100 ms", "recognized 100")
    assert timeline(Stages(5.0), 20) == []
    assert timeline(Stages(5.0, 5.0), 20)[0].plain == "▇" * 14 + "  0 ms"


def test_stages_stand_in_the_order_they_were_reached() -> None:
    assert [name for name, _ in reached(STAGES)] == ["recognized", "answered", "voiced", "decided", "sounded"]


def test_no_line_is_wider_than_the_terminal() -> None:
    face = Face()
    for event in (*CONVERSATION, Guessed("x" * 300), Speaking(("y" * 300, "z"), 0)):
        face = face.after(event)
        for width in (20, 80):
            assert max(len(line) for line in face.draw(width).plain.splitlines()) <= width


def test_what_is_certain_scrolls_by_and_stays() -> None:
    out = StringIO()
    console = Console(file=out, width=80, height=24, highlight=False)
    with RichScreen(console) as screen:
        for event in CONVERSATION:
            screen.show(event)
    assert [line.rstrip() for line in out.getvalue().splitlines()[:8]] == [
        "you      Play the note.",
        "         ♪ the note (3.2 s)",
        "/sessions/1/note.wav",
        "         Two",
        "         lines",
        "         ✎ the plot (picture)",
        "/sessions/1/plot.png",
        "earshot  Here it — interrupted",
    ]


def test_a_long_text_is_wrapped_beside_its_label() -> None:
    out = StringIO()
    with RichScreen(Console(file=out, width=30, height=24, highlight=False)) as screen:
        screen.show(Said("A reply of more than one line of words.", False))
        screen.show(Show("And something longer to be read."))
    assert [line.rstrip() for line in out.getvalue().splitlines()[:4]] == [
        "earshot  A reply of more than",
        "         one line of words.",
        "         And something longer",
        "         to be read.",
    ]


def test_a_long_path_is_not_broken_into_lines() -> None:
    console, out = terminal()
    path = Path("/" + "long/" * 40 + "note.wav")
    with RichScreen(console) as screen:
        screen.show(Play(Artifact("the note", path)))
    assert str(path) in out.getvalue()


def test_the_meter_is_drawn_no_more_often_than_it_needs() -> None:
    clock, (console, out) = Clock(), terminal()
    with RichScreen(console, clock) as screen:
        drawings = 0
        for i in range(200):  # ten seconds of twenty levels a second
            clock.at = i / 20
            before = len(out.getvalue())
            screen.show(Level(-50.0 if i % 2 else -20.0))
            drawings += len(out.getvalue()) > before
    assert 0 < drawings <= 10 * METER_FPS + 1


def test_words_are_drawn_no_more_often_than_the_eye_needs() -> None:
    clock, (console, out) = Clock(), terminal()
    with RichScreen(console, clock) as screen:
        drawings = 0
        for i in range(200):  # two seconds of a hundred guesses a second
            clock.at = i / 100
            before = len(out.getvalue())
            screen.show(Guessed(f"guess {i}"))
            drawings += len(out.getvalue()) > before
    assert METER_FPS * 2 < drawings <= FPS * 2 + 1


def test_nothing_is_drawn_where_nothing_changed() -> None:
    clock, (console, out) = Clock(), terminal()
    with RichScreen(console, clock) as screen:
        clock.at = 0.5
        screen.show(Level(-30.0))
        before = out.getvalue()
        for i in range(50):
            clock.at = 1.0 + i
            screen.show(Level(-30.1))
        assert out.getvalue() == before


def test_what_was_put_off_is_drawn_with_the_next_event() -> None:
    clock, (console, out) = Clock(), terminal()
    with RichScreen(console, clock) as screen:
        screen.show(Guessed("one"))
        screen.show(Guessed("two"))
        assert "two" not in out.getvalue()
        clock.at = 0.1
        screen.show(Level(-120.0))
        assert "two" in out.getvalue()


@pytest.mark.parametrize("ending", [KeyboardInterrupt, None])
def test_the_terminal_is_left_as_it_was(ending: type[BaseException] | None) -> None:
    console, out = terminal()

    def converse() -> None:
        with RichScreen(console) as screen:
            screen.show(Guessed("hello"))
            assert "\x1b[?25l" in out.getvalue(), "the cursor is hidden meanwhile"
            if ending:
                raise ending

    if ending:
        with pytest.raises(ending):
            converse()
    else:
        converse()
    assert out.getvalue().rindex("\x1b[?25h") > out.getvalue().rindex("\x1b[?25l")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_the_screen_fits_where_it_goes() -> None:
    xterm, dumb = {"TERM": "xterm"}, {"TERM": "dumb"}
    assert isinstance(open_screen("auto", Terminal(), environment=xterm), RichScreen)
    assert isinstance(open_screen("plain", Terminal(), environment=xterm), PlainScreen)
    assert isinstance(open_screen("json", Terminal(), environment=xterm), JsonScreen)
    assert isinstance(open_screen("auto", StringIO(), environment=xterm), PlainScreen)
    assert isinstance(open_screen("auto", Terminal(), environment=dumb), PlainScreen)
