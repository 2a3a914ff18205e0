"""Tencent's XML, both ways: what comes from outside is hostile until it has been read.

One flat `<xml>` element with a few nested ones; a repeated element below the top (pictures, subscriptions) is a list.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import BadInput

DEPTH = 8  # the deepest of Tencent's events has four
# Outside XML 1.0: a document with one of these is none, whatever quotes it.
_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Node: TypeAlias = "str | Mapping[str, Node] | tuple[Node, ...]"
"""Text, elements by tag, or the values of an element that comes several times."""

Fields: TypeAlias = Mapping[str, Node]

Writable: TypeAlias = "str | int | Mapping[str, Writable] | Sequence[Mapping[str, Writable]]"

EMPTY: Final[Fields] = {}


class NotXml(BadInput):
    """这条消息的格式不正确。"""

    @property
    def detail_for_wire(self) -> str:
        """Nothing: only Tencent writes here, and it does not read this."""
        return ""


def read_xml(body: bytes, most: int) -> Fields:
    """Read the children of `<xml>`, at most `most` bytes. Raises NotXml; its detail holds none of the body."""
    if len(body) > most:
        raise NotXml("too large")
    root = _parse(body)
    if root.tag != "xml":
        raise NotXml("wrong root")
    fields = _children(root, 1)
    # Two senders in one message: whoever wrote this hopes that two readers choose differently.
    if any(isinstance(value, tuple) for value in fields.values()):
        raise NotXml("an element twice")
    return fields


def text(fields: Fields, name: str) -> str:
    """An element's text; empty when it is missing or holds elements."""
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def inner(fields: Fields, name: str) -> Fields:
    """An element's own elements; none when it is missing or holds text."""
    value = fields.get(name, EMPTY)
    return value if isinstance(value, Mapping) else EMPTY


def each(fields: Fields, name: str) -> Sequence[Fields]:
    """The groups of an element that may come once, several times or never."""
    value = fields.get(name, ())
    values = value if isinstance(value, tuple) else (value,)
    return [one for one in values if isinstance(one, Mapping)]


def write_xml(fields: Mapping[str, Writable]) -> bytes:
    """Write `<xml>`: text as CDATA, numbers bare, sequences as repeated elements."""
    return f"<xml>{_written(fields)}</xml>".encode()


def _parse(body: bytes) -> Element:
    try:
        # As text: whatever encoding the document claims for itself, it is UTF-8.
        root: Element = fromstring(body.decode("utf-8"), forbid_dtd=True)
    except UnicodeDecodeError as error:
        raise NotXml("not UTF-8") from error
    except DefusedXmlException as error:
        raise NotXml("declares a document type or entity") from error
    except (ParseError, ValueError) as error:
        raise NotXml("not well-formed") from error
    return root


def _children(element: Element, depth: int) -> dict[str, Node]:
    if depth > DEPTH:
        raise NotXml("too deep")
    found: dict[str, Node] = {}
    for child in element:
        value: Node = _children(child, depth + 1) if len(child) else (child.text or "")
        found[child.tag] = _joined(found[child.tag], value) if child.tag in found else value
    return found


def _joined(before: Node, value: Node) -> tuple[Node, ...]:
    return (*before, value) if isinstance(before, tuple) else (before, value)


def _written(fields: Mapping[str, Writable]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Writable) -> str:
    if isinstance(value, str):
        return f"<{name}>{_quoted(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{_written(value)}</{name}>"
    return "".join(_element(name, one) for one in value)


def _quoted(words: str) -> str:
    clean = _FORBIDDEN.sub("", words)
    return "<![CDATA[" + clean.replace("]]>", "]]]]><![CDATA[>") + "]]>"
