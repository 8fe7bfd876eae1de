"""``mtqa apply``: the repairs of an edits file, written into their article."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.options import InputFormat
from mtqa.cli.terminal import check_target, complain, emit, write_reports
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.formats import FORMATS, read_all, read_bytes

__all__ = ["apply"]

_DECLINED = 1


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The article, as it was when it was reviewed.")],
    edits: Annotated[Path, typer.Argument(metavar="EDITS", help="The edits file of mtqa review.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="Write here, and leave FILE as it is.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the changes and write nothing.")] = False,
    changes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a list of the changes: .html or .csv.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the edits as training labels, JSON Lines.")
    ] = None,
    tracked_changes: Annotated[
        bool,
        typer.Option("--tracked-changes", help="In DOCX, write changes to accept or reject, with reasons."),
    ] = False,
    input_format: InputFormat = None,
) -> None:
    """Write repairs into an article, after showing the changes and asking.

    The edits file records it, so that the next 'mtqa review' starts afresh.
    Exit codes: 0 done; 1 you declined; 2 it could not be done, for instance because the article has changed.
    """
    from mtqa.repair.actions import Kind
    from mtqa.repair.apply import repaired, write_over
    from mtqa.repair.history import actions_on, standings
    from mtqa.repair.log import read
    from mtqa.repair.tracked import tracked

    documents, _ = read_all(file, format=input_format)
    if not documents:
        raise InputError(file, "no article in it; check the file")
    kept = read(edits)
    actions = actions_on(file, documents, kept)
    if not actions and any(each.kind is Kind.APPLY and documents[0].sha256 in each.reason for each in kept):
        complain(f"{file} has these repairs already; nothing was written")
        return
    if not actions:
        raise ConfigError(f"{edits}: no edits to write into {file}; check both names")
    target = output or file
    options = {
        place: option
        for option, place in (("--output", output), ("--changes", changes), ("--labels", labels))
        if place is not None
    }
    for place, option in options.items():
        check_target(place, [file, edits], option=option)
    if len({_identity(place) for place in options}) < sum(place is not None for place in (output, changes, labels)):
        raise ConfigError("two outputs would go to the same file; name a different file for each")
    if changes is not None and changes.suffix not in (".csv", ".html"):
        raise ConfigError(f"--changes {changes}: neither .csv nor .html; use one of these")
    found = standings(actions)
    texts = {place: each.text for place, each in found.items() if each.text is not None}
    raw = tracked(documents, found) if tracked_changes else repaired(documents, texts)
    count = f"{len(texts)} repaired sentence{'s'[: len(texts) != 1]}"
    emit(_diff(documents, raw, input_format))
    done = raw == documents[0].raw and output is None
    if done:
        complain(f"{edits} has no repair that is not in {file} already")
    if dry_run:
        complain(f"{count} would be written to {target}; nothing was, as you asked for a dry run")
        return
    if not (yes or done or _agreed(f"Write {count} to {target}?")):
        raise typer.Exit(_DECLINED)
    reports: dict[Path, str | bytes] = {}
    if changes is not None or labels is not None:
        from mtqa.repair import export

        if changes is not None:
            make = export.changes_csv if changes.suffix == ".csv" else export.changes_html
            reports[changes] = make(documents, actions)
        if labels is not None:
            reports[labels] = export.labels(documents, actions)
    if output is not None:
        write_reports(reports | {output: raw}, options)
    elif done:
        write_reports(reports, options)
        return
    else:
        write_reports(
            reports, options | {file: ""}, lambda files: write_over(file, documents[0], raw, edits, kept, files)
        )
        complain(f"{edits} records this; the next mtqa review starts afresh")
    complain(f"{count} written to {target}")


def _identity(place: Path) -> object:
    """Equal for two names of one file."""
    if not place.exists():
        return place.resolve()
    found = place.stat()
    return found.st_dev, found.st_ino


def _diff(documents: Sequence[Document], raw: bytes, input_format: str | None) -> str:
    """A unified diff of the file's lines, or of the words of one that is no text, safe to show."""
    from mtqa.renderers.wording import printable

    name = documents[0].file
    repaired, _ = read_bytes(raw, name, format=input_format)
    before, after = (_lines(some) for some in (documents, repaired))
    lines = difflib.unified_diff(before, after, name, f"{name} (repaired)", lineterm="")
    return "".join(f"{printable(line)}\n" for line in lines)


def _lines(documents: Sequence[Document]) -> list[str]:
    """Of a file: what its documents are in may be one text, or one each."""
    texts = (each.content if FORMATS[each.format].text else each.text for each in documents)
    return [line for text in dict.fromkeys(texts) for line in text.splitlines()]


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise ConfigError("no terminal to ask on; add --yes to write, or --dry-run to look")
    return typer.confirm(question, err=True)
