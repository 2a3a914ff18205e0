"""Markdown and plain text into blocks: headings, paragraphs, lists, tables."""

import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.importers.blocks import CELL, Block, joined
from knowledge.importers.records import UnreadableError

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)")
_ROW, _RULE = re.compile(r"\s*\|.*\|\s*"), re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_INLINE = ((re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"), (re.compile(r"(\*\*|__|`)(.+?)\1"), r"\2"))
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_markdown(file: Path) -> Iterator[Block]:
    """Blocks in order. Raises UnreadableError."""
    lines = _COMMENT.sub("", _FRONT.sub("", _decoded(file).replace("\r\n", "\n"))).split("\n")
    paragraph: list[str] = []
    fenced = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
            continue
        block = None if fenced else _marked(line, paragraph, lines[number - 1] if number else "")
        begins = _ITEM.fullmatch(line) is not None and not fenced
        if paragraph and (block or begins or not line.strip()):
            yield Block(joined(paragraph))
            paragraph = []
        if block and block.text:
            yield block
        elif not block and line.strip():
            paragraph.append(_plain(line))
    if paragraph:
        yield Block(joined(paragraph))


def _decoded(file: Path) -> str:
    content = file.read_bytes()
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableError(f"{file.name} 不是 UTF-8 或 GB18030 的文字文件")


def _marked(line: str, paragraph: list[str], above: str) -> Block | None:
    """A heading or table row, or what has no text of its own (a rule); None for running text.

    A heading underlined takes its line back from the paragraph.
    """
    if heading := _HEADING.fullmatch(line):
        return Block(_plain(heading[2]), level=len(heading[1]))
    if (under := _UNDERLINE.fullmatch(line)) and len(paragraph) == 1 and above.strip():
        return Block(paragraph.pop(), level=1 if under[1][0] == "=" else 2)
    if _RULE.fullmatch(line):
        return Block("")
    if _ROW.fullmatch(line):
        cells = line.strip().strip("|").replace("\\|", "\0").split("|")
        return Block(CELL.join(_plain(cell.replace("\0", "|")) for cell in cells), row=True)
    return None


def _plain(text: str) -> str:
    """The words without marks of emphasis and links; a list item keeps its text only when it has no number."""
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    bullet = re.match(r"\s*[-*+]\s+", text)
    return " ".join((text[bullet.end() :] if bullet else text).split())
