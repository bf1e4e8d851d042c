"""YAML as nodes with their lines: parsed safely, bounded, without aliases and tags. Nothing is made of a text but text.

YAML reads `NO`, the market of Norway, as false, and `1:30` as ninety: so scalars are taken as they are written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from paysignal.thresholds.errors import Mistake

#: Two hundred rules of a thousand characters; a larger file is no thresholds file.
LARGEST_BYTES: Final = 262_144

_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar's text, a list or a mapping, and where it starts (both from 1). A mapping's items are key and value."""

    line: int
    column: int
    scalar: str | None = None
    items: "tuple[Node, ...] | None" = None
    pairs: "tuple[tuple[Node, Node], ...] | None" = None

    def mistake(self, field: str, rule: str, fix: str) -> Mistake:
        """What is wrong here."""
        kind = "a list" if self.items is not None else "a mapping"
        return Mistake(self.line, self.column, field, kind if self.scalar is None else self.scalar, rule, fix)


class NotYaml(Exception):  # noqa: N818 - carries the mistake to who knows the file's name
    """The text is no YAML that we read."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.rule)
        self.mistake = mistake


def parsed(raw: bytes) -> Node | None:
    """The document's root; None when it is empty. Raises `NotYaml`."""
    if len(raw) > LARGEST_BYTES:
        raise NotYaml(Mistake(1, 1, "file", f"{len(raw)} bytes", f"at most {LARGEST_BYTES} bytes", "split the rules"))
    try:
        text = raw.decode()
        _refuse_references(text)
        root = yaml.compose(text, yaml.SafeLoader)
        return None if root is None else _node(root, 0)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise NotYaml(Mistake(line, 1, "file", raw[error.start : error.end], "UTF-8", "save it as UTF-8")) from None
    except yaml.MarkedYAMLError as error:
        raise NotYaml(_of_error(error)) from None
    except yaml.YAMLError as error:  # a character that YAML has no use for
        rule = str(error).splitlines()[0]
        raise NotYaml(Mistake(1, 1, "file", "", f"YAML: {rule}", "leave control characters out")) from None
    except RecursionError:
        raise NotYaml(Mistake(1, 1, "file", "", f"at most {_DEEPEST} levels", "rules are two levels deep")) from None


def _refuse_references(text: str) -> None:
    """Ten lines of aliases can stand for a billion nodes, and a tag for any object: we need neither."""
    for event in yaml.parse(text, yaml.SafeLoader):
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor or tag:
            line, column = _place(event.start_mark)
            rule = "no anchors, aliases or tags in a thresholds file"
            raise NotYaml(Mistake(line, column, "file", anchor or tag, rule, "write the value out"))


def _node(node: yaml.Node, depth: int) -> Node:
    line, column = _place(node.start_mark)
    if depth > _DEEPEST:
        raise NotYaml(Mistake(line, column, "file", "", f"at most {_DEEPEST} levels", "rules are two levels deep"))
    if isinstance(node, yaml.MappingNode):
        pairs = tuple((_node(key, depth + 1), _node(value, depth + 1)) for key, value in node.value)
        return Node(line, column, pairs=pairs)
    if isinstance(node, yaml.SequenceNode):
        return Node(line, column, items=tuple(_node(each, depth + 1) for each in node.value))
    return Node(line, column, scalar=str(node.value))


def _of_error(error: yaml.MarkedYAMLError) -> Mistake:
    line, column = _place(error.problem_mark or error.context_mark)
    rule = " ".join(part for part in (error.context, error.problem) if part)
    return Mistake(line, column, "file", "", f"YAML: {rule}", "look at the indentation and the quotes there")


def _place(mark: Any) -> tuple[int, int]:  # noqa: ANN401 - PyYAML's mark of C or of Python, or None
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def entries(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """The items of a mapping: the key's text, the key, the value."""
    for key, value in node.pairs or ():
        yield key.scalar or "", key, value
