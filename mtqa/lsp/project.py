"""What the project of an article says of it: its policy, its term lists, and whether it is checked at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mtqa.config import Policy, Settings
from mtqa.core.errors import ConfigError
from mtqa.gate.ignores import PathIgnores, Terms
from mtqa.gate.run import settings_in

__all__ = ["Project"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The settings for one article.

    Attributes:
        termbase: paths of its lists of terms and their renderings.
        excluded: whether the article is not to be checked.
        complaints: what of the settings cannot be honoured, a line each; the defaults hold in its place.
    """

    policy: Policy = field(default_factory=Policy)
    terms: Terms | None = None
    termbase: tuple[str, ...] = ()
    excluded: bool = False
    complaints: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path | None, root: Path) -> Project:
        """As the files say now.

        Args:
            path: of the article; None where it is in no file yet, and so is never excluded.
            root: the folder that the editor works in: the one whose ``.mtqaignore`` counts.
        """
        complaints: list[str] = []
        settings: Settings | None = None
        terms: Terms | None = None
        termbase: tuple[str, ...] = ()
        excluded = False
        try:
            settings = settings_in(root if path is None else path.parent)
        except ConfigError as error:
            complaints.append(str(error))
        if settings is not None:
            try:
                terms = Terms.load(settings.term_files())
                termbase = tuple(map(str, settings.termbase_files()))
            except ConfigError as error:
                complaints.append(str(error))
        if path is not None:
            try:
                excluded = PathIgnores.load(root).matches(path)
            except ConfigError as error:
                complaints.append(str(error))
        if settings is None:
            return cls(excluded=excluded, complaints=tuple(complaints))
        return cls(
            policy=settings.policy if path is None else settings.policy_for(path),
            terms=terms,
            termbase=termbase,
            excluded=excluded or (path is not None and settings.excludes(path)),
            complaints=tuple(complaints),
        )
