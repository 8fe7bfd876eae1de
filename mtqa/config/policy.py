"""The settings: each is declared once, as a field of Policy, which validation and the JSON Schema are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from mtqa.config import kinds
from mtqa.config.kinds import Kind
from mtqa.core.findings import Flag, Severity
from mtqa.core.settings import RATE, CheckerSettings, Editor, Strictness

__all__ = ["FEWEST_REPAIRS", "KEYS", "PROFILES", "Key", "Policy"]

PROFILES = ("default", "newsroom", "docs", "strict")
"""Names of the tables of profiles.toml."""

FEWEST_REPAIRS = 4
"""Sentences to repair below which the share of them says little."""

_SEVERITIES = tuple(severity.value for severity in Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is known of a setting besides its name and default.

    Attributes:
        kind: what its value may be.
        doc: what it does, in a sentence.
        graded: whether it says how strict the gate is: a profile gives it, in full with the other graded ones.
        overridable: whether it may differ from file to file.
        absent: what it means that it has no value; empty for one that always has.
    """

    kind: Kind
    doc: str
    graded: bool = False
    overridable: bool = True
    absent: str = ""


def _key(kind: Kind, doc: str, **more: Any) -> Mapping[str, Key]:
    return {"key": Key(kind=kind, doc=doc, **more)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What may be published: the settings for one file.

    Attributes:
        profile: the named set of settings that lies below those of its file.
        max_repairs: sentences to repair that one document may have; None for no limit.
        max_repairs_per_1000_words: the same, for every 1000 words of it.
        max_repair_share: share of its sentences that may be to repair, where ``FEWEST_REPAIRS`` are; 1 for no limit.
        fail_on: a new flag of this severity or a higher one fails; None where nothing in the file fails, whatever the
            other settings say.
        min_level: flags of a lower severity are no findings.
        likely_mt: whether a document that is called likely-mt fails.
        false_alarm_rate: that documents are called likely-mt at.
        editor: who flags sentences; ``strictness``: how sure the editor must be; None for what the command has.
        undecided: whether one that could not be decided fails.
        count_uncalibrated: whether marks of a language model count that nobody has measured.
        languages: BCP 47 tags of which a document's must be one; empty for any.
        rules_off: names of rules that are switched off.
        stale: whether baseline entries and ignores that match nothing any more fail.
        baseline: absolute path of the file of known findings.
        terms: absolute paths or globs of term lists; ``Settings.term_files`` finds the files.
        termbase: absolute paths or globs of lists of terms and their renderings; ``Settings.termbase_files`` finds the
            files.
        exclude: patterns of files that are not checked; ``Settings.excludes`` matches them.
        source: the pattern of the file that it was translated from, as of `mtqa.formats.pairing.source_file`.
    """

    profile: str = field(
        default="default",
        metadata=_key(
            kinds.choice(*PROFILES),
            "A named set of settings, which this file's own settings override.",
            overridable=False,
        ),
    )
    max_repairs: int | None = field(
        default=None,
        metadata=_key(
            kinds.COUNT, "How many sentences to repair one document may have.", graded=True, absent="no limit"
        ),
    )
    max_repairs_per_1000_words: float | None = field(
        default=None,
        metadata=_key(
            kinds.RATE,
            "How many sentences to repair a document may have per 1000 words.",
            graded=True,
            absent="no limit",
        ),
    )
    max_repair_share: float = field(
        default=0.4,
        metadata=_key(
            kinds.SHARE,
            f"Share of a document's sentences that may need repair, if {FEWEST_REPAIRS} or more are; 1 for no limit.",
            graded=True,
        ),
    )
    fail_on: Severity | None = field(
        default=Severity.CRITICAL,
        metadata=_key(
            kinds.choice(
                *_SEVERITIES[1:],
                "never",
                convert=lambda name: None if name == "never" else Severity(name),
                plain=lambda severity: "never" if severity is None else str(severity),
            ),
            "A new flag of this severity or a higher one always fails; with never, nothing in a file makes it fail.",
            graded=True,
        ),
    )
    min_level: Severity = field(
        default=Severity.MINOR,
        metadata=_key(
            kinds.choice(*_SEVERITIES, convert=Severity), "Flags of a lower severity are ignored.", graded=True
        ),
    )
    likely_mt: bool = field(
        default=True,
        metadata=_key(kinds.YES_NO, "Whether a document that is called likely-mt fails.", graded=True),
    )
    false_alarm_rate: float = field(
        default=RATE,
        metadata=_key(
            kinds.RATE,
            "The false-alarm rate aimed at, of articles by people: 0.05, 0.01 or 0.001 with mtqa's own model.",
            graded=True,
            overridable=False,
        ),
    )
    editor: Editor | None = field(
        default=None,
        metadata=_key(
            kinds.choice(*Editor, convert=Editor),
            "Who flags sentences: the careful editor, which sees more and counts in the verdict, or the fast "
            "one, which takes no extra time.",
            overridable=False,
            absent="careful",
        ),
    )
    strictness: Strictness | None = field(
        default=None,
        metadata=_key(
            kinds.choice(*Strictness, convert=Strictness),
            "How sure the editor must be of a sentence to flag it: strict flags the fewest, generous the most.",
            overridable=False,
            absent="strict in the gate, usual elsewhere",
        ),
    )
    undecided: bool = field(
        default=False,
        metadata=_key(kinds.YES_NO, "Whether an undecided document fails.", graded=True),
    )
    count_uncalibrated: bool = field(
        default=False,
        metadata=_key(
            kinds.YES_NO, "Whether the gate counts what an uncalibrated language model (--llm) marks.", graded=True
        ),
    )
    languages: tuple[str, ...] = field(
        default=(),
        metadata=_key(kinds.LANGUAGES, "BCP 47 tags of which a document's language must be one; empty for any."),
    )
    rules_off: tuple[str, ...] = field(
        default=(),
        metadata=_key(kinds.NAMES, "Rules that are switched off; 'mtqa explain' lists them."),
    )
    stale: bool = field(
        default=False,
        metadata=_key(
            kinds.YES_NO,
            "Whether baseline entries and ignores that no longer match anything fail.",
            graded=True,
            overridable=False,
        ),
    )
    baseline: Path | None = field(
        default=None,
        metadata=_key(
            kinds.PATH,
            "The file of known findings, relative to this file's folder.",
            overridable=False,
            absent="no known findings",
        ),
    )
    terms: tuple[str, ...] = field(
        default=(),
        metadata=_key(kinds.PATHS, "Paths or globs of term lists, relative to this file's folder.", overridable=False),
    )
    termbase: tuple[str, ...] = field(
        default=(),
        metadata=_key(
            kinds.PATHS,
            "Paths or globs of lists of terms with required and forbidden renderings, CSV or TBX, relative to this "
            "file's folder.",
            overridable=False,
        ),
    )
    exclude: tuple[str, ...] = field(
        default=(),
        metadata=_key(
            kinds.PATTERNS,
            "Patterns, as in .gitignore and relative to this file's folder, of files that are not checked.",
            overridable=False,
        ),
    )

    source: str | None = field(
        default=None,
        metadata=_key(
            kinds.SOURCE,
            "The file that an article was translated from, such as locales/de/{name}.json, relative to this file's "
            "folder.",
            absent="none, except those in translation files",
        ),
    )

    def looks_at(self, flag: Flag) -> bool:
        """Whether a flag is a finding at all."""
        return flag.severity.rank >= self.min_level.rank and flag.rule not in self.rules_off

    def judging(self, settings: CheckerSettings) -> CheckerSettings:
        """``settings`` with what the policy says of how files are judged."""
        return replace(
            settings,
            rate=self.false_alarm_rate,
            editor=settings.editor if self.editor is None else self.editor,
            strictness=settings.strictness if self.strictness is None else self.strictness,
        )

    def values(self) -> dict[str, Any]:
        """Every setting's value, by its name in a settings file."""
        return {name: getattr(self, name.replace("-", "_")) for name in KEYS}


KEYS: Mapping[str, Key] = {f.name.replace("_", "-"): f.metadata["key"] for f in fields(Policy)}
"""Every setting, by its name in a settings file."""
