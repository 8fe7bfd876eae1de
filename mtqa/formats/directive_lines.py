"""The lines of a Markdown file that directives fill: front matter, containers, imports, tables of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from mtqa.formats.jsx import end_of_lines

__all__ = ["ShadowLines", "front_matter"]

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_FRONT = {"---": re.compile(r"(?:---|\.\.\.)[ \t]*"), "+++": re.compile(r"\+\+\+[ \t]*"), "{": re.compile(r"\}[ \t]*")}
_LANGUAGE = re.compile(
    r"^(?:[ \t]+(?=\"))?[\"']?lang(?:uage|uageCode)?[\"']?\s*[:=]"
    r"\s*[\"']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*)[\"']?\s*,?\s*$",
    re.MULTILINE,
)
_SUMMARY = re.compile(r"(?P<before>[ \t]*)<summary\b[^<>]*>(?P<title>.*)</summary>[ \t]*")
_COMPONENT = re.compile(
    r"(?P<before>[ \t]*)<(?P<name>[A-Z][\w.]{0,60})\b[^<>]{0,1000}(?<!/)>(?P<words>[^<>{}\s].*)</(?P=name)>[ \t]*"
)
_DEFINITION = re.compile(r" {0,3}(?=:[ \t])")
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_LONGEST_LINE = 1000  # characters of one with a directive
_LONGEST_FRONT = 2000  # lines
_TITLED = re.compile(r"(?:[ \t]+(?=\"))?[\"']?(?:title|subtitle|description|summary)[\"']?[ \t]*[:=][ \t]*(?=\S)")
_QUOTES = ("'", '"')
_BEFORE_KEY = " \t\"'"
_UNDERLINED = re.compile(r"=+[ \t]*")
_YAML = frozenset(">|&*!{}[]%@`#,")
_SPELLED = re.compile(r"[\\\"]|''|\{[{%]| #")
_FENCE = re.compile(r"(?P<before>[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?)(?P<marks>`{3,}|~{3,})(?P<info>[^\r\n]*)")
_PROSE_IN_FENCE = re.compile(
    r"\s*\{(?:admonition|note|warning|tip|important|hint|caution|danger|attention|seealso|error|topic|sidebar|margin"
    r"|dropdown|epigraph|versionadded|versionchanged|deprecated)\}[ \t]*(?P<title>.*)"
)
_MATHS = re.compile(r"[ \t>]*(?:\$\$|\\\[|\\begin\{(?:equation|align|gather|math)\*?\})")
_MATHS_END = re.compile(r"(?:\$\$|\\\]|\\end\{(?:equation|align|gather|math)\*?\})[ \t]*$")
_CONTAINER = re.compile(
    r"""(?P<before>[ \t>]*)(?::{3,}|/{3,})[ \t]*(?:\{[^{}]*\}|[\w-]+)?
    (?:\[(?P<label>[^\[\]]*)\]|[ \t|]+(?P<title>[^{}\s|][^{}]*))?(?:\{[^{}]*\})?""",
    re.VERBOSE,
)
_DIRECTIVE = re.compile(
    r"""[ \t>]*(?:
      ::[\w-]+(?:\[[^\[\]]*\])?(?:\{[^{}]*\})? | \{:[^{}]*\} | \{::[^{}]*\} | \[TOC\] | \[\[_?TOC_?\]\]
      | \*\[[^\[\]]{1,80}\]:.* | \([\w.:-]{1,60}\)= | \+\+\+(?:[ ]*\{.*\})? | %%(?:(?!%%).)+%% | %\[https?://[^\]]*\]
      | @\[\w+\]\([^()]*\)
      | -{1,2}8<-{1,2}.* | <<<[ ]+\S.* | @(?:include|import|\[code[^\]]*\]).* | \\(?:newpage|pagebreak|clearpage|toc)
    )[ \t]*""",
    re.VERBOSE | re.IGNORECASE,
)
_TEMPLATE = re.compile(r"[ \t>]*(?:\{\{[-<%#>/!]|\{%|\{/\*|\{#)")
_TEMPLATE_END = re.compile(r"(?:[%>]\}\}|\}\}|%\}|\*/\}|#\})[ \t]*$")
_TEMPLATE_WORDS = re.compile(r"(?:\}\}|%\}|\*/\}|#\})[ \t]*[^\s{]")
_CODE = re.compile(r"[ \t>]*\{[%{][<%]?[-\s]*(highlight|comment|code(?:block|-[\w-]{1,30})?|mermaid|katex|math)\b")
_TAB = re.compile(r"(?P<before>[ \t]*)===[!+]?(?= \"[^\"]*\"\s*$)")
_MODULE = re.compile(
    r"""(?: import\s+(?:[\w*{][^;\"']*?\sfrom\s+)?[\"'][^\"']+[\"'];?\s*$ | import\s+(?:[\w*]+,?\s*)?\{[^}\"']*$
      | export\s+(?: default\s+[\w{(\[<][^.]*[;({=\[]?$ | (?:const|let|var)\s+[\w{\[][^=]*=
                 | (?:async\s+)?function\b[^(]*\( | class\s+\w+[^.]*\{ | \{ | \* ) )""",
    re.VERBOSE,
)
_LONGEST_MODULE = 200  # lines
_TASK = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?P<box>\[[ xX]\])[ \t]")
_ALERT = re.compile(r"[ \t]*>[ \t>]*(?P<mark>\[![\w-]+\][-+]?)")
_FOOTNOTE = re.compile(r"(?P<before> {0,3})(?P<mark>\[\^[^\]\s]{1,40}\]:)[ \t]")
_BRACES = str.maketrans({"[": "{", "(": "{", "]": "}", ")": "}"})


class ShadowLines:
    """A file without such lines.

    Attributes:
        text: the file with spaces for them, and headings for their titles.
        inert: ``(start, end, False)`` of marks inside lines that are left out.
        prose: stretches of lines between fenced code and the like.
        notes: where comments of MDX fill lines, braces included.
        language: as front matter names it.
    """

    def __init__(self, content: str, *, mdx: bool = False) -> None:
        self.notes: list[tuple[int, int]] = []
        self._content = content
        self._mdx = mdx
        self.inert: list[tuple[int, int, bool]] = []
        self.prose: list[tuple[int, int]] = []
        self.language: str | None = None
        self._lines = [(found[1], found[2]) for found in _LINE.finditer(content) if found[0]]
        self._parts: list[str] = []
        self._unclosed: set[str] = set()
        self._at = self._begun = 0  # where the present line, and the present stretch of prose, begin
        self._read()
        self.text = "".join(self._parts)

    def _read(self) -> None:
        number = self._front_matter()
        containers: list[str] = []  # the marks of fences around prose
        while number < len(self._lines):
            line = self._lines[number][0]
            if fence := _FENCE.match(line):
                marks, info = fence["marks"], fence["info"]
                if containers and marks.startswith(containers[-1]) and not info.strip():
                    containers.pop()
                    self._blank(1)
                    number += 1
                    continue
                if "`" not in info or marks[0] == "~":
                    if prose := _PROSE_IN_FENCE.fullmatch(info):
                        containers.append(marks)
                        start = fence.start("info") + prose.start("title")
                        self._title(line, len(fence["before"]), start, len(line.rstrip()))
                        number += 1
                    else:
                        number += self._skip(self._fenced(number, marks))
                    continue
            number += self._one(number, line)
        self._end_prose()

    def _one(self, number: int, line: str) -> int:
        """Reads the lines from ``number`` that belong together; says how many."""
        first = line.lstrip(" \t>")[:1]
        if first in _STARTS and len(line) <= _LONGEST_LINE:
            if _MATHS.match(line) and (count := self._maths(number)):
                return self._blank(count)
            if found := _CONTAINER.fullmatch(line.rstrip(" \t:") or line) if first in ":/" else None:
                group = "label" if found["label"] else "title"
                self._title(line, len(found["before"]), *found.span(group))
                return 1
            if _DIRECTIVE.fullmatch(line):
                return self._blank(1)
            if first in "ie" and self._begins_block(number) and _MODULE.match(line):
                return self._blank(self._module(number))
            if self._mdx and (summary := _SUMMARY.fullmatch(line)):
                self._title(line, len(summary["before"]), *summary.span("title"))
                return 1
            if self._mdx and (component := _COMPONENT.fullmatch(line)):
                low, words = component.end("before"), component.start("words")
                marker = "-".ljust(min(4, words - low))  # an item of a list, which begins a block of its own
                self.inert.append((self._at + low + len(marker), self._at + words, False))
                self.inert.append((self._at + component.end("words"), self._at + len(line), False))
                return self._put(f"{line[:low]}{marker}{line[low + len(marker) :]}")
            if first in "<{" and (count := self._jsx(number, line)):
                return self._blank(count)
            if _TEMPLATE.match(line) and (count := self._template(number)):
                return self._blank(count)
            if (found := _DEFINITION.match(line)) and "".join(self._parts[-2:]).rstrip().endswith("-->"):
                return self._put(f"{found[0]}-{line[found.end() + 1 :]}")  # its term is put in by a plug-in
            if tab := _TAB.match(line):
                low = tab.end("before")  # the tab is an item of a list, which holds what is indented
                self.inert.append((self._at + low + 4, self._at + len(line), False))
                return self._put(f"{line[:low]}-   {line[low + 4 :]}")
            if footnote := _FOOTNOTE.match(line):
                low, high = footnote.span("mark")
                self.inert.append((self._at + low + 4, self._at + high, False))
                return self._put(f"{line[:low]}-   {line[low + 4 :]}")
        if alert := _ALERT.match(line):
            low, high = alert.span("mark")
            return self._put(f"{line[:low]}#{' ' * (high - low - 1)}{line[high:]}")
        if task := _TASK.match(line):
            self.inert.append((self._at + task.start("box"), self._at + task.end("box"), False))
        return self._put(line)

    # What is written.

    def _put(self, line: str) -> int:
        end = self._lines[len(self._parts)][1]
        self._parts.append(line + end)
        self._at += len(line) + len(end)
        return 1

    def _blank(self, count: int) -> int:
        """Spaces for the next lines, but for the marks of quotes."""
        self._end_prose()
        for line, _ in self._lines[len(self._parts) : len(self._parts) + count]:
            marks = len(line) - len(line.lstrip(" \t>"))
            self._put(line[:marks] + " " * (len(line) - marks))
        self._begun = self._at
        return count

    def _skip(self, count: int) -> int:
        """The next lines as they are, and no directive in them."""
        self._end_prose()
        for line, _ in self._lines[len(self._parts) : len(self._parts) + count]:
            self._put(line)
        self._begun = self._at
        return count

    def _title(self, line: str, before: int, start: int, end: int) -> None:
        """A heading of the characters ``start`` to ``end``, or an empty line."""
        if start < 0 or not line[start:end].strip():
            self._blank(1)
        else:
            gap = " " * (start - before - 1)
            self._put(f"{line[:before]}#{gap}{line[start:end]}{' ' * (len(line) - end)}")

    def _end_prose(self) -> None:
        if self._at > self._begun:
            self.prose.append((self._begun, self._at))

    # How far it goes.

    def _front_matter(self) -> int:
        count = _lines_in_front(self._lines)
        if count:
            found = _LANGUAGE.search("\n".join(line for line, _ in self._lines[1 : count - 1]))
            self.language = found[1] if found else None
            # On a page without text, a title is no article's; on one that begins with a heading, this is the title.
            body = [line for line, _ in self._lines[count:] if line.strip()][:2]
            headed = body[:1] and (body[0].startswith("#") or bool(body[1:] and _UNDERLINED.fullmatch(body[1])))
            for line, _ in self._lines[:count]:
                low, high = (
                    (0, 0) if not body or (headed and line.lstrip(_BEFORE_KEY).startswith("title")) else _titled(line)
                )
                self._title(line, 0, low, high)
        return count

    def _fenced(self, number: int, marks: str) -> int:
        for count, (line, _) in enumerate(self._lines[number + 1 :], start=2):
            bare = line.strip(" \t>")
            if bare.startswith(marks) and not bare.strip(marks[0]):
                return count
        return len(self._lines) - number

    def _maths(self, number: int) -> int:
        first = self._lines[number][0].strip(" \t>")
        if len(first) > 2 and _MATHS_END.search(first[2:]):
            return 1
        for count, (line, _) in enumerate(self._lines[number + 1 : number + _LONGEST_MODULE], start=2):
            if _MATHS_END.search(line):
                return count
            if not line.strip(" \t>"):
                break
        return 0

    def _template(self, number: int) -> int:
        """Lines of nothing but a template's tags, with the code between two; 0 where there is prose on them."""
        if (code := _CODE.match(self._lines[number][0])) and code[1] not in self._unclosed:
            end = re.compile(rf"\{{[%{{][<%]?[-\s]*(?:end|/\s?){code[1]}\b")
            for count, (line, _) in enumerate(self._lines[number:], start=1):
                if end.search(line):
                    return count
            self._unclosed.add(code[1])
        for count, (line, _) in enumerate(self._lines[number : number + 20], start=1):
            if not line.strip():
                return 0
            if _TEMPLATE_WORDS.search(line):
                return 0
            if _TEMPLATE_END.search(line):
                return count
        return 0

    def _jsx(self, number: int, line: str) -> int:
        """Lines of nothing but a comment of MDX or, in MDX itself, tags of components and expressions; else 0."""
        start = self._at + len(line) - len(line.lstrip(" \t"))
        comment = self._content.startswith("{/*", start)
        if not (self._mdx or comment) or self._content[start] in self._unclosed:
            return 0
        end = end_of_lines(self._content, start)
        if end is None:
            self._unclosed.add(self._content[start])
        if not end:
            return 0
        if comment and self._content.endswith("*/}", start, stop := len(self._content[start:end].rstrip()) + start):
            self.notes.append((start, stop))
        return len(_LINE_ENDS.findall(self._content, start, end)) + 1

    def _begins_block(self, number: int) -> bool:
        """Whether the line before is empty, or was of a module, too."""
        return not number or not self._parts[number - 1].strip()

    def _module(self, number: int) -> int:
        """Code of a module goes on to an empty line at which no brace is open, or else to the first one."""
        depth = 0
        empty = 0
        for count, (line, _) in enumerate(self._lines[number : number + _LONGEST_MODULE]):
            if not line.strip():
                empty = empty or count
                if depth <= 0:
                    return count
            line = line.translate(_BRACES)
            depth += line.count("{") - line.count("}")
        rest = len(self._lines) - number
        return rest if depth <= 0 and rest <= _LONGEST_MODULE else empty or min(rest, _LONGEST_MODULE)


def front_matter(content: str) -> int:
    """Where the text of a file begins, behind its front matter."""
    lines = [(found[1], found[2]) for found in islice(_LINE.finditer(content), _LONGEST_FRONT)]
    return sum(len(line) + len(end) for line, end in lines[: _lines_in_front(lines)])


def _lines_in_front(lines: Sequence[tuple[str, str]]) -> int:
    opener = lines[0][0].rstrip() if lines else ""
    closer = _FRONT.get(opener)
    if closer is None:
        return 0
    rest = lines[1:_LONGEST_FRONT]
    return next((count for count, (line, _) in enumerate(rest, start=2) if closer.fullmatch(line)), 0)


def _titled(line: str) -> tuple[int, int]:
    """Where the words of a title or a description stand in a line of front matter; nowhere where its spelling is not
    plain."""
    field = _TITLED.match(line) if len(line) <= _LONGEST_LINE else None
    if field is None:
        return 0, 0
    low, high = field.end(), len(line.rstrip(" \t,"))
    if line[low : low + 1] in _QUOTES:
        if high - low < len("''") or line[high - 1] != line[low]:
            return 0, 0
        low, high = low + 1, high - 1
    return (0, 0) if _SPELLED.search(line, low, high) or line[low : low + 1] in _YAML else (low, high)


_STARTS = frozenset(":/$\\{[*-<@=ie(+%")
