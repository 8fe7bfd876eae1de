"""The settings of a run: what each layer says, the later ones winning, and where each value came from."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mtqa.config.files import flags_source, project_source, user_source
from mtqa.config.patterns import Patterns
from mtqa.config.policy import KEYS, Policy
from mtqa.config.reading import Values, overrides_of, settings_of
from mtqa.core.errors import ConfigError, shortened
from mtqa.core.files import is_file
from mtqa.core.wildcards import files_named

__all__ = ["Override", "Settings", "load"]

_MOST_FOLDERS = 20_000  # that a pattern of terms may lead through: the settings of a stranger name patterns, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Settings for some files.

    Attributes:
        patterns: of these files.
        place: ``"path:line"`` where it stands.
        values: setting to its value in a policy; without those that a later layer sets for all files.
        origins: setting to ``"path:line"``.
    """

    patterns: Patterns
    place: str
    values: Mapping[str, Any]
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds in a run.

    Attributes:
        policy: for every file that no override is for.
        overrides: in order; the later wins.
        origins: where each value of ``policy`` came from, by the setting's name: ``"default"``, ``"profile newsroom"``,
            ``"flag"`` or ``"path:line"``.
        excluded: the patterns of ``policy.exclude`` and the folder that they are relative to.
        files: that hold, whatever they set: the user's, then the project's.
    """

    policy: Policy
    overrides: tuple[Override, ...]
    origins: Mapping[str, str]
    excluded: Patterns
    files: tuple[str, ...] = ()

    def policy_for(self, path: str | Path) -> Policy:
        """The policy for the file ``path``."""
        values = {name: value for override in self._for(path) for name, value in override.values.items()}
        return replace(self.policy, **{name.replace("-", "_"): value for name, value in values.items()})

    def origins_for(self, path: str | Path) -> Mapping[str, str]:
        """Where each value of ``policy_for(path)`` came from."""
        return {**self.origins, **{k: v for override in self._for(path) for k, v in override.origins.items()}}

    def place_of(self, name: str) -> str:
        """Where a file sets ``name``, to begin a complaint with: ``"path:line: name: "``; empty where none does."""
        origin = self.origins[name]
        return f"{origin}: {name}: " if ":" in origin else ""

    def excludes(self, path: str | Path) -> bool:
        """Whether the file ``path`` is not to be checked."""
        return self.excluded.match(path)

    def term_files(self) -> tuple[Path, ...]:
        """The files that ``policy.terms`` names, each once, a glob's sorted. Raises ConfigError as ``_files`` does."""
        return self._files("terms", self.policy.terms)

    def termbase_files(self) -> tuple[Path, ...]:
        """The files that ``policy.termbase`` names, likewise."""
        return self._files("termbase", self.policy.termbase)

    def _files(self, key: str, names: Collection[str]) -> tuple[Path, ...]:
        """The files that a setting names.

        Raises:
            ConfigError: a path or glob that names no file, or that leads through too many folders.
        """
        found: dict[Path, None] = {}
        for name in names:
            try:
                files = [Path(name)] if is_file(name) else files_named(name, most=_MOST_FOLDERS)
            except ConfigError as error:
                raise ConfigError(f"{key} ({self.origins[key]}): {shortened(name, 300)}: {error}") from None
            files = [file for file in files if is_file(file)]
            if not files:
                raise ConfigError(
                    f"{key} ({self.origins[key]}): no file {shortened(name, 300)}; make it or remove it from {key}"
                )
            found |= dict.fromkeys(files)
        return tuple(found)

    def _for(self, path: str | Path) -> list[Override]:
        return [override for override in self.overrides if override.patterns.match(path)]


def load(start: Path, *, flags: Mapping[str, Any] | None = None, known_rules: Collection[str]) -> Settings:
    """The settings for work in the folder ``start``.

    Layers, the later ones winning: built-in defaults; the user's file; the nearest file of the project; ``flags``. A
    profile lies just below the settings of the layer that names it, and sets all that says how strict the gate is; one
    that ``flags`` name takes the place of the last file's, whose own settings win. A layer's overrides win against its
    own settings and those below it, never against a later layer.

    Args:
        start: where the search for the project's file begins; it goes on upwards.
        flags: setting to value as TOML would give it; None for a flag that was not given.
        known_rules: what ``rules-off`` may name.

    Raises:
        ConfigError: a file cannot be read, or a setting is unknown or not of its kind.
    """
    project, user = project_source(start), user_source()
    root = project.folder if project else start.resolve()
    if user and project and user.file == project.file:
        user = None  # the work is done in the user's folder of settings
    sources = [source for source in (user, project, flags_source(flags or {})) if source]

    values: Values = {name: (value, "default") for name, value in Policy().values().items()}
    overrides: list[Override] = []
    excluded = Patterns(root, ())
    layers = [settings_of(source, known_rules) for source in sources]
    if "profile" in layers[-1] and len(layers) > 1:
        layers[-2]["profile"] = layers[-1].pop("profile")
    for source, layer in zip(sources, layers, strict=True):
        # A user's patterns are meant for every project, as are those of git's own file for all repositories.
        folder = root if source is user else source.folder
        if "profile" in layer:
            layer = _profile(layer["profile"][0]) | layer
        if "exclude" in layer:
            excluded = Patterns(folder, layer["exclude"][0])
        values |= layer
        overrides = [_without(override, layer) for override in overrides]
        for table in overrides_of(source, known_rules):
            overrides.append(
                Override(
                    patterns=Patterns(folder, table.paths),
                    place=table.place,
                    values=MappingProxyType({name: value for name, (value, _) in table.values.items()}),
                    origins=MappingProxyType({name: origin for name, (_, origin) in table.values.items()}),
                )
            )
    return Settings(
        policy=Policy(**{name.replace("-", "_"): value for name, (value, _) in values.items()}),
        overrides=tuple(overrides),
        origins=MappingProxyType({name: origin for name, (_, origin) in values.items()}),
        excluded=excluded,
        files=tuple(source.file for source in sources if source.file),
    )


def _profile(name: str) -> Values:
    """All graded settings as the profile has them."""
    profiles = tomllib.loads((resources.files(__package__) / "profiles.toml").read_text(encoding="utf-8"))
    table = profiles[name]
    graded = {key: (value, "default") for key, value in Policy().values().items() if KEYS[key].graded}
    own = {key: (KEYS[key].kind.convert(value, Path()), f"profile {name}") for key, value in table.items()}
    return graded | own


def _without(override: Override, names: Collection[str]) -> Override:
    return replace(
        override,
        values=MappingProxyType({k: v for k, v in override.values.items() if k not in names}),
        origins=MappingProxyType({k: v for k, v in override.origins.items() if k not in names}),
    )
