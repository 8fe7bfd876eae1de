"""What the value of a setting may be. The JSON Schema of a kind both validates it and goes to editors."""

from __future__ import annotations

import glob
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mtqa.config.patterns import is_pattern
from mtqa.core.files import is_file

__all__ = [
    "COUNT",
    "LANGUAGES",
    "NAMES",
    "PATH",
    "PATHS",
    "PATTERNS",
    "RATE",
    "SHARE",
    "SOME_PATTERNS",
    "SOURCE",
    "YES_NO",
    "Fault",
    "Kind",
    "choice",
]

_LARGEST = sys.float_info.max
_TYPES = {"array": (list,), "boolean": (bool,), "integer": (int,), "number": (int, float), "string": (str,)}


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that is not of its kind.

    Attributes:
        value: what is wrong: the whole value, or one item of it.
        item: the ordinal of that item; empty for the whole value.
    """

    value: object
    item: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value may be.

    Attributes:
        expected: that in words, as they stand after "must be".
        schema: of a value as TOML gives it. Of JSON Schema it may use type, enum, minimum, exclusiveMinimum, maximum,
            pattern, minLength, minItems and items.
        allowed: what a schema cannot say of a string, or of an item of a list.
        convert: from such a value, and the folder that its paths are relative to, to the value in a policy.
        plain: from the value in a policy to one that TOML can say; None where it is absent.
    """

    expected: str
    schema: Mapping[str, Any]
    allowed: Callable[[str], bool] = bool
    convert: Callable[[Any, Path], Any] = lambda value, _: value
    plain: Callable[[Any], Any] = lambda value: value

    def fault(self, value: object) -> Fault | None:
        """What is wrong with ``value``, if anything."""
        found = _fault(value, self.schema)
        if found is None and isinstance(value, list):
            wrong = (Fault(item, (n,)) for n, item in enumerate(value) if not self.allowed(item))
            return next(wrong, None)
        return found


def _fault(value: Any, schema: Mapping[str, Any]) -> Fault | None:
    kind = schema["type"]
    if type(value) not in _TYPES[kind]:
        return Fault(value)
    if (
        (kind in ("integer", "number") and not -_LARGEST <= value <= _LARGEST)
        or value not in schema.get("enum", (value,))
        or ("minimum" in schema and value < schema["minimum"])
        or ("exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"])
        or ("maximum" in schema and value > schema["maximum"])
        or ("minLength" in schema and len(value) < schema["minLength"])
        or ("minItems" in schema and len(value) < schema["minItems"])
        or ("pattern" in schema and not re.fullmatch(schema["pattern"], value))
    ):
        return Fault(value)
    if kind == "array":
        for number, item in enumerate(value):
            if found := _fault(item, schema["items"]):
                return Fault(found.value, (number, *found.item))
    return None


def _name(value: Any) -> str | None:
    return None if value is None else str(value)


def choice(*names: str, convert: Callable[[str], Any] = str, plain: Callable[[Any], str | None] = _name) -> Kind:
    """One of ``names``."""
    return Kind(
        expected="one of " + ", ".join(f'"{name}"' for name in names),
        schema={"type": "string", "enum": list(names)},
        convert=lambda value, _: convert(value),
        plain=plain,
    )


def _under(value: str, folder: Path) -> str:
    """``value`` below ``folder``: the path of a file that is there or has no wildcard in it, else a glob, in which the
    name of ``folder`` is taken literally."""
    if glob.escape(value) == value or Path(value).is_absolute() or is_file(folder / value):
        return str(folder / value)
    return str(Path(glob.escape(str(folder))) / value)


def _list(
    expected: str,
    item: Mapping[str, Any],
    *,
    allowed: Callable[[str], bool] = bool,
    convert: Callable[[Any, Path], Any] = lambda value, _: tuple(value),
) -> Kind:
    return Kind(
        expected=expected,
        schema={"type": "array", "items": {"type": "string", **item}},
        allowed=allowed,
        convert=convert,
        plain=list,
    )


YES_NO = Kind(expected="true or false", schema={"type": "boolean"})
COUNT = Kind(expected="a whole number, 0 or more", schema={"type": "integer", "minimum": 0})
RATE = Kind(expected="a number above 0", schema={"type": "number", "exclusiveMinimum": 0})
SHARE = Kind(
    expected="a number above 0, up to 1",
    schema={"type": "number", "exclusiveMinimum": 0, "maximum": 1},
)
PATH = Kind(
    expected="a path in quotation marks",
    schema={"type": "string", "minLength": 1},
    convert=lambda value, folder: folder / value,
    plain=_name,
)
PATHS = _list(
    'a list of paths or globs, such as ["terms/*.csv"]',
    {"minLength": 1},
    convert=lambda value, folder: tuple(_under(path, folder) for path in value),
)
PATTERNS = _list(
    'a list of patterns as in .gitignore, such as ["drafts/", "*.md"]',
    {"minLength": 1},
    allowed=is_pattern,
)
SOME_PATTERNS = replace(
    PATTERNS,
    expected=PATTERNS.expected.replace("a list of", "a list of one or more"),
    schema={**PATTERNS.schema, "minItems": 1},
)
SOURCE = Kind(
    expected="a path, in which {name}, {base} and {folder} may stand for parts of an article's own",
    schema={"type": "string", "pattern": r"^(?:[^{}]|\{(?:name|base|folder)\})+$"},
    convert=lambda value, folder: value if value.startswith("{folder}") else str(folder / value),
    plain=_name,
)
NAMES = _list("a list of names in quotation marks", {"minLength": 1})
LANGUAGES = _list(
    'a list of BCP 47 tags, such as ["en", "pt-BR"]',
    {"pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$"},
    convert=lambda value, _: tuple(tag.replace("_", "-") for tag in value),
)
