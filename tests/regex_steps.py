"""How many steps a backtracking matcher takes, since the one of ``re`` does not say.

A pattern is run once more by a small matcher that reads the syntax tree of ``re`` and tries what ``re`` tries, in its
order; each instruction counts one. What it finds must be what ``re`` finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

__all__ = ["CountedPattern"]

_ONE = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN}
_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}

Registers = tuple[int, ...]
Code = list[tuple[Any, ...]]


class Matcher:
    """Runs one program; ``spend`` is told how many steps that took."""

    def __init__(self, program: Program, spend: Callable[[int], None]) -> None:
        self._code, self._registers, self._spend = program.code, program.registers, spend
        start = next((one for one in self._code if one[0] != "save"), ("end",))
        self._first: _Letters | None = start[1] if start[0] == "one" else None

    def match(self, text: str, at: int, end: int, *, whole: bool = False) -> int | None:
        """Where the match that begins at ``at`` ends."""
        found = self._run(self._code, text, at, end, (-1,) * self._registers, whole)
        return found and found[0]

    def search(self, text: str, at: int, end: int) -> tuple[int, int] | None:
        """The first match."""
        first = self._first
        for start in range(at, end + 1):
            if first and (start == end or not first[text[start]]):
                self._spend(1)
            elif (stop := self.match(text, start, end)) is not None:
                return start, stop
        return None

    def _run(
        self, code: Code, text: str, at: int, end: int, registers: Registers, whole: bool = False
    ) -> tuple[int, Registers] | None:
        waiting = [(0, at, registers)]
        while waiting:
            counter, at, registers = waiting.pop()
            steps = 0
            while True:
                steps += 1
                if counter == len(code):
                    if whole and at != end:
                        break
                    self._spend(steps)
                    return at, registers
                name, *operands = code[counter]
                counter += 1
                if name == "one":
                    if at >= end or not operands[0][text[at]]:
                        break
                    at += 1
                elif name == "at":
                    if not operands[0].match(text, at, end):
                        break
                elif name == "split":
                    first, second = operands
                    waiting.append((second, at, registers))
                    counter = first
                elif name == "jump":
                    (counter,) = operands
                elif name == "save":
                    registers = _with(registers, operands[0], at)
                elif name == "moved":  # a loop that went round without a character ends
                    if registers[operands[0]] == at and not (operands[1:] and registers[operands[1]] < operands[2]):
                        break
                elif name == "zero":
                    registers = _with(registers, operands[0], 0)
                elif name == "add":
                    registers = _with(registers, operands[0], registers[operands[0]] + 1)
                elif name == "turn":
                    register, low, high, greedy, out = operands
                    if registers[register] >= high:
                        counter = out
                    elif registers[register] >= low:
                        waiting.append((out if greedy else counter, at, registers))
                        counter = counter if greedy else out
                elif name == "alone":  # a group without a way back, or a look ahead or behind
                    inner, width, wanted, kept = operands
                    start = at - width
                    found = None if start < 0 else self._run(inner, text, start, end, registers)
                    if (found is not None) is not wanted:
                        break
                    if found:
                        registers = found[1]
                        at = found[0] if kept else at
                elif name == "again":
                    start, stop = registers[2 * operands[0]], registers[2 * operands[0] + 1]
                    words = text[start:stop]
                    there = text[at : min(end, at + len(words))]
                    if (
                        start < 0
                        or stop < 0
                        or (there != words and not (operands[1] and there.lower() == words.lower()))
                    ):
                        break
                    at += len(words)
                elif name == "when":
                    counter = counter if registers[2 * operands[0] + 1] >= 0 else operands[1]
                else:
                    break
            self._spend(steps)
        return None


class _Letters(dict[str, bool]):
    """Whether a pattern of one letter matches it."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def __missing__(self, letter: str) -> bool:
        self[letter] = self._pattern.match(letter) is not None
        return self[letter]


class Program:
    """A pattern as instructions."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        tree = _parser.parse(pattern.pattern, pattern.flags)
        self.registers = 2 * tree.state.groups
        self.code = self._compile(tree, pattern.flags)

    def _compile(self, tree: Any, flags: int) -> Code:
        code: Code = []
        for op, value in tree:
            self._add(code, op, value, flags)
        return code

    def _add(self, code: Code, op: Any, value: Any, flags: int) -> None:
        if op in _ONE:
            code.append(("one", _Letters(self._alone(op, value, flags))))
        elif op is _constants.AT:
            code.append(("at", self._alone(op, value, flags)))
        elif op is _constants.SUBPATTERN:
            group, add, remove, inner = value
            part = self._compile(inner, (flags | add) & ~remove)
            self._append(
                code, part if group is None else [("save", 2 * group), *_moved(part, 1), ("save", 2 * group + 1)]
            )
        elif op is _constants.BRANCH:
            self._branch(code, [self._compile(each, flags) for each in value[1]])
        elif op in _REPEATS:
            low, high, inner = value
            part = self._repeat(self._compile(inner, flags), low, high, greedy=op is not _constants.MIN_REPEAT)
            self._append(code, [("alone", part, 0, True, True)] if op is _constants.POSSESSIVE_REPEAT else part)
        elif op is _constants.ATOMIC_GROUP:
            code.append(("alone", self._compile(value, flags), 0, True, True))
        elif op in (_constants.ASSERT, _constants.ASSERT_NOT):
            direction, inner = value
            width = inner.getwidth()[0] if direction < 0 else 0
            code.append(("alone", self._compile(inner, flags), width, op is _constants.ASSERT, False))
        elif op is _constants.GROUPREF:
            code.append(("again", value, bool(flags & re.IGNORECASE)))
        elif op is _constants.GROUPREF_EXISTS:
            group, yes, no = value
            first, second = self._compile(yes, flags), self._compile(no or (), flags)
            self._append(
                code,
                [
                    ("when", group, len(first) + 2),
                    *_moved(first, 1),
                    ("jump", len(first) + len(second) + 2),
                    *_moved(second, len(first) + 2),
                ],
            )
        else:
            code.append(("fail",))

    def _alone(self, op: Any, value: Any, flags: int) -> re.Pattern[str]:
        state = _parser.State()
        state.flags = flags
        found: re.Pattern[str] = _compiler.compile(_parser.SubPattern(state, [(op, value)]), flags & ~re.DEBUG)
        return found

    @staticmethod
    def _append(code: Code, part: Code) -> None:
        code += _moved(part, len(code))

    def _branch(self, code: Code, parts: Sequence[Code]) -> None:
        ends = []
        for part in parts[:-1]:
            code.append(("split", len(code) + 1, len(code) + len(part) + 2))
            self._append(code, part)
            ends.append(len(code))
            code.append(())
        self._append(code, parts[-1])
        for end in ends:
            code[end] = ("jump", len(code))

    def _repeat(self, part: Code, low: int, high: int, *, greedy: bool) -> Code:
        if (low, high) == (0, 1):
            out = len(part) + 1
            return [("split", 1, out) if greedy else ("split", out, 1), *_moved(part, 1)]
        moved = self.registers
        if (low, high) == (0, _constants.MAXREPEAT):
            self.registers += 1
            out = len(part) + 4
            turn: tuple[Any, ...] = ("split", 1, out) if greedy else ("split", out, 1)
            return [turn, ("save", moved), *_moved(part, 2), ("moved", moved), ("jump", 0)]
        counter, self.registers = moved + 1, moved + 2
        inner = [("save", moved), *_moved(part, 3), ("moved", moved, counter, low), ("add", counter), ("jump", 1)]
        return [("zero", counter), ("turn", counter, low, high, greedy, len(inner) + 2), *inner]


_program = lru_cache(maxsize=None)(Program)


def _with(registers: Registers, which: int, value: int) -> Registers:
    return (*registers[:which], value, *registers[which + 1 :])


def _moved(part: Code, by: int) -> Code:
    """``part`` as it stands ``by`` instructions further on."""
    return [
        ("split", one[1] + by, one[2] + by) if one[0] == "split"
        else (*one[:-1], one[-1] + by) if one[0] in ("jump", "when", "turn")
        else one
        for one in part
    ]  # fmt: skip


class CountedPattern:
    """A pattern that counts the steps of its matcher and answers as ever."""

    def __init__(self, pattern: re.Pattern[str], spend: Callable[[int], None]) -> None:
        self._pattern = pattern
        self._spend = spend

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(_program(self._pattern), self._spend)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pattern, name)

    def match(self, text: str, pos: int = 0, endpos: int | None = None) -> re.Match[str] | None:
        end = len(text) if endpos is None else min(endpos, len(text))
        found = self._pattern.match(text, pos, end)
        self._same(self._matcher.match(text, pos, end), found and found.end())
        return found

    def fullmatch(self, text: str, pos: int = 0, endpos: int | None = None) -> re.Match[str] | None:
        end = len(text) if endpos is None else min(endpos, len(text))
        found = self._pattern.fullmatch(text, pos, end)
        self._same(self._matcher.match(text, pos, end, whole=True), found and found.end())
        return found

    def search(self, text: str, pos: int = 0, endpos: int | None = None) -> re.Match[str] | None:
        end = len(text) if endpos is None else min(endpos, len(text))
        found = self._pattern.search(text, pos, end)
        self._same(self._matcher.search(text, pos, end), found and found.span())
        return found

    def finditer(self, text: str, pos: int = 0, endpos: int | None = None) -> Iterator[re.Match[str]]:
        end = len(text) if endpos is None else min(endpos, len(text))
        for found in self._pattern.finditer(text, pos, end):
            self._matcher.search(text, pos, end)
            yield found
            pos = max(found.end(), pos)
        self._matcher.search(text, pos, end)

    def findall(self, text: str, pos: int = 0, endpos: int | None = None) -> list[Any]:
        self._all(text, pos, len(text) if endpos is None else endpos)
        return self._pattern.findall(text, pos, len(text) if endpos is None else endpos)

    def split(self, text: str, maxsplit: int = 0) -> list[Any]:
        self._all(text)
        return self._pattern.split(text, maxsplit)

    def sub(self, repl: Any, text: str, count: int = 0) -> str:
        self._all(text)
        return self._pattern.sub(repl, text, count)

    def subn(self, repl: Any, text: str, count: int = 0) -> tuple[str, int]:
        self._all(text)
        return self._pattern.subn(repl, text, count)

    def _all(self, text: str, pos: int = 0, end: int | None = None) -> None:
        for _ in self.finditer(text, pos, end):
            pass

    def _same(self, mine: object, theirs: object) -> None:
        assert mine == theirs, (self._pattern.pattern, mine, theirs)
