"""`assistant eval`: the data is read or refused by line, what is right counts, and both run for either engine."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.arguments import EvalArguments
from assistant.cli.parser import parse
from assistant.errors import DataError, EngineError, SettingsError
from assistant.evaluation import consistency, robustness
from assistant.evaluation.checking import Outcome, faults
from assistant.evaluation.dialogues import read_scripts
from assistant.evaluation.fitting import all_fit, fits
from assistant.evaluation.materials import MAKERS, material, of_kinds
from assistant.evaluation.prompts import Prompt, read_prompts
from assistant.evaluation.shares import Share
from assistant.evaluation.workbench import FAULT, Workbench
from assistant.events import Artifact, Say
from assistant.media import probe
from assistant.parts import Parts
from assistant.stream import Stream
from assistant.written import Answered, Choice, Ended
from config.settings import Settings
from models.base import Job
from router.dialogue.base import Call, Dialogue, Piece, Request
from router.dialogue.options import OpenAIOptions
from router.tasks import CATALOGUE
from tests.chat_server import Reply, Status, call
from tests.served import served

TASK_FLOOR = 0.92
ARGUMENT_FLOOR = 0.85
REFUSED_FLOOR = 0.9
CHAIN_FLOOR = 0.8
TURN_FLOOR = 0.85
"""Of the embedded engine, on the data that comes with Earshot."""
ROUTING_MS = 15.0
"""What the embedded engine may take for most of its choices; of all it is measured on a machine that does nothing
else."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(sessions=tmp_path / "sessions", voices=tmp_path / "voices", dialogue="embedded")


def model(tmp_path: Path, url: str) -> Settings:
    openai = OpenAIOptions(model="tiny", base_url=url, api_key_env="EARSHOT_NO_KEY")
    return Settings(sessions=tmp_path / "sessions", voices=tmp_path / "voices", openai=openai)


def written(path: Path, *lines: str | Mapping[str, Any]) -> Path:
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines))
    return path


def evaluated(capsys: pytest.CaptureFixture[str], settings: Settings, kind: Any, data: Path | None = None) -> Any:
    assert kind.run(settings, EvalArguments(data, json=True)) == 0
    return json.loads(capsys.readouterr().out)


# ------------------------------------------------------------------------- the floors


def test_the_embedded_engine_chooses_well(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, settings, consistency)
    print(json.dumps({name: value for name, value in found.items() if name not in ("tasks", "confusions")}))
    assert found["engine"] == "embedded" and found["n"] >= 400
    assert found["task_accuracy"] >= TASK_FLOOR
    assert found["argument_accuracy"] >= ARGUMENT_FLOOR
    assert found["refused"] >= REFUSED_FLOOR
    assert found["chains"] >= CHAIN_FLOOR
    assert found["routing_ms_p50"] < ROUTING_MS


def test_the_embedded_engine_holds_out_in_dialogues(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, settings, robustness)
    print(json.dumps(found))
    assert found["n"] >= 40
    assert {kind["kind"] for kind in found["kinds"]} == {
        "long_chains",
        "unsupported_tasks",
        "model_errors",
        "context_breaks",
    }
    assert found["turns"] >= TURN_FLOOR
    assert found["refused"] >= REFUSED_FLOOR


class Obedient:
    """A dialogue engine that calls for what is expected of each turn, one after the other."""

    name, explains = "obedient", False

    def __init__(self) -> None:
        turns = [turn for script in read_scripts(robustness.SCRIPTS) for turn in script.turns]
        self.turns = [
            turn for turn in turns if not UNREADABLE.search(turn.say)
        ]  # these are answered before it is asked

    async def reply(self, request: Request) -> Stream[Piece]:
        expect = self.turns.pop(0).expect
        for expected in expect.calls or ():
            yield Call(expected.tasks[0], UNSAID.get(expected.tasks[0], {}) | dict(expected.arguments))
        if not expect.calls:
            yield "Which one?" if expect.asks else f"I cannot do that: {expect.says_any[0]}." if expect.says_any else NO

    async def close(self) -> None: ...


NO = "I cannot do that."
UNREADABLE = re.compile(r"\{broken\.wav\}")
UNSAID = {"transfer_style": {"reference": "this", "consent": "yes"}}
"""What a task needs and no dialogue insists on."""


class ObedientParts(Parts):
    """Parts with an engine that makes no mistakes."""

    def dialogue(self) -> Dialogue:
        return Obedient()


def test_with_an_engine_that_makes_no_mistakes_every_dialogue_holds(settings: Settings) -> None:
    judged = asyncio.run(robustness.judge(read_scripts(robustness.SCRIPTS), ObedientParts(settings)))
    assert [(one.script.line, one.place, one.faults) for one in judged if one.faults] == []


def test_every_task_that_is_expected_somewhere_is_one() -> None:
    prompts, scripts = read_prompts(consistency.PROMPTS), read_scripts(robustness.SCRIPTS)
    calls = [call for s in scripts for turn in s.turns for call in turn.expect.calls or ()]
    expected = {task for p in prompts for task in (p.task, *p.chain) if task} | {t for c in calls for t in c.tasks}
    assert sorted(expected - {task.name for task in CATALOGUE}) == []


# --------------------------------------------------------------------------- any server


def test_consistency_of_a_language_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = written(
        tmp_path / "prompts.jsonl",
        {"text": "Spell cat.", "resources": [], "task": "spell", "arguments": {"text": "cat"}},
        {"text": "Order a pizza.", "resources": [], "task": None, "arguments": {}},
        {"text": "Clean it, then write it down.", "resources": ["audio"], "chain": ["enhance_speech", "stop"]},
    )
    spell, enhance, stop = (
        Reply.of(call(0, "a", name, arguments))
        for name, arguments in (("spell", '{"text": "cat"}'), ("enhance_speech", "{}"), ("stop", "{}"))
    )
    words = Reply.of("I cannot do that.")
    with served(spell, spell, words, enhance, stop, words) as server:  # the first prompt is asked once before
        found = evaluated(capsys, model(tmp_path, server.url), consistency, data)
    assert (found["engine"], found["n"], found["unanswered"]) == ("openai", 3, 0)
    assert [found[name] for name in ("task_accuracy", "argument_accuracy", "refused", "chains")] == [1, 1, 1, 1]


def test_robustness_of_a_language_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    turn = {"say": "Spell cat.", "expect": {"calls": ["spell"], "refused": False, "says_contains": ["C, A, T"]}}
    other = {"say": "Order a pizza.", "expect": {"calls": [], "refused": True}}
    data = written(tmp_path / "dialogues.jsonl", {"kind": "context_breaks", "turns": [turn, other]})
    answers = Reply.of(call(0, "a", "spell", '{"text": "cat"}')), Reply.of("I cannot.")
    with served(*answers) as server:
        found = evaluated(capsys, model(tmp_path, server.url), robustness, data)
    assert (found["engine"], found["n"], found["wrong"]) == ("openai", 1, [])
    assert [found[name] for name in ("task_accuracy", "refused", "turns", "dialogues")] == [1, 1, 1, 1]
    assert found["chains"] is None


def test_a_server_that_never_answers_is_no_result(tmp_path: Path) -> None:
    data = written(tmp_path / "prompts.jsonl", {"text": "Spell cat.", "task": "spell"})
    with served(Status(401)) as server, pytest.raises(EngineError):
        consistency.run(model(tmp_path, server.url), EvalArguments(data, json=True))


def test_the_engine_that_is_named_is_measured(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nonsense"):
        consistency.run(settings, EvalArguments(engine="nonsense"))
    found = parse(["eval", "robustness", "--engine", "openai", "--data", "x.jsonl", "--json"])
    assert (found.eval, found.engine, found.data, found.json) == ("robustness", "openai", Path("x.jsonl"), True)


# ------------------------------------------------------------------------------ the data

GOOD = {"text": "Clean it.", "resources": ["audio"], "task": "enhance_speech", "arguments": {}}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ({**GOOD, "text": ""}, "'text' is empty"),
        ({**GOOD, "text": 5}, "'text' is 5"),
        ({**GOOD, "resources": ["smell"]}, "no kind of resource 'smell'"),
        ({**GOOD, "resources": [1]}, "'resources' is"),
        ({**GOOD, "argument": {}}, "no field 'argument'"),
        ({**GOOD, "arguments": []}, "'arguments' is"),
        ({**GOOD, "task": 3}, "'task' is neither"),
        ({**GOOD, "task": None, "arguments": {"text": "x"}}, "has no arguments"),
        ({**GOOD, "chain": ["stop"]}, "exclude each other"),
        ({"text": "a", "chain": []}, "'chain' is empty"),
        ({"text": "a"}, "'task' or 'chain' is missing"),
        ({"task": "stop"}, "'text' is missing"),
    ],
)
def test_a_prompt_that_is_none_is_told_with_its_line(tmp_path: Path, line: Any, reason: str) -> None:
    path = written(tmp_path / "prompts.jsonl", GOOD, "", line)
    with pytest.raises(DataError, match=rf"prompts\.jsonl, line 3: .*{reason}"):
        read_prompts(path)


TURN = {"say": "Clean it.", "expect": {"calls": ["enhance_speech"]}}


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([], "'turns' is no list"),
        ([{**TURN, "expect": {}}], "'expect' is empty"),
        ([{**TURN, "expect": {"call": []}}], "no field 'call'"),
        ([{**TURN, "expect": {"calls": [7]}}], "neither a name nor an object"),
        ([{**TURN, "expect": {"refused": "yes"}}], "no true or false"),
        ([{**TURN, "fails": {"enhance_speech": "slowly"}}], "cannot fail by 'slowly'"),
        ([{"say": "Clean it."}], "'expect' is missing"),
    ],
)
def test_a_dialogue_that_is_none_is_told_with_its_line(tmp_path: Path, turns: Any, reason: str) -> None:
    good = {"kind": "model_errors", "turns": [TURN]}
    path = written(tmp_path / "dialogues.jsonl", good, {"kind": "model_errors", "turns": turns})
    with pytest.raises(DataError, match=rf"dialogues\.jsonl, line 2: .*{reason}"):
        read_scripts(path)


def test_a_file_without_lines_or_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is empty"):
        read_prompts(written(tmp_path / "none.jsonl"))
    with pytest.raises(DataError, match="No such file"):
        read_prompts(tmp_path / "nix.jsonl")


def test_a_dialogue_that_gives_what_there_is_not_is_told(settings: Settings, tmp_path: Path) -> None:
    turn = {**TURN, "with": ["nix.wav"]}
    data = written(tmp_path / "dialogues.jsonl", {"kind": "model_errors", "turns": [turn]})
    with pytest.raises(DataError, match=r"no file 'nix\.wav'"):
        robustness.run(settings, EvalArguments(data))


# ------------------------------------------------------------------------ what is right


@pytest.mark.parametrize(
    ("expected", "ours", "right"),
    [
        ("the dog", "The Dog barking", True),
        ("the dog barking", "the dog", False),
        ("Spanish", "spanish", True),
        ("it's  late", "It\u2019s late.", True),
        (30, 30.2, True),
        (30, 31, False),
        (0, 0.0, True),
        (0, 0.001, False),
        (90, "90", True),
        (90, "ninety", False),
        ("C4", ["C4", "D4"], True),
        (["0.4", "0.8"], "0.4 0.8", True),
        ("x", None, False),
        (True, True, True),
        (1, True, True),
    ],
)
def test_whether_an_argument_fits(expected: object, ours: object, right: bool) -> None:
    assert fits(expected, ours) is right


def test_further_arguments_do_not_count_and_missing_ones_do() -> None:
    assert all_fit({"text": "cat"}, {"text": "cat", "speed": 2})
    assert not all_fit({"text": "cat", "speed": 2}, {"text": "cat"})


def judged(prompt: Prompt, *calls: Call) -> consistency.Judged:
    return consistency.Judged(prompt, Choice(calls, ""), 0.01)


def test_figures_of_consistency() -> None:
    spell = Prompt(1, "Spell cat.", task="spell", arguments={"text": "cat"})
    clean = Prompt(2, "Clean it.", ("audio",), "enhance_speech")
    none, chain = Prompt(3, "Order a pizza."), Prompt(4, "Both.", chain=("enhance_speech", "stop"))
    found = consistency.figures(
        [
            judged(spell, Call("spell", {"text": "The cat"})),
            judged(spell, Call("spell", {"text": "dog"})),
            judged(spell, Call("synthesize_speech", {"text": "cat"})),
            judged(clean, Call("enhance_speech")),
            judged(clean, Call("enhance_speech"), Call("stop")),
            judged(none),
            judged(none, Call("stop")),
            judged(chain, Call("enhance_speech"), Call("stop")),
            judged(chain, Call("stop"), Call("enhance_speech")),
        ]
    )
    assert found["n"] == 9
    assert found["task_accuracy"] == 0.6
    assert found["argument_accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert (found["refused"], found["chains"]) == (0.5, 0.5)
    assert found["counts"] == {"tasks": 5, "arguments": 3, "refused": 2, "chains": 2}
    assert found["chains_by_length"] == {"2": 0.5}
    assert {"expected": "(nothing)", "called": "stop", "n": 1, "lines": [3]} in found["confusions"]  # type: ignore[operator]
    assert found["arguments_missed"] == [{"argument": "spell.text", "n": 1, "lines": [1]}]
    assert (found["routing_ms_p50"], found["routing_ms_p95"]) == (10.0, 10.0)


def test_an_interval_is_wilsons() -> None:
    # Brown, Cai and DasGupta 2001: 0 of 10 gives 0 to 0.2775; and 81 of 263 by Newcombe 1998: 0.2553 to 0.3662
    assert Share(0, 10).interval == (0.0, 0.2775)
    assert Share(81, 263).interval == (0.2553, 0.3662)
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)


SOUND = Artifact("clean interview", Path("a.wav"), id=2, parents=(1,))


def faults_of(expect: Mapping[str, Any], tmp_path: Path, outcome: Outcome) -> list[str]:
    turn = {"say": "Clean it.", "expect": expect}
    [script] = read_scripts(written(tmp_path / "one.jsonl", {"kind": "long_chains", "turns": [turn]}))
    return faults(script.turns[0], outcome)


DONE = Outcome(
    Answered((Say("Here it is."),), (Call("enhance_speech"),), (Ended("enhance_speech", {}),), (SOUND,)),
    origins=frozenset({"interview"}),
)
REFUSED = Outcome(Answered((Say("I cannot do that."),), (), (), ()))


@pytest.mark.parametrize(
    ("expect", "outcome", "wrong"),
    [
        ({"calls": ["enhance_speech"], "artifacts": ["audio"], "of": ["interview"], "refused": False}, DONE, 0),
        ({"calls": ["stop|enhance_speech"], "artifacts": 1, "says_any": ["is", "was"]}, DONE, 0),
        ({"calls": [], "refused": True, "says_contains": ["Cannot"], "artifacts": 0}, REFUSED, 0),
        ({"calls": []}, DONE, 1),
        ({"calls": [{"task": "enhance_speech", "arguments": {"text": "x"}}]}, DONE, 1),
        ({"refused": True}, DONE, 1),
        ({"refused": False}, REFUSED, 1),
        ({"artifacts": 0}, DONE, 1),
        ({"artifacts": ["audio", "audio"]}, DONE, 1),
        ({"artifacts": ["video"]}, DONE, 1),
        ({"artifacts": 2}, DONE, 1),
        ({"of": ["rain"]}, DONE, 1),
        ({"asks": True}, REFUSED, 1),
        ({"asks": True, "refused": True}, Outcome(Answered((Say("Which part?"),), (), (), ())), 0),
        ({"says_contains": ["sorry"], "says_any": ["a ?", "b ?"], "says_none": ["cannot"]}, REFUSED, 3),
        ({"asks": False}, Outcome(Answered((), (), (), ())), 1),
        ({"asks": False}, Outcome(Answered((Say("**No.**"),), (), (), ())), 1),
        ({"asks": False}, Outcome(Answered((Say("I tried enhance_speech."),), (), (), ())), 1),
        ({"asks": False}, Outcome(Answered((Say("Something went wrong inside me."),), (), (), ())), 1),
    ],
)
def test_what_is_wrong_with_a_turn(tmp_path: Path, expect: Any, outcome: Outcome, wrong: int) -> None:
    assert len(faults_of(expect, tmp_path, outcome)) == wrong, faults_of(expect, tmp_path, outcome)


# ------------------------------------------------------------- materials and test engines


def test_materials_are_what_they_are_called(tmp_path: Path) -> None:
    kinds = {".wav": "audio", ".flac": "audio", ".png": "image", ".mp4": "video", ".txt": "text"}
    for name in MAKERS:
        path = material(tmp_path, name)
        if name == "broken.wav":
            with pytest.raises(DataError):
                probe(path)
        elif name != "empty.wav":
            assert probe(path).kind == kinds[path.suffix], name


def test_there_are_as_many_files_as_kinds(tmp_path: Path) -> None:
    paths = of_kinds(tmp_path, ("audio", "image", "audio"))
    assert [path.name for path in paths] == ["recording.wav", "picture.png", "recording-2.wav"]
    assert all(path.is_file() for path in paths)


def test_a_test_engine_stands_in_and_fails_when_it_is_to(tmp_path: Path) -> None:
    bench, job = Workbench(), Job("separate_speech", tmp_path, files={"audio": material(tmp_path, "interview.wav")})
    done = asyncio.run(bench.run(job))
    assert [made.name for made in done.made.files] == ["first speaker", "second speaker"]
    assert all(probe(made.path).kind == "audio" for made in done.made.files)
    assert done.provenance.engine.startswith("test engine") and bench.engine("sing") is not None
    bench.fails = {"separate_speech": "error", "sing": "absent"}
    with pytest.raises(EngineError, match=FAULT):
        asyncio.run(bench.run(job))
    assert bench.engine("sing") is None


def test_no_test_engine_is_in_the_product(settings: Settings) -> None:
    async def names() -> list[str]:
        async with Parts(settings).models() as models:
            cards = [models.engine(task.name) for task in CATALOGUE]
        return [card.name for card in cards if card]

    assert not [name for name in asyncio.run(names()) if name.startswith("test engine")]
