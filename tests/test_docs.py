"""The documentation names only what there is: commands, settings, links, files, and requests that are understood."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from pydoc import locate

import pytest

from assistant.cli.commands import COMMANDS, given
from assistant.cli.parser import parse
from assistant.clock import run_virtually
from assistant.resident import adopt_own, open_residency
from config.given import from_file, from_flag
from config.settings import Settings, load
from config.tree import build, leaves
from models.options import ModelsOptions
from router.dialogue.base import Call, Piece, Request
from router.dialogue.embedded import Embedded
from router.tasks import CATALOGUE
from scripts.picture import PICTURE, svg
from tests.fakes import CountingRecognizer, ToneVoice
from tests.test_table_one import FAMILIES

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GUIDES = sorted([README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
SERVICE = ROOT / "docs" / "service.md"
GPU = ROOT / "docs" / "gpu.md"
UNDERSTANDING = ROOT / "docs" / "models" / "understanding.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DECISIONS = (ROOT / "docs" / "decisions").glob("*.md")
REFERENCE = [
    ROOT / "docs" / f"{name}.md" for name in ("settings", "engines", "measuring", "troubleshooting", "training")
]
"""What the README leads on to."""
OURS = sorted([README, *REFERENCE, SERVICE, GPU, UNDERSTANDING, ARCHITECTURE, CONTRIBUTING, *DECISIONS])
"""What is checked word by word."""
FOREIGN_FLAGS = {"--enable-auto-tool-choice", "--tool-call-parser"}
"""Of vLLM."""
SCRIPTS = (ROOT / "scripts" / "setup", ROOT / "scripts" / "train_understanding.py")
"""Have flags that are named, too."""
EVERY = "All sixteen tasks of the AudioGPT paper"
"""Stands in the README as long as every one has an engine."""
SECTIONS = {key[0] for key in leaves(Settings) if len(key) > 1}


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks in a language; empty for those without one."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def inline(path: Path) -> list[str]:
    """Everything between single backticks, outside of blocks."""
    prose = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose)]


def command_lines() -> Iterator[str]:
    """Every line in the guides that starts the program, or a script of ours."""
    for guide in (README, *REFERENCE, SERVICE, GPU, CONTRIBUTING):
        scripts = (block.replace("\\\n", " ") for block in blocks(guide.read_text(encoding="utf-8"), "sh"))
        lines = (line.partition("#")[0].strip() for script in scripts for line in script.splitlines())
        yield from filter(None, lines)
        yield from (code for code in inline(guide) if re.match(r"(assistant|\./scripts/\w+|PYTHON=\S+)( |$)", code))


def examples(text: str = "") -> list[tuple[str, str]]:
    """The tables of tasks in a text, the README where none is given: a task and a request for it."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", text or README.read_text(encoding="utf-8"), re.MULTILINE)
    return [(task, request) for task, said in rows for request in re.findall(r'"([^"]+)"', said)]


def settings_named() -> list[tuple[str, str]]:
    """Every setting in a guide that is written `section.key`, with or without a value."""
    found = [(path.name, code) for path in OURS for code in inline(path)]
    named = [(name, code) for name, code in found if re.match(rf"({'|'.join(SECTIONS)})\.\w+|\w+ = \w+$", code)]
    return [(name, code) for name, code in named if "=" in code or locate(code) is None]


def is_setting(name: str) -> bool:
    """Whether it is a setting, or a section of them."""
    return any(key[: name.count(".") + 1] == tuple(name.split(".")) for key in leaves(Settings))


@pytest.mark.parametrize("line", sorted(set(command_lines())))
def test_a_command_is_one(line: str, tmp_path: Path) -> None:
    words = shlex.split(line)
    environment = {"HOME": str(tmp_path)}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    if words[0].startswith("./scripts/"):
        assert (ROOT / words[0]).stat().st_mode & 0o100
    if words[0] in ("assistant", ".venv/bin/assistant", "./scripts/talk") and "--help" not in words:
        found = parse(words[1:])
        assert isinstance(load(found.profile, found.config, list(given(found)), environment), Settings)


def test_there_are_commands_for_everything_the_program_does() -> None:
    lines = [shlex.split(line) for line in command_lines()]
    kinds = {
        "bench": {"latency", "turns", "asr", "idle", "room", "wake", "tts", "models"},
        "eval": {"capability", "consistency", "robustness"},
        "models": {"show", "pull", "warm", "drop"},
    }
    assert {*COMMANDS, "serve"} <= {words[1] for words in lines if len(words) > 1}
    for command, wanted in kinds.items():
        assert wanted == {words[2] for words in lines if words[1:2] == [command] and len(words) > 2}


def test_modules_and_extras_in_commands_are_there() -> None:
    text = "".join(block for path in GUIDES for block in blocks(path.read_text(encoding="utf-8"), "sh"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    modules, extras = set(re.findall(r"-m (scripts\.\w+)", text)), set(re.findall(r"'\.\[(\w+)\]'", text))
    assert {"scripts.voice", "scripts.echo", "scripts.train_understanding"} <= modules and {"bench", "webrtc"} <= extras
    assert [module for module in sorted(modules) if find_spec(module) is None] == []
    assert extras <= set(project["optional-dependencies"])


def test_flags_that_are_named_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    benches = [["bench", kind] for kind in ("latency", "idle", "room", "wake", "tts", "models")]
    evals = [["eval", kind] for kind in ("capability", "consistency", "robustness")]
    others = [*evals, ["models", "pull"], ["ask"], ["route"], ["open"]]
    for command in (["talk"], ["say"], ["voices"], ["serve"], ["doctor"], *benches, *others):
        with pytest.raises(SystemExit):
            parse([*command, "--help"])
    helps = [capsys.readouterr().out, *(script.read_text(encoding="utf-8") for script in SCRIPTS)]
    known = set(re.findall(r"--[\w-]+", "".join(helps)))
    named = {match[0] for path in OURS for code in inline(path) if (match := re.match(r"--[\w-]+", code))}
    assert {"--half-duplex", "--limit"} < named
    assert named - known == FOREIGN_FLAGS


@pytest.mark.parametrize(("guide", "code"), settings_named())
def test_a_setting_is_one(guide: str, code: str) -> None:
    name, equals, value = (part.strip().strip('"') for part in code.partition("="))
    if equals:
        build(Settings(), [from_flag(f"{name}={value}")])
    else:
        assert is_setting(name), guide


@pytest.mark.parametrize("guide", [README, REFERENCE[0], GPU], ids=lambda path: path.name)
def test_settings_files_in_the_guides_are_read(guide: Path, tmp_path: Path) -> None:
    assert blocks(guide.read_text(encoding="utf-8"), "toml")
    for number, block in enumerate(blocks(guide.read_text(encoding="utf-8"), "toml")):
        file = tmp_path / f"{number}.toml"
        file.write_text(block)
        assert build(Settings(), from_file(file)) != Settings()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(guide: Path) -> None:
    links = re.findall(r"\]\(([^)\s#]+)", guide.read_text(encoding="utf-8"))
    dead = [link for link in links if "://" not in link and not (guide.parent / link).exists()]
    assert dead == []


@pytest.mark.parametrize(("task", "request_"), examples())
def test_an_example_is_understood_as_the_task_it_stands_for(task: str, request_: str) -> None:
    engine = Embedded(CATALOGUE)

    async def ask() -> list[Piece]:
        return [piece async for piece in engine.reply(Request(request_, (), CATALOGUE))]

    (piece,) = run_virtually(ask())
    assert isinstance(piece, Call)
    assert piece.task == task


def test_every_task_has_an_example() -> None:
    assert sorted({task for task, _ in examples()}) == sorted(task.name for task in CATALOGUE)


def test_every_task_of_the_paper_has_an_engine_as_is_said(tmp_path: Path) -> None:
    assert EVERY in " ".join(README.read_text(encoding="utf-8").split())
    models = open_residency(Settings(models=ModelsOptions(tmp_path)))
    adopt_own(models, Settings(), CountingRecognizer(), ToneVoice(), {})
    assert {task for task in FAMILIES if models.engine(task) is None} == set()


@pytest.mark.parametrize("guide", OURS, ids=lambda path: path.name)
def test_files_and_names_in_the_code_are_there(guide: Path) -> None:
    codes = inline(guide)
    files = [code for code in codes if re.fullmatch(r"(?!\.venv|FOLDER|RECORDINGS)[\w.]+/[\w./-]*", code)]
    tests = [f"tests/{code}.py" for code in codes if re.fullmatch(r"test_\w+", code)]
    names = [code for code in codes if re.fullmatch(r"(assistant|asr|tts|router|models|config)(\.\w+)+", code)]
    assert [file for file in (*files, *tests) if not (ROOT / file).exists()] == []
    assert [name for name in names if locate(name) is None and not is_setting(name)] == []


def test_the_layers_are_those_that_are_enforced() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    drawn = blocks((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), "")
    assert "\n".join(layers) + "\n" in drawn


def test_the_picture_is_of_the_present_screen_and_asks_for_nothing_from_elsewhere() -> None:
    picture = PICTURE.read_text(encoding="utf-8")
    assert picture == svg(), "draw it again: .venv/bin/python -m scripts.picture"
    assert set(re.findall(r"https?://[^\"]+", picture)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@font-face|@import|href=|url\((?!#)", picture)


def test_the_card_of_the_reading_tells_how_many_sentences_there_are() -> None:
    files = sorted((ROOT / "scripts" / "understanding").glob("w*.jsonl"))
    count = sum(bool(line.strip()) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    assert f"{count:,}".replace(",", " ") in UNDERSTANDING.read_text(encoding="utf-8")
