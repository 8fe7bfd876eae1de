"""What was done to an article, for people and for training: a change list, and labels."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from mtqa.core.differences import compared
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError
from mtqa.renderers.house import page
from mtqa.renderers.wording import visible
from mtqa.repair.actions import Action
from mtqa.repair.history import standings

__all__ = ["changes_csv", "changes_html", "labels"]

_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")  # some spreadsheets pass over blanks first
_SECONDS = re.compile(r"(?<=:\d\d)\.\d+")  # their fractions
_HEADER = ("line", "kind", "before", "after", "finding", "reason", "who", "when")


def changes_csv(documents: Sequence[Document], actions: Iterable[Action]) -> str:
    """One row an action that holds. A cell that a spreadsheet would take for a formula begins with an apostrophe
    (OWASP, "CSV Injection")."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(_HEADER)
    for (number, span), standing in standings(actions).items():
        line = documents[number].locate(span).label
        for a in standing.live:
            found = "; ".join(f.rule for f in a.findings)
            cells = (a.kind.value, a.text, a.replacement or "", found, a.reason, a.who, _SECONDS.sub("", a.when))
            writer.writerow((line, *("'" + cell if _FORMULA.match(cell) else cell for cell in map(visible, cells))))
    return stream.getvalue()


def changes_html(documents: Sequence[Document], actions: Iterable[Action]) -> str:
    """A page of its own: every sentence that was repaired or found to be right, with the words that differ."""
    rows = [
        {
            "place": visible(documents[number].locate(span).name),
            "language": documents[number].language,
            "parts": compared(span.of(documents[number].text), standing.text) if standing.text is not None else (),
            "text": visible(span.of(documents[number].text)),
            "dismissed": [(a.findings[0], a.reason) for a in standing.dismissed.values()],
            "latest": standing.live[-1],
        }
        for (number, span), standing in standings(actions).items()
        if standing.live
    ]
    return page(
        Path(__file__).parent,
        "changes.html.j2",
        "changes.css",
        rows=rows,
        uri=documents[0].file,
        visible=visible,
    )


def labels(documents: Sequence[Document], actions: Iterable[Action]) -> str:
    """JSON Lines for training: a row for each sentence that a person repaired, or on which they dismissed findings.

    ``hter`` is the translation edit rate between the text and its post-edit, 0 to about 1 (Snover et al., 2006, "A
    Study of Translation Edit Rate with Targeted Human Annotation"), by sacrebleu.

    Raises:
        ConfigError: sacrebleu is not installed.
    """
    if find_spec("sacrebleu") is None:
        raise ConfigError("labels need sacrebleu, which is not installed; pip install 'mtqa[review]'")
    from sacrebleu.metrics.ter import TER

    ter = TER()
    rows = []
    for (number, span), standing in standings(actions).items():
        if not standing.live:
            continue
        latest, text, after = standing.live[-1], span.of(documents[number].text), standing.text
        said = [(found, "confirmed", "") for found in standing.confirmed]
        said += [(a.findings[0], "false-alarm", a.reason) for a in standing.dismissed.values()]
        rows.append(
            {
                "uri": latest.uri,
                "sha256": latest.sha256,
                "document": number,
                "segment": [span.start, span.end],
                "text": text,
                "post_edit": after,
                "hter": None if after is None else round(ter.sentence_score(text, [after]).score / 100, 4),
                "flags": [
                    {"rule": f.rule, "fingerprint": f.fingerprint, "words": f.words, "label": label, "reason": reason}
                    for f, label, reason in said
                ],
                "who": latest.who,
                "when": latest.when,
                "signature": latest.signature,
            }
        )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
