"""Texts in files as they are read aloud: formats, chapters, parts, and what cannot be read."""

import zipfile
from pathlib import Path

import pytest

from assistant.errors import DataError
from assistant.media import Media, probe
from models.speech.text_file import Chapter, TextFile, parts_of, read_text

LETTER = (
    "Dear Anna,\n\nthank you for your letter, which came on Tuesday when we were\nall out in the garden.\n\n"
    "Yours, Tom\n"
)
CHAPTERS = ["Chapter one", "Chapter two"]


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def spoken(path: Path) -> list[str]:
    return [text for chapter in read_text(path).chapters for text in (chapter.title, *chapter.paragraphs) if text]


def test_lines_that_were_only_broken_are_one_paragraph(tmp_path: Path) -> None:
    assert spoken(put(tmp_path, "letter.txt", LETTER)) == [
        "Dear Anna,",
        "thank you for your letter, which came on Tuesday when we were all out in the garden.",
        "Yours, Tom",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_it_is_read_in_the_encodings_people_have(tmp_path: Path, encoding: str) -> None:
    assert spoken(put(tmp_path, "a.txt", "Grüße aus Köln".encode(encoding))) == ["Grüße aus Köln"]


def test_signs_of_markdown_are_not_spoken(tmp_path: Path) -> None:
    text = "---\ntitle: x\n---\n# Chapter one\n\nA *dark* and __cold__ [night](http://x.y).\n\n"
    text += "- first\n- second\n\n```\ncode = 1\n```\n"
    assert spoken(put(tmp_path, "a.md", text)) == ["Chapter one", "A dark and cold night.", "first", "second"]


def book(path: Path, pages: list[str]) -> Path:
    """An EPUB, in the form its standard has."""
    items = "".join(
        f'<item id="p{n}" href="text/p{n}.xhtml" media-type="application/xhtml+xml"/>' for n, _ in enumerate(pages)
    )
    spine = "".join(f'<itemref idref="p{n}"/>' for n in range(len(pages)))
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/epub+zip")
        packed.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        )
        packed.writestr(
            "OPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
            f"<dc:title>Two Days</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for n, page in enumerate(pages):
            packed.writestr(f"OPS/text/p{n}.xhtml", page)
    return path


def page(title: str, words: str) -> str:
    head = "<head><title>no</title><style>p {}</style></head>"
    return f"<html>{head}<body><h1>{title}</h1><p>{words}</p><script>x()</script></body></html>"


def test_pages_and_books_have_chapters(tmp_path: Path) -> None:
    pages = [page(title, f"This &amp; that of <b>{title.lower()}</b>.") for title in CHAPTERS]
    for path in (put(tmp_path, "a.html", "".join(pages)), book(tmp_path / "b.epub", pages)):
        assert [chapter.title for chapter in read_text(path).chapters] == CHAPTERS
        assert read_text(path).chapters[1].paragraphs == ("This & that of chapter two.",)
        assert probe(path) == Media("text")
    assert read_text(tmp_path / "b.epub").title == "Two Days"


def test_word_files(tmp_path: Path) -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Chapter one</w:t></w:r></w:p>'
    words = "<w:p><w:r><w:t>Good </w:t></w:r><w:r><w:t>night.</w:t></w:r></w:p>"
    body = f'<w:document xmlns:w="{w}"><w:body>{heading}{words}</w:body></w:document>'
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as packed:
        packed.writestr("word/document.xml", body)
    assert spoken(tmp_path / "a.docx") == ["Chapter one", "Good night."]


def test_subtitles_are_read_without_their_times(tmp_path: Path) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,500\nGood <i>morning</i>,\n\n2\n00:00:03,000 --> 00:00:04,000\neverybody.\n"
    assert spoken(put(tmp_path, "a.srt", text)) == ["Good morning, everybody."]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"\x89PNG\r\n\0\0", "no text that I can read"),
        ("a.pdf", b"%PDF-1.7", "save a.pdf as a text file"),
        ("a.epub", b"PK\3\4 and no more", "is broken"),
        ("a.txt", b" \n\n", "no words in a.txt"),
        ("a.txt", b"... --- !!!", "no words in a.txt"),
        ("a.txt", b"word " * 1_000_000, "too long"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_text(put(tmp_path, name, content))


def test_a_book_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too long"):
        read_text(book(tmp_path / "a.epub", [page("One", "word " * 900_000)] * 2))


def test_parts_hold_everything_once_and_are_short(tmp_path: Path) -> None:
    sentences = [f"This is sentence number {n}." for n in range(400)]
    text = TextFile("t", (Chapter("One", (" ".join(sentences[:300]),)), Chapter("Two", tuple(sentences[300:]))))
    parts = parts_of(text, 2000)
    assert max(part.letters for part in parts) <= 2000
    assert " ".join(p for part in parts for p in part.paragraphs) == " ".join(
        ["One.", *sentences[:300], "Two.", *sentences[300:]]
    )
    assert [part.title for part in parts if part.title] == ["One", "Two"]
    assert parts_of(text, 2000) == parts, "the same each time"


def test_what_is_in_a_file_shows_in_no_message(tmp_path: Path) -> None:
    read = read_text(put(tmp_path, "a.txt", "my secret"))
    assert "secret" not in f"{read!r} {read.chapters[0]!r} {parts_of(read)!r}"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_any_encoding_that_people_have(tmp_path: Path, encoding: str) -> None:
    (path := tmp_path / "a.txt").write_bytes("Café “naïve” – it is fine.\n".encode(encoding))
    assert probe(path).kind == "text"
    assert read_text(path).chapters[0].paragraphs == ("Café “naïve” – it is fine.",)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF-1.7", "save a.pdf as a text file"),
        ("a.rtf", b"{\\rtf1 a}", "cannot read RTF files"),
        ("a.txt", b" \n", "no words in a.txt"),
        ("a.txt", bytes(range(256)), "no text that I can read"),
        ("a.txt", b"a " * 2**22, "too long to be read aloud"),
    ],
)
def test_what_is_no_text_is_said_when_it_is_given(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (path := tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        probe(path)
