"""Tables of TOML or JSON to dataclasses, with every key and value checked against the dataclass's own fields.

What people write is read by this module, which says what is wrong, where, and which key was meant; what mtqa itself
wrote (caches, states, edits) is decoded by msgspec, which is faster and says less.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from mtqa.core.errors import ConfigError, InputError, MtqaError, shortened, shown
from mtqa.core.files import MEGABYTE, read_text

__all__ = ["built", "json_decoder", "read_table", "readable", "toml", "unique"]

T = TypeVar("T")
_LARGEST = 1e15  # of what is measured
_WORDS: Mapping[Any, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "absent",
}
_PART = r"""(?:"[^"\n]{0,100}"|'[^'\n]{0,100}'|[\w-]{1,100})[ \t]{0,9}\.[ \t]{0,9}"""
_LONG_KEY = re.compile(f"(?:{_PART}){{100}}")


@contextmanager
def readable(name: object, *, kind: str = "TOML", error: type[MtqaError] = ConfigError) -> Iterator[None]:
    """Raises ``error`` where the file ``name``, read and parsed inside, cannot be."""
    try:
        yield
    except OSError as fault:
        problem = f"cannot be read ({fault.strerror}); check its name and permissions"
    except UnicodeDecodeError:
        problem = "not UTF-8; save it in that encoding"
    except ValueError as fault:
        problem = f"not valid {kind}: {fault}; put it right"
    except RecursionError:
        problem = "nested too deeply; make it flatter"
    else:
        return
    raise error(f"{name}: {problem}")


def read_table(
    path: Path, most: int = 512 * MEGABYTE, *, pipes: bool = False, error: type[MtqaError] = ConfigError
) -> dict[str, Any]:
    """The table in a TOML file, or in a JSON file if its suffix says so, of at most ``most`` bytes. ``pipes`` is as of
    ``open_file``. Raises ``error`` where there is none."""
    kind = "JSON" if path.suffix == ".json" else "TOML"
    with readable(path, kind=kind, error=error):
        text = read_text(path, most, pipes=pipes)
        data = json.loads(text) if kind == "JSON" else toml(text)
    if not isinstance(data, dict):
        raise error(f"{path}: no table in it; name another file")
    return data


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises InputError where a key is in it twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InputError("", "the same key twice in one object; keep one of them")
    return found


def _no_number(constant: str) -> NoReturn:
    raise InputError("", f"{constant} is not JSON; make it a number or null")


def json_decoder(*, strict: bool = True) -> json.JSONDecoder:
    """One that takes neither a key twice nor a number that is none: it raises InputError. Unless ``strict``, strings
    may hold control characters."""
    return json.JSONDecoder(strict=strict, object_pairs_hook=unique, parse_constant=_no_number)


def toml(text: str) -> dict[str, Any]:
    """The tables in ``text``.

    Raises:
        ValueError: it is no TOML.
        RecursionError: it is nested too deeply, or a key has over a hundred parts: tomllib takes memory in the square
            of their number.
    """
    if _LONG_KEY.search(text):
        raise RecursionError
    return tomllib.loads(text)


def built(kind: type[T], table: object, where: str, *, error: type[MtqaError] = ConfigError) -> T:
    """A dataclass from a table, whose keys are the fields' names with hyphens or underscores.

    Args:
        kind: a dataclass whose fields are of simple types, tuples, mappings and such dataclasses.
        where: the file, for messages.
        error: what is raised where a key is unknown or missing, or a value is not of its type or not allowed.
    """
    try:
        return _built(kind, table, where)
    except _TableError as fault:
        raise error(str(fault)) from None


class _TableError(ValueError):
    """What is wrong with a table."""


def _built(kind: type[T], table: object, where: str) -> T:
    if not isinstance(table, Mapping):
        raise _TableError(f"{where}: must be a table, not {shown(table)}; put it right")
    hints = get_type_hints(kind)
    known = {field.name.replace("_", "-"): field for field in fields(kind)}  # type: ignore[arg-type]
    values = {}
    for key, value in table.items():
        name = str(key).replace("_", "-")
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'? rename" if near else f"known: {', '.join(known)}; rename"
            raise _TableError(f"{where}: unknown key '{shortened(str(key))}'; {hint} it or remove it")
        field = known[name]
        values[field.name] = _value(hints[field.name], value, f"{where}: {name}")
    for name, field in known.items():
        if field.name not in values and field.default is MISSING and field.default_factory is MISSING:
            raise _TableError(f"{where}: lacks '{name}'; add it")
    try:
        return kind(**values)
    except ValueError as error:
        raise _TableError(f"{where}: {error}") from None


def _value(hint: Any, value: object, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin in (Union, UnionType):
        for option in arguments:
            if option is NoneType and value is None:
                return None
            if _fits(option, value):
                return _value(option, value, where)
        raise _wrong(hint, value, where)
    if isinstance(hint, type) and is_dataclass(hint):
        return _built(hint, value, where)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _wrong(hint, value, where)
        return tuple(_value(arguments[0], each, f"{where}[{n}]") for n, each in enumerate(value))
    if origin is not None:  # a mapping
        if not isinstance(value, Mapping):
            raise _wrong(hint, value, where)
        return {str(key): _value(arguments[1], each, f"{where}.{key}") for key, each in value.items()}
    if not _fits(hint, value):
        raise _wrong(hint, value, where)
    return value


def _fits(hint: Any, value: object) -> bool:
    if hint is float:
        return type(value) in (int, float) and abs(value) <= _LARGEST  # type: ignore[arg-type]
    if hint in _WORDS:
        return type(value) is hint
    if get_origin(hint) is tuple:
        return isinstance(value, list | tuple)
    return isinstance(value, Mapping)


def _wrong(hint: Any, value: object, where: str) -> _TableError:
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    names = [_WORDS.get(o) or ("a list" if get_origin(o) is tuple else "a table") for o in options if o is not NoneType]
    return _TableError(f"{where}: must be {' or '.join(names)}, not {shown(value)}; change it or remove it")
