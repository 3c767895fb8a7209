"""Settings: who overrides whom, what is converted, and what is refused in which words."""

import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import pytest

from assistant.errors import SettingsError
from config.describe import as_toml
from config.fit import Misfit, Written, fit
from config.folders import data_folder, settings_file
from config.given import Given, from_flags, profiles
from config.settings import Settings, load
from config.tree import build, leaves
from models.options import ModelsOptions

PROFILES = ["default", "desktop", "handsfree", "headless"]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Inner:
    """How the inner part works.

    And more, which is not for the file.
    """

    wait_s: float = 0.5
    """How long."""
    mode: Literal["fast", "slow"] = "fast"
    levels: tuple[int, ...] = (1, 2)
    api_key: str = ""

    def __post_init__(self) -> None:
        if self.wait_s < 0:
            raise ValueError("nobody can wait for less than nothing")


@dataclass(frozen=True, slots=True)
class Outer:
    """A tree."""

    name: str = "x"
    device: int | str | None = None
    """An index, a name, or none for the system's own."""
    folder: Path = Path("/tmp")
    colour: Colour = Colour.RED
    inner: Inner = field(default_factory=Inner)


def home(tmp_path: Path, **variables: str) -> dict[str, str]:
    return {"HOME": str(tmp_path), **variables}


def user_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / ".config" / "earshot" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(tmp_path: Path, *flags: str, **variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(flags=from_flags(flags), environment=home(tmp_path, **variables))
    return str(caught.value)


def test_without_anything_given_the_defaults_hold(tmp_path: Path) -> None:
    data = tmp_path / ".local/share/earshot"
    expected = Settings(
        sessions=data / "sessions",
        voices=data / "voices",
        pronunciations=data / "pronunciations.txt",
        alarms=data / "alarms.json",
        models=ModelsOptions(data / "models"),
    )
    assert load(environment=home(tmp_path)) == expected


def test_each_layer_overrides_the_one_before_it(tmp_path: Path) -> None:
    assert load("headless", environment=home(tmp_path)).ears.partial_s == 0.8, "the profile over the default"
    flags = from_flags(["ears.pre_roll_s=0.5"])
    user_file(tmp_path, "[ears]\npartial_s = 2.0\nsegment_s = 20\npre_roll_s = 0.1\nlongest_turn_s = 60\n")
    settings = load(
        "headless",
        flags=flags,
        environment=home(tmp_path, EARSHOT_EARS__SEGMENT_S="30", EARSHOT_EARS__PRE_ROLL_S="0.2"),
    )
    assert settings.ears.partial_s == 2.0, "the file over the profile's 0.8"
    assert settings.ears.longest_turn_s == 60.0
    assert settings.ears.segment_s == 30.0, "the environment over the file"
    assert settings.ears.pre_roll_s == 0.5, "the flag over the environment"


def test_the_last_of_several_flags_holds(tmp_path: Path) -> None:
    flags = from_flags(["language=de", "language=fr"])
    assert load(flags=flags, environment=home(tmp_path)).language == "fr"


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_loads(tmp_path: Path, profile: str) -> None:
    assert isinstance(load(profile, environment=home(tmp_path)), Settings)


def test_the_profiles_are_these() -> None:
    assert profiles() == PROFILES


def test_the_environment_names_the_profile_and_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('language = "de"\n')
    settings = load(environment=home(tmp_path, EARSHOT_PROFILE="handsfree", EARSHOT_CONFIG=str(file)))
    assert (settings.attention.listen, settings.language) == ("wake", "de")


def test_a_file_that_is_named_replaces_the_users_own(tmp_path: Path) -> None:
    user_file(tmp_path, 'language = "fr"\nspeculate = false\n')
    named = tmp_path / "named.toml"
    named.write_text('language = "de"\n')
    settings = load(file=named, environment=home(tmp_path))
    assert (settings.language, settings.speculate) == ("de", True)


def test_folders_follow_the_desktop_specification(tmp_path: Path) -> None:
    environment = home(tmp_path, XDG_DATA_HOME=str(tmp_path / "d"), XDG_CONFIG_HOME="relative/is/ignored")
    assert data_folder(environment) == tmp_path / "d" / "earshot"
    assert settings_file(environment) == tmp_path / ".config" / "earshot" / "settings.toml"
    assert load(environment=environment).sessions == tmp_path / "d" / "earshot" / "sessions"


def test_relative_paths_start_from_the_file_they_stand_in(tmp_path: Path) -> None:
    file = user_file(tmp_path, 'sessions = "kept"\n')
    assert load(environment=home(tmp_path)).sessions == file.parent / "kept"


def test_paths_on_the_command_line_start_from_the_working_folder() -> None:
    assert fit(Written("kept", True), Path) == Path("kept")
    assert fit(Written("~/kept", True), Path) == Path.home() / "kept"


def test_a_misspelt_key_is_refused_by_name_with_the_right_one(tmp_path: Path) -> None:
    sentence = '--set ears.pre_rol_s: there is no setting "ears.pre_rol_s"; did you mean ears.pre_roll_s?'
    assert refusal(tmp_path, "ears.pre_rol_s=1") == sentence
    assert refusal(tmp_path, EARSHOT_LANGAUGE="de") == (
        'EARSHOT_LANGAUGE: there is no setting "langauge"; did you mean language?'
    )


def test_a_key_in_the_wrong_section_is_found_in_the_right_one(tmp_path: Path) -> None:
    assert refusal(tmp_path, "pre_roll_s=1").endswith("did you mean ears.pre_roll_s?")


def test_a_misspelt_key_in_a_file_is_refused_with_the_files_name(tmp_path: Path) -> None:
    file = user_file(tmp_path, "[turns]\nshortst_s = 0.1\n")
    assert refusal(tmp_path) == (f'{file}: there is no setting "turns.shortst_s"; did you mean turns.shortest_s?')


def test_a_key_like_no_other_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "zzz=1") == '--set zzz: there is no setting "zzz"; `assistant settings` lists them all.'


def test_a_section_is_no_setting(tmp_path: Path) -> None:
    assert refusal(tmp_path, "moonshine=1").startswith(
        '--set moonshine: there is no setting "moonshine"; that is a section, with threads'
    )


def test_what_does_not_fit_is_refused_with_what_would(tmp_path: Path) -> None:
    assert refusal(tmp_path, EARSHOT_EARS__PARTIAL_S="soon") == (
        "EARSHOT_EARS__PARTIAL_S: ears.partial_s wants a number, not 'soon'."
    )
    assert refusal(tmp_path, "recognizer=echo") == (
        '--set recognizer: recognizer wants "moonshine" or "whisper", not \'echo\'.'
    )


def test_a_bad_value_is_refused_even_where_it_is_overridden(tmp_path: Path) -> None:
    assert "EARSHOT_SPECULATE" in refusal(tmp_path, "speculate=yes", EARSHOT_SPECULATE="perhaps")


def test_a_flag_without_a_value_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "language") == "--set language: write it as --set section.key=value."


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match='no profile "loud"; choose one of default, desktop, handsfree, headless'):
        load("loud", environment=home(tmp_path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"There is no settings file .*none\.toml"):
        load(file=tmp_path / "none.toml", environment=home(tmp_path))


@pytest.mark.parametrize("content", [b"language = ", b"\xff\xfe", b"language = 'de'\nlanguage = 'fr'"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"broken\.toml is no valid TOML"):
        load(file=file, environment=home(tmp_path))


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load(file=tmp_path, environment=home(tmp_path))


@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        ("true", bool, True),
        ("Off", bool, False),
        ("7", int, 7),
        ("-0.5", float, -0.5),
        ("3", float, 3.0),
        ("", str, ""),
        ("/a/b", Path, Path("/a/b")),
        ("none", float | None, None),
        ("2", float | None, 2.0),
        ("3", str | int | None, 3),
        ("USB Audio", str | int | None, "USB Audio"),
        ("1, 2,3", tuple[int, ...], (1, 2, 3)),
        ("", tuple[int, ...], ()),
        ("a,0.5", tuple[str, float], ("a", 0.5)),
        ("slow", Literal["fast", "slow"], "slow"),
        ("16000", Literal[8000, 16000], 16000),
        ("blue", Colour, Colour.BLUE),
    ],
)
def test_text_becomes_what_the_annotation_wants(text: str, hint: Any, value: object) -> None:
    fitted = fit(Written(text, True), hint)
    assert fitted == value and type(fitted) is type(value)


@pytest.mark.parametrize(
    ("value", "hint", "expected"),
    [
        (True, bool, True),
        (2, float, 2.0),
        ([1, 2], tuple[int, ...], (1, 2)),
        (3, int | str | None, 3),
        ("none", int | str | None, None),
        ("red", Colour, Colour.RED),
    ],
)
def test_toml_values_become_what_the_annotation_wants(value: object, hint: Any, expected: object) -> None:
    fitted = fit(Written(value, False), hint)
    assert fitted == expected and type(fitted) is type(expected)


@pytest.mark.parametrize(
    ("written", "hint", "words"),
    [
        (Written("1", False), int, "a whole number"),
        (Written(True, False), int, "a whole number"),
        (Written(1.5, False), int, "a whole number"),
        (Written(True, False), float, "a number"),
        (Written("nan", True), float, "a number"),
        (Written(1, False), bool, "true or false"),
        (Written(1, False), str, "text"),
        (Written("", True), Path, "a path"),
        (Written("x", True), int | None, 'a whole number or "none"'),
        (Written("1,x", True), tuple[int, ...], "a whole number"),
        (Written("1", True), tuple[int, int], "a list of 2"),
        (Written(1, False), tuple[int, ...], "a list, each a whole number"),
        (Written("green", True), Colour, '"red" or "blue"'),
    ],
)
def test_what_does_not_fit_says_what_would(written: Written, hint: Any, words: str) -> None:
    with pytest.raises(Misfit) as caught:
        fit(written, hint)
    assert str(caught.value) == words


def test_values_reach_the_depths_of_the_tree() -> None:
    given = [Given(("inner", "levels"), Written([3], False), "file"), Given(("device",), Written("1", True), "flag")]
    assert build(Outer(), given) == Outer(device=1, inner=Inner(levels=(3,)))


def test_what_the_options_themselves_refuse_is_put_into_a_sentence() -> None:
    with pytest.raises(SettingsError) as caught:
        build(Outer(), from_flags(["inner.wait_s=-1"]))
    assert str(caught.value) == (
        "--set inner.wait_s: inner.wait_s does not fit: nobody can wait for less than nothing."
    )


def test_the_description_is_a_settings_file_with_the_defaults_behind_comments() -> None:
    present = Outer(name="y", inner=Inner(wait_s=1.5, api_key="s3cret"))
    assert as_toml(present, Outer()) == (
        'name = "y"\n'
        "# An index, a name, or none for the system's own.\n"
        '# device = "none"  # a whole number or "none" or text\n'
        '# folder = "/tmp"  # a path\n'
        '# colour = "red"  # "red" or "blue"\n'
        "\n"
        "# How the inner part works.\n"
        "[inner]\n"
        "# How long.\n"
        "wait_s = 1.5\n"
        '# mode = "fast"  # "fast" or "slow"\n'
        "# levels = [1, 2]  # a list, each a whole number\n"
        '# api_key = "…"  # set, and not shown here\n'
    )


def test_what_is_printed_says_the_same_when_it_is_read(tmp_path: Path) -> None:
    flags = from_flags(["ears.partial_s=3", "espeak.voice=de", "speculate=no", "dialogue=embedded", 'language="'])
    settings = load(flags=flags, environment=home(tmp_path))
    file = tmp_path / "printed.toml"
    file.write_text(as_toml(settings, Settings()), encoding="utf-8")
    assert load(file=file, environment=home(tmp_path)) == settings


def test_every_default_is_itself_valid_where_its_comment_is_taken_away() -> None:
    settings = Settings()
    lines = as_toml(settings, settings).splitlines()
    names = {key[-1] for key in leaves(Settings)}
    given = "\n".join(
        li.removeprefix("# ") if li.removeprefix("# ").split(" ")[0] in names and "=" in li else li for li in lines
    )
    table = tomllib.loads("\n".join(line for line in given.splitlines() if not line.startswith("#")))
    assert table["recognizer"] == "moonshine"
    assert table["ears"]["endpointing"]["pause_s"] == settings.ears.endpointing.pause_s


def test_settings_import_no_engine_and_no_device_library() -> None:
    code = "import sys, config.settings; print(*(m.partition('.')[0] for m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {
        "onnxruntime",
        "sounddevice",
        "faster_whisper",
        "ctranslate2",
        "moonshine_voice",
        "openai",
        "torch",
        "rich",
    }
    assert heavy & set(loaded) == set()
