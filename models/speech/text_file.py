"""Texts in files, as they are read aloud: chapters of paragraphs, without marks that nobody speaks.

plain text, Markdown, web pages, subtitles, EPUB, Word ──▶ TextFile(title, chapters) ──▶ parts of ten minutes
"""

import html
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote
from xml.etree import ElementTree

from assistant.errors import DataError
from assistant.texts import BINARY, NO_WORDS, TOO_LONG, refuse_kind, wide_encoding

PLAIN = (".txt", ".text", ".md", ".markdown", ".rst")
PAGES = (".html", ".htm", ".xhtml")
SUBTITLES = (".srt", ".vtt")
PACKED = (".epub", ".docx")
ENDINGS = (*PLAIN, *PAGES, *SUBTITLES, *PACKED)
"""How the names of files end that can be read aloud."""
LARGEST = 2**22
"""Bytes of text: about two days of speech."""
LARGEST_PACKED = 2**28
PART_LETTERS = 9_000
"""About ten minutes of speech."""
MARKS = re.compile(
    r"(?m)^[ \t]*(?:[-*_=~][ \t]*){3,}$|^[ \t]*(?:[-*+]|>+)[ \t]+|`{1,3}"
    r"|(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)"
)
"""Signs of Markdown that are not spoken: bullets, rules, emphasis."""
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
FENCED = re.compile(r"(?ms)^```.*?^```[ \t]*$")
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
HEADING = re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+(?P<title>.+?)[ \t#]*$")
UNDERLINED = re.compile(r"(?m)^(?P<title>\S[^\n]{0,100})\n(?:={3,}|-{3,})[ \t]*$")
CALLED = re.compile(
    r"(?mi)^[ \t]*(?P<title>(?:chapter|part|book|kapitel|chapitre|cap[ií]tulo)[ \t]+(?:\d+|[ivxlc]+|\w+)\b[^\n]{0,80})$"
)
"""A line of plain text that begins a chapter; it stands between empty lines."""
CUE = re.compile(r"^(?:\d+|WEBVTT.*|NOTE.*|(?:\d+:)?\d+:\d+[.,]\d+ +--> .*)$")
NAMES = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
OPF = "{http://www.idpf.org/2007/opf}"
CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
HEADS = frozenset(("h1", "h2", "h3"))
APART = frozenset((
    "p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote",
    "pre", "ul", "ol", "table", "header", "td", "th",
))  # fmt: skip
"""What begins and ends a paragraph."""
UNSEEN = frozenset(("script", "style", "head", "nav", "template", "noscript", "svg"))


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a text with a title, which is spoken too; empty where there is none."""

    title: str
    paragraphs: tuple[str, ...] = field(default=(), repr=False)

    @property
    def letters(self) -> int:
        """How long it is."""
        return len(self.title) + sum(map(len, self.paragraphs))


@dataclass(frozen=True, slots=True)
class TextFile:
    """What is in a file."""

    title: str
    chapters: tuple[Chapter, ...] = field(default=(), repr=False)

    @property
    def words(self) -> int:
        """How many there are, the titles' included."""
        texts = (text for chapter in self.chapters for text in (chapter.title, *chapter.paragraphs))
        return sum(len(text.split()) for text in texts)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of about ten minutes at most, that is spoken at once."""

    title: str
    """Of its chapter, where it begins one."""
    paragraphs: tuple[str, ...] = field(repr=False)

    @property
    def letters(self) -> int:
        """How long it is."""
        return sum(map(len, self.paragraphs))


def read_text(path: Path) -> TextFile:
    """The text of a file.

    Raises:
        DataError: it cannot be read, is of a kind that cannot, or holds no words.
    """
    ending = path.suffix.lower()
    try:
        refuse_kind(path.name)
        if ending == ".epub":
            title, chapters = _epub(path)
        elif ending == ".docx":
            title, chapters = "", _word(path)
        else:
            title, chapters = "", [*_chapters(_decoded(path), ending)]
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise DataError(f"{path.name} is broken, or locked; I cannot read it.") from error
    except OSError as error:
        raise DataError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    kept = tuple(chapter for chapter in chapters if chapter.title or chapter.paragraphs)
    if not any(c.isalnum() for chapter in kept for text in (chapter.title, *chapter.paragraphs) for c in text):
        raise DataError(NO_WORDS.format(path.name))
    return TextFile(title or path.stem.replace("_", " "), kept)


def parts_of(text: TextFile, letters: int = PART_LETTERS) -> tuple[Part, ...]:
    """The text in parts of about so many letters at most; a chapter begins a new one where it is no small one."""
    found = list[Part]()
    for chapter in text.chapters:
        spoken = tuple(filter(None, (_closed(chapter.title), *chapter.paragraphs)))
        for number, stretch in enumerate(_stretches(spoken, letters)):
            found.append(Part(chapter.title if not number else "", stretch))
    return tuple(found)


def _stretches(paragraphs: Sequence[str], letters: int) -> Iterator[tuple[str, ...]]:
    """Paragraphs together, as long as they are short enough."""
    waiting, size = list[str](), 0
    for paragraph in (piece for one in paragraphs for piece in _sentences(one, letters)):
        if waiting and size + len(paragraph) > letters:
            yield tuple(waiting)
            waiting, size = [], 0
        waiting.append(paragraph)
        size += len(paragraph)
    if waiting:
        yield tuple(waiting)


def _sentences(paragraph: str, letters: int) -> Iterator[str]:
    """A paragraph, cut behind sentences where it is longer than a part."""
    while len(paragraph) > letters:
        ends = [m.end() for m in re.finditer(r"[.!?。！？]\s*|\s", paragraph[:letters])]
        sentence = [m.end() for m in re.finditer(r"[.!?。！？]\s*", paragraph[:letters])]
        at = (sentence or ends or [letters])[-1]
        yield paragraph[:at].strip()
        paragraph = paragraph[at:]
    if paragraph.strip():
        yield paragraph.strip()


def _closed(title: str) -> str:
    return title if not title or title[-1] in ".!?:。" else f"{title}."


# ------------------------------------------------------------------------------ plain text


def _decoded(path: Path) -> str:
    """The characters of a file, in UTF-8, UTF-16 or, failing that, the Western ones."""
    if path.stat().st_size > LARGEST:
        raise DataError(TOO_LONG.format(path.name))
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if wide := wide_encoding(data):
        return data.decode(wide, "replace")
    if b"\0" in data or data.startswith((b"%PDF", b"PK\x03\x04", b"{\\rtf")):
        raise DataError(BINARY.format(path.name))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    odd = sum(c == "\ufffd" or (c < " " and c not in "\t\n\r\f") for c in text)
    if odd > len(text) / 100:
        raise DataError(BINARY.format(path.name))
    return text


def _chapters(text: str, ending: str) -> Iterator[Chapter]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    if ending in PAGES:
        yield from _page(text)
    elif ending in SUBTITLES:
        yield Chapter("", tuple(_cues(text)))
    elif ending in (".md", ".markdown", ".rst"):
        yield from _marked(text)
    else:
        yield from _titled(text, CALLED)


def _marked(text: str) -> Iterator[Chapter]:
    """Markdown, its code left out."""
    text = LINK.sub(r"\1", FENCED.sub("", FRONT.sub("", text)))
    text = UNDERLINED.sub(r"# \g<title>", text)
    yield from _titled(text, HEADING)


def _titled(text: str, heading: re.Pattern[str]) -> Iterator[Chapter]:
    """What stands between headings."""
    title, at = "", 0
    for found in heading.finditer(text):
        yield Chapter(title, tuple(_paragraphs(text[at : found.start()])))
        title, at = _plain(found["title"]), found.end()
    yield Chapter(title, tuple(_paragraphs(text[at:])))


def _paragraphs(text: str) -> Iterator[str]:
    """What stands between empty lines; lines that were only broken are one, those of lists and verses are not."""
    for block in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in block.split("\n") if line.strip()]
        whole = "\n".join(lines)
        listed = re.search(r"(?m)^[ \t]*(?:[-*+]|\d+[.)])[ \t]", whole) or max(map(len, lines), default=0) < 50
        for paragraph in lines if listed else [whole]:
            if plain := _plain(paragraph):
                yield plain


def _plain(text: str) -> str:
    return " ".join(MARKS.sub("", text).split())


def _cues(text: str) -> Iterator[str]:
    """The words of subtitles, sentences that run over several made whole."""
    lines = [re.sub(r"<[^>]*>|\{[^}]*\}", "", line).strip() for line in text.split("\n")]
    said = " ".join(html.unescape(line) for line in lines if line and not CUE.match(line))
    yield from _sentences(said, 400)


# ------------------------------------------------------------------------------ pages and books


class _Page(HTMLParser):
    """Collects what a page shows, heading by heading."""

    def __init__(self) -> None:
        super().__init__()
        self.chapters: list[Chapter] = []
        self._title, self._paragraphs, self._words = "", list[str](), list[str]()
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a paragraph, or something that is not seen."""
        self._unseen += tag in UNSEEN
        if tag in APART:
            self._end(tag)

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        self._unseen = max(0, self._unseen - (tag in UNSEEN))
        if tag in HEADS:
            self._head()
        elif tag in APART:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._unseen:
            self._words.append(data)

    def close(self) -> None:
        """End the last chapter."""
        super().close()
        self._end("")
        self._finish()

    def _end(self, tag: str) -> None:
        words, self._words = " ".join("".join(self._words).split()), []
        if words:
            self._paragraphs.append(words)

    def _head(self) -> None:
        title, self._words = " ".join("".join(self._words).split()), []
        self._finish()
        self._title = title

    def _finish(self) -> None:
        self.chapters.append(Chapter(self._title, tuple(self._paragraphs)))
        self._title, self._paragraphs = "", []


def _page(text: str) -> Sequence[Chapter]:
    page = _Page()
    page.feed(text)
    page.close()
    return page.chapters


def _epub(path: Path) -> tuple[str, list[Chapter]]:
    """The title and the chapters of a book, in the order in which it is read."""
    with zipfile.ZipFile(_small(path)) as book:
        root = ElementTree.fromstring(book.read("META-INF/container.xml"))
        opf = next(root.iter(f"{CONTAINER}rootfile")).attrib["full-path"]
        package = ElementTree.fromstring(book.read(opf))
        title = package.findtext(".//{http://purl.org/dc/elements/1.1/}title") or ""
        items = {item.attrib["id"]: item.attrib["href"] for item in package.iter(f"{OPF}item")}
        read = [ref for ref in package.iter(f"{OPF}itemref") if ref.attrib.get("linear") != "no"]
        order = [items[ref.attrib["idref"]] for ref in read]
        chapters, size = list[Chapter](), 0
        for href in order:
            inner = _within(book, PurePosixPath(opf).parent / unquote(href))
            size += len(inner)
            if size > LARGEST:
                raise DataError(f"{path.name} is too long to be read aloud at once.")
            chapters += _page(inner.decode("utf-8", "replace"))
    return title.strip(), chapters


def _word(path: Path) -> list[Chapter]:
    """The paragraphs of a Word file; its headings begin chapters."""
    with zipfile.ZipFile(_small(path)) as packed:
        root = ElementTree.fromstring(_within(packed, PurePosixPath("word/document.xml")))
    chapters, title, paragraphs = list[Chapter](), "", list[str]()
    for paragraph in root.iterfind(".//w:p", NAMES):
        words = "".join(run.text or "" for run in paragraph.iterfind(".//w:t", NAMES)).strip()
        style = paragraph.find("w:pPr/w:pStyle", NAMES)
        named = str(style.attrib.get(f"{{{NAMES['w']}}}val", "")) if style is not None else ""
        if named.lower().startswith(("heading", "title")) and words:
            chapters.append(Chapter(title, tuple(paragraphs)))
            title, paragraphs = words, []
        elif words:
            paragraphs.append(words)
    return [*chapters, Chapter(title, tuple(paragraphs))]


def _within(packed: zipfile.ZipFile, name: PurePosixPath) -> bytes:
    """A file of an archive, no larger than any text is; what lies."""
    info = packed.getinfo(str(name))
    if info.file_size > LARGEST:
        raise DataError("That file is too long to be read aloud at once.")
    with packed.open(info) as file:
        return file.read(LARGEST)


def _small(path: Path) -> Path:
    if path.stat().st_size > LARGEST_PACKED:
        raise DataError(f"{path.name} is too large to be read aloud.")
    return path
