"""What directives of reStructuredText hold: prose, a title and prose, code.

Sources: the reference of docutils, the manual of Sphinx and of its common extensions.
"""

from __future__ import annotations

import re
from enum import Enum

__all__ = ["Holds", "holds"]


class Holds(Enum):
    """What the argument of a directive is; all but code hold prose."""

    CODE = "nothing to read, nor is the body"
    PROSE = "the begin of the body"
    TITLE = "a title"
    VERSION = "a number, then the begin of the body"
    NAME = "a name, a signature, a file"
    CAPTION = "a file; the body is the caption of a picture"
    CELLS = "a title; the body's lists are the cells of a table"
    TERMS = "nothing; the body is a list of terms"


_NAMES = {
    Holds.PROSE: "note warning tip hint important attention caution danger error seealso todo epigraph highlights "
    "pull-quote impl-detail centered",
    Holds.TITLE: "admonition topic sidebar rubric dropdown details collapse tab tab-item card grid-item-card "
    "grid-item tabbed group-tab panel",
    Holds.VERSION: "versionadded versionchanged versionremoved deprecated deprecated-removed versionnextadded",
    Holds.CAPTION: "figure",
    Holds.CELLS: "list-table flat-table",
    Holds.TERMS: "glossary",
    Holds.CODE: "image include index toctree contents sectnum section-numbering meta role default-role highlight "
    "highlightlang csv-table table title header footer date unicode replace target-notes bibliography youtube video "
    "currentmodule py:currentmodule module py:module sectionauthor codeauthor moduleauthor tabularcolumns acks "
    "productionlist math parsed-literal raw code sourcecode doctest digraph graph graphviz inheritance-diagram",
}
_HOLDS = {name: what for what, names in _NAMES.items() for name in names.split()}
_CODE = re.compile(
    r"auto[a-z]|autosummary|(?:^|[-:_.])(?:code|source|console|shell|prompt|plot|diagram|mermaid|uml|test|exec|execute"
    r"|run|repl|literal|include|literalinclude|input|output|setup|cleanup|tikz|chart|ipython|query|sql|json|yaml|terminal)"
    r"(?:$|[-:_.])|codeblock|testcode|testoutput|testsetup|testcleanup|plantuml|grammar|bash|raw-html"
)


def holds(name: str) -> Holds:
    """What a directive holds; one that is not known holds prose unless its name speaks of code."""
    name = name.lower()
    return _HOLDS.get(name) or (Holds.CODE if _CODE.search(name) else Holds.NAME)
