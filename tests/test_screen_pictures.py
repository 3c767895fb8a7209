"""Pictures on the moving screen: by each protocol, as blocks, and where they cannot be shown."""

import re
from base64 import b64decode
from io import BytesIO, StringIO
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.text import Text

from assistant.events import Artifact, Heard, Level, Play, Provenance, Said, Show, Speaking
from assistant.screen.blocks import Letters, art
from assistant.screen.face import LABEL
from assistant.screen.inline import KITTY_CHUNK, iterm, kitty, sixel
from assistant.screen.options import ScreenOptions
from assistant.screen.pictures import Picture, fit, show_picture
from assistant.screen.rich import RichScreen
from assistant.screen.terminal import CELL, Images, Terminal, look_at
from models.base import Posteriors
from models.drawing.panel import Panel
from models.pictures import before_after, posteriorgram, sound
from tests.tiny_terminal import TinyTerminal

RATE = 16_000


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of silence, then a second of a tone at 2 kHz."""
    path = tmp_path_factory.mktemp("pictures") / "tone.png"
    tone = 0.5 * np.sin(2 * np.pi * 2000 * np.arange(RATE) / RATE)
    sound(np.concatenate([np.zeros(RATE), tone]).astype(np.float32), RATE, path)
    return path


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "events.png"
    posteriorgram(Posteriors(("dog", "rain"), 1.0, ((0.0, 0.5), (1.0, 0.5), (0.0, 0.5), (0.0, 0.5))), path)
    return path


def console(width: int = 80, height: int = 24, colours: bool = True, encoding: str = "utf-8") -> Console:
    class Out(StringIO):
        @property
        def encoding(self) -> str:  # type: ignore[override]
            return encoding

    environment = {} if colours else {"NO_COLOR": "1"}
    return Console(
        file=Out(),
        width=width,
        height=height,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        _environ=environment,
    )


def written(to: Console) -> str:
    assert isinstance(to.file, StringIO)
    return to.file.getvalue()


def shown(path: Path, images: Images = "blocks", to: Console | None = None, indent: int = 0) -> TinyTerminal:
    to = to or console()
    show_picture(to, path, Terminal(images), indent)
    tiny = TinyTerminal(to.width, to.height)
    tiny.feed(written(to))
    return tiny


# ------------------------------------------------------------------------- protocols


def kitty_png(sequences: str) -> tuple[dict[str, str], bytes]:
    """The keys and the PNG of kitty's sequences, as the terminal puts them together."""
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", sequences)
    assert "".join(f"\x1b_G{keys};{data}\x1b\\" for keys, data in pieces) == sequences, "nothing stands between them"
    keys = [dict(pair.split("=") for pair in text.split(",")) for text, _ in pieces]
    assert [k["m"] for k in keys] == ["1"] * (len(keys) - 1) + ["0"]
    assert all(k["q"] == "2" for k in keys), "the terminal must not answer"
    assert all(set(k) == {"m", "q"} for k in keys[1:])
    assert all(len(data) <= KITTY_CHUNK and len(data) % 4 == 0 for _, data in pieces)
    return keys[0], b64decode("".join(data for _, data in pieces))


def test_kittys_protocol_carries_the_file(picture: Path) -> None:
    keys, png = kitty_png(kitty(picture.read_bytes(), 60, 11))
    assert png == picture.read_bytes()
    assert keys == {"a": "T", "f": "100", "q": "2", "C": "1", "c": "60", "r": "11", "m": "1"}


def test_a_small_file_is_one_sequence() -> None:
    assert kitty(b"abc", 2, 1) == "\x1b_Ga=T,f=100,q=2,C=1,c=2,r=1,m=0;YWJj\x1b\\"


def test_iterms_protocol_carries_the_file(picture: Path) -> None:
    found = re.fullmatch(r"\x1b\]1337;File=([^:]*):([^\x07]*)\x07", iterm(picture.read_bytes(), 60, 11))
    assert found
    keys = dict(pair.split("=") for pair in found[1].split(";"))
    size = str(picture.stat().st_size)
    assert keys == {"inline": "1", "size": size, "width": "60", "height": "11", "preserveAspectRatio": "1"}
    assert b64decode(found[2]) == picture.read_bytes()


def test_tmux_is_handed_each_sequence_with_its_escapes_doubled(picture: Path) -> None:
    plain, wrapped = (kitty(picture.read_bytes(), 60, 11, through) for through in (False, True))
    pieces = re.findall(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", wrapped)
    assert "".join(f"\x1bPtmux;{piece}\x1b\\" for piece in pieces) == wrapped
    assert "".join(pieces).replace("\x1b\x1b", "\x1b") == plain
    assert iterm(b"a", 1, 1, True).startswith("\x1bPtmux;\x1b\x1b]1337;")


def unsixeled(sequence: str) -> NDArray[np.int64]:
    """The points of a sixel image in percent, shape (h, w, 3); -1 where nothing was drawn."""
    found = re.fullmatch(r'\x1bP0;1q"1;1;(\d+);(\d+)(.*)\x1b\\', sequence, re.DOTALL)
    assert found
    width, height = int(found[1]), int(found[2])
    points = np.full((-(-height // 6) * 6, width, 3), -1)
    palette: dict[int, list[int]] = {}
    colour, x, y = 0, 0, 0
    for token in re.finditer(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|(!\d+)?([?-~])|([$-])", found[3]):
        if token[1]:
            palette[int(token[1])] = [int(token[k]) for k in (2, 3, 4)]
        elif token[5]:
            colour = int(token[5])
        elif token[7]:
            count, bits = int(token[6][1:]) if token[6] else 1, ord(token[7]) - 63
            for k in range(6):
                if bits >> k & 1:
                    points[y + k, x : x + count] = palette[colour]
            x += count
        else:
            x, y = 0, y + 6 * (token[8] == "-")
    return points[:height]


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (40, 13), (64, 24)])
def test_sixels_are_the_image_in_its_colours(size: tuple[int, int]) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (12, 3))
    points = colours[np.random.default_rng(1).integers(0, 12, (size[1], size[0]))].astype(np.uint8)
    back = unsixeled(sixel(Image.fromarray(points)))
    assert np.abs(back - points * (100 / 255)).max() < 3


def test_sixels_of_a_picture_are_near_it(picture: Path) -> None:
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    back = unsixeled(sixel(image))
    assert (back >= 0).all()
    assert np.abs(back - np.asarray(image) * (100 / 255)).mean() < 2.5


# ---------------------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("size", "room", "cells"),
    [
        ((900, 286), (70, 12, (8, 16)), (70, 11)),
        ((900, 286), (200, 12, (8, 16)), (76, 12)),
        ((900, 286), (200, 12, (20, 40)), (76, 12)),
        ((32, 32), (70, 12, (8, 16)), (8, 4)),
        ((9000, 10), (70, 12, (8, 16)), (70, 1)),
    ],
)
def test_a_picture_keeps_its_proportions_in_its_room(
    size: tuple[int, int], room: tuple[int, int, tuple[int, int]], cells: tuple[int, int]
) -> None:
    assert fit(size, *room) == cells


@pytest.mark.parametrize("images", ["kitty", "iterm", "sixel"])
def test_an_image_stands_in_room_of_its_own_above_the_live_lines(picture: Path, images: Images) -> None:
    to, tiny = console(), TinyTerminal(80, 24)
    artifact = Artifact("tone", picture.with_suffix(".wav"), "audio", 2.0, RATE, id=1)
    seconds = count()
    with RichScreen(to, lambda: float(next(seconds)), Terminal(images)) as screen:
        screen.show(Heard("Make a tone."))
        for _ in range(3):  # until it scrolls
            screen.show(Show(artifact=artifact, pictures=(picture,)))
            screen.show(Level(-33.0))
        screen.show(Speaking(("Here", "it", "is."), 1))
        screen.show(Said("Here it is.", False))
        tiny.feed(written(to))
        lines = "\n".join(tiny.text()).rstrip().split("\n")
    starts = dict.fromkeys((row, column) for row, column, _ in tiny.images)  # kitty's chunks come at one place
    assert [column for _, column in starts] == [LABEL] * 3
    told = [row for row, line in enumerate(lines) if "✎ 1 tone" in line]
    assert [row for row, _ in starts] == [row + 1 + (lines[row + 1] != "") for row in told]
    for row, _ in starts:
        assert lines[row : row + 11] == [""] * 11, "nothing is written over it"
    assert lines[0] == "you      Make a tone."
    assert lines[-2] == "earshot  Here it is." and lines[-1].startswith("● listening  ▮▮▮▮▮▮▮▮▮▮▯")
    assert sum("● listening" in line for line in lines) == 1, "the live lines are drawn over themselves"


def test_a_terminal_without_room_shows_the_path(picture: Path) -> None:
    for to in (console(width=12), console(height=9)):
        for images in ("kitty", "blocks", "none"):
            show_picture(to, picture, Terminal(images), LABEL)
        assert written(to).count(str(picture)) == 3


def test_large_pictures_are_made_smaller_before_they_are_sent(tmp_path: Path) -> None:
    Image.new("RGB", (4000, 2000), (0, 0, 255)).save(tmp_path / "large.png")
    to = console()
    show_picture(to, tmp_path / "large.png", Terminal("kitty"), 0)
    _, png = kitty_png("".join(re.findall(r"\x1b_G.*?\x1b\\", written(to))))
    with Image.open(BytesIO(png)) as sent:
        assert sent.size == (1800, 900) and sent.convert("RGB").getpixel((9, 9)) == (0, 0, 255)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("gone.png", None, "cannot be read"),
        ("text.png", b"hello", "is no PNG picture"),
        ("cut.png", 0.5, "is broken"),
        ("changed.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "is broken"),
        ("bomb.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\0\xff\xff" * 2 + bytes(40), "too large"),
    ],
)
@pytest.mark.parametrize("images", ["kitty", "blocks"])
def test_a_broken_picture_is_a_sentence(
    tmp_path: Path, picture: Path, name: str, content: bytes | float | None, sentence: str, images: Images
) -> None:
    path = tmp_path / name
    if isinstance(content, float):
        path.write_bytes(picture.read_bytes()[: round(picture.stat().st_size * content)])
    elif content is not None:
        path.write_bytes(content)
    to = console()
    with RichScreen(to, terminal=Terminal(images)) as screen:
        screen.show(Show(pictures=(path,)))
    assert sentence in written(to) and "\x1b_G" not in written(to)


# ---------------------------------------------------------------------------- blocks


def plain(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_a_sound_in_blocks_is_silent_and_then_loud(picture: Path) -> None:
    loaded = Picture.load(picture)
    lines = art(loaded.image, loaded.panels, 60, 12, Letters())
    assert len(lines) == 12 and {line.cell_len for line in lines[:-1]} == {60}
    wave, spectrum = lines[:4], lines[4:-1]
    assert [line.plain[10] for line in wave].count(" ") == 3, "silence is a thin line"
    assert [line.plain[45] for line in wave] == ["█"] * 4
    assert all(set(line.plain) == {"▀"} for line in spectrum)
    assert lines[-1].plain.split() == ["0", "s", "0.5", "s", "1", "s", "1.5", "s"]
    assert lines[-1].plain.index("1 s") == 30


def lightest(line: Text, column: int) -> int:
    """How light the lighter half of a cell is."""
    span = next(s for s in line.spans if s.start <= column < s.end)
    assert not isinstance(span.style, str)
    colours = [c.triplet for c in (span.style.color, span.style.bgcolor) if c]
    return max(sum(t) for t in colours if t)


def test_a_map_in_blocks_has_the_colours_of_the_picture(picture: Path) -> None:
    loaded = Picture.load(picture)
    spectrum = art(loaded.image, loaded.panels, 60, 12, Letters())[4:-1]
    loud = [lightest(line, 45) for line in spectrum]
    assert 1 <= int(np.argmax(loud)) <= 3, "2 kHz of 8 lie above the middle of the mel scale"
    assert max(loud) > 400 and max(lightest(line, 10) for line in spectrum) < 120


def test_without_colours_there_are_shades(picture: Path) -> None:
    to = console(colours=False)
    tiny = shown(picture, to=to)
    assert not re.search(r"\x1b\[[0-9;]*[34]8;", written(to))
    spectrum = tiny.text()[4:11]
    assert any("▓" in line or "█" in line for line in spectrum)
    assert all(set(line[:38]) <= {" "} for line in spectrum), "silence comes first"


def test_without_unicode_there_are_plain_letters(picture: Path, events: Path) -> None:
    for path in (picture, events):
        to = console(encoding="ascii")
        show_picture(to, path, Terminal(), LABEL)
        bare = re.sub(r"\x1b\[[0-9;]*m", "", written(to))
        assert bare.isascii() and len(bare.split()) > 4


def test_events_in_blocks_have_a_line_each_and_their_labels(events: Path) -> None:
    loaded = Picture.load(events)
    dog, rain, marks = plain(art(loaded.image, loaded.panels, 45, 12, Letters()))
    assert dog.startswith(" dog ") and set(dog[5:]) == {" ", "█"}
    assert abs(dog.index("█") - 15) <= 1 and abs(dog.rindex("█") - 24) <= 1
    assert rain == "rain " + "▒" * 40
    assert marks.split() == ["0", "s", "2", "s"] and marks.index("2 s") == 25


def test_two_sounds_in_blocks_are_on_one_scale(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-1, 1, 4 * RATE).astype(np.float32)
    before_after(noise, noise[: 2 * RATE], RATE, tmp_path / "a.png")
    loaded = Picture.load(tmp_path / "a.png")
    lines = plain(art(loaded.image, loaded.panels, 67, 11, Letters()))
    assert lines[0].startswith("before ▀") and lines[5].startswith(" after ▀")
    assert (len(lines[0]), len(lines[5])) == (67, 37)


def test_a_picture_that_is_no_plot_keeps_its_proportions() -> None:
    image = Image.new("RGB", (400, 400), (200, 30, 30))
    lines = art(image, (), 100, 12, Letters())
    assert (len(lines), lines[0].cell_len) == (12, 24)
    assert art(image, (), 15, 12, Letters()) == [] and art(image, (), 100, 1, Letters()) == []


@pytest.mark.parametrize("width", [16, 24, 40, 80, 300])
def test_no_line_of_blocks_is_wider_than_its_room(picture: Path, events: Path, width: int) -> None:
    for path in (picture, events):
        loaded = Picture.load(path)
        lines = art(loaded.image, loaded.panels, width, 12, Letters())
        assert all(line.cell_len <= min(width, 120) for line in lines)
        assert len(lines) in (0, 3, 12)


def test_panels_outside_of_the_picture_are_passed_over(tmp_path: Path) -> None:
    from models.drawing.canvas import Canvas

    canvas = Canvas(50)
    canvas.panels = [Panel("map", (0, 0, 5000, 20), 1.0), Panel("wave", (9, 9, 9, 9), 1.0)]
    canvas.save(tmp_path / "a.png")
    assert Picture.load(tmp_path / "a.png").panels == ()


def test_labels_of_others_do_not_control_the_terminal(tmp_path: Path) -> None:
    from models.drawing.canvas import Canvas

    canvas = Canvas(50)
    canvas.panels = [Panel("rows", (0, 0, 900, 24), 1.0, ("a\x1b[2Jb",))]
    canvas.save(tmp_path / "a.png")
    to = console()
    show_picture(to, tmp_path / "a.png", Terminal(), 0)
    assert "\x1b[2J" not in written(to)


# -------------------------------------------------------------------------- detection


@pytest.mark.parametrize(
    ("environment", "images"),
    [
        ({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-kitty", "TERM_PROGRAM": "iTerm.app"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "xterm-256color", "WEZTERM_PANE": "0"}, "iterm"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230800"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "210400"}, "blocks"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "new"}, "blocks"),
        ({"TERM": "xterm", "TERM_PROGRAM": "mintty"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "KITTY_WINDOW_ID": "1"}, "blocks"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "blocks"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1", "TMUX": "/tmp/tmux"}, "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, "blocks"),
        ({"TERM": "screen-256color", "TERM_PROGRAM": "iTerm.app"}, "blocks"),
        ({"TERM": "xterm-kitty", "ZELLIJ": "0"}, "blocks"),
        ({"TERM": "xterm-256color"}, "blocks"),
        ({}, "blocks"),
    ],
)
def test_what_the_environment_says(environment: dict[str, str], images: str) -> None:
    terminal = look_at(StringIO(), ScreenOptions(), environment)
    assert (terminal.images, terminal.wrapped, terminal.cell) == (images, False, CELL)


def test_what_is_set_holds_within_tmux_too() -> None:
    tmux = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux"}
    for images, wrapped in (("kitty", True), ("iterm", True), ("sixel", False), ("none", False)):
        terminal = look_at(StringIO(), ScreenOptions(images), tmux)  # type: ignore[arg-type]
        assert (terminal.images, terminal.wrapped) == (images, wrapped)
    assert not look_at(StringIO(), ScreenOptions("kitty"), {"TERM": "xterm-kitty"}).wrapped
    assert look_at(StringIO(), ScreenOptions(picture_lines=5), {}).lines == 5


@pytest.mark.parametrize(("term", "links"), [("xterm-256color", True), ("linux", False), ("dumb", False)])
def test_files_are_links_where_these_are_understood(term: str, links: bool) -> None:
    to = console()
    path = Path("/s/1/the rain.wav")
    made = Artifact("rain", path, "audio", 4.2, 16_000, 2, "sing", 3, Provenance("model", "espnet-x", "CC-BY-4.0"))
    with RichScreen(to, terminal=look_at(StringIO(), ScreenOptions(), {"TERM": term})) as screen:
        screen.show(Show(artifact=made))
        screen.show(Play(made))
    tiny = TinyTerminal(80, 24)
    tiny.feed(written(to))
    assert tiny.links == (["file:///s/1/the%20rain.wav", ""] if links else [])
    told = ["         ✎ 3 rain (4.2 s, 16 kHz, stereo)  model espnet-x, CC-BY-4.0", "/s/1/the rain.wav"]
    assert [line.rstrip() for line in tiny.text()[:2]] == told, "it is told once, and its path stands alone"
