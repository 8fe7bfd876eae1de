"""Settings: what each layer says, which wins, where it came from, and what is refused on which line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mtqa.config as package
from mtqa.cli.app import main
from mtqa.config import KEYS, Policy, Settings, load, settings
from mtqa.config.lines import lines_of
from mtqa.config.llm import llm_in
from mtqa.config.policy import PROFILES
from mtqa.config.schema import schema, schema_text
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Severity

LONG = "z" * 100_000
FOLDER = Path(package.__file__).parent
RULES = {"misspelling", "mojibake", "repeated-word"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and an empty folder for the user's settings beside it."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    return folder


@pytest.fixture
def user(project: Path) -> Path:
    """The user's own file, not there yet."""
    path = project.parent / "home" / "mtqa" / "mtqa.toml"
    path.parent.mkdir(parents=True)
    return path


def here(**flags: Any) -> Settings:
    return load(Path.cwd(), flags={name.replace("_", "-"): value for name, value in flags.items()}, known_rules=RULES)


def test_built_in(project: Path) -> None:
    settings = here()
    assert settings.policy == Policy()
    assert set(settings.origins.values()) == {"default"}
    assert set(settings.origins) == set(KEYS)
    assert settings.policy.fail_on is Severity.CRITICAL
    assert settings.policy.likely_mt
    assert settings.policy.max_repairs is None
    assert not settings.policy.undecided
    with pytest.raises(FrozenInstanceError):
        settings.policy.stale = True  # type: ignore[misc]


def test_each_layer_wins_against_those_below(project: Path, user: Path) -> None:
    user.write_text('max-repairs = 1\nmin-level = "major"\nstale = true\nlanguages = ["de"]\n')
    (project / "mtqa.toml").write_text('# ours\nmax-repairs = 2\nmin-level = "neutral"\nstale = false\n')
    settings = here(max_repairs=3, min_level=None)
    policy = settings.policy
    assert (policy.max_repairs, policy.min_level, policy.stale) == (3, Severity.NEUTRAL, False)
    assert policy.languages == ("de",)
    assert settings.origins["max-repairs"] == "flag"
    assert settings.origins["min-level"] == "mtqa.toml:3"
    assert settings.origins["stale"] == "mtqa.toml:4"
    assert settings.origins["languages"] == f"{user}:4"
    assert settings.origins["fail-on"] == "default"


def test_the_users_file_is_in_the_default_place(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".config" / "mtqa").mkdir(parents=True)
    (tmp_path / ".config" / "mtqa" / "mtqa.toml").write_text("max-repairs = 9")
    for base in ("", "relative"):  # the latter is to be ignored by the XDG base directory specification
        monkeypatch.setenv("XDG_CONFIG_HOME", base)
        assert here().policy.max_repairs == 9


def test_the_users_file_is_read_once(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.write_text('[[overrides]]\npaths = ["*"]\nmax-repairs = 1')
    monkeypatch.chdir(user.parent)
    assert len(here().overrides) == 1


@pytest.mark.parametrize(
    ("files", "repairs", "origin"),
    [
        ({"mtqa.toml": "max-repairs = 1", "../mtqa.toml": "stale = true"}, 1, "mtqa.toml:1"),
        ({"pyproject.toml": "[tool.mtqa]\nmax-repairs = 2"}, 2, "pyproject.toml:2"),
        ({"pyproject.toml": "tool.mtqa.max-repairs = 2"}, 2, "pyproject.toml:1"),
        ({"pyproject.toml": "[tool]\nmtqa = { stale = false,  max-repairs = 2 }"}, 2, "pyproject.toml:2"),
        ({"pyproject.toml": "[tool.mtqa]\nmax-repairs = 2", "mtqa.toml": "max-repairs = 1"}, 1, "mtqa.toml:1"),
        ({"pyproject.toml": "[tool.black]\nmax-repairs = 2", "../mtqa.toml": "max-repairs = 3"}, 3, "{up}/mtqa.toml:1"),
        ({"pyproject.toml": "tool = 1", "../../mtqa.toml": "max-repairs = 4"}, 4, "{upup}/mtqa.toml:1"),
        ({"mtqa.toml": "", "../mtqa.toml": "max-repairs = 3"}, None, "default"),
        ({"../pyproject.toml": "[tool.mtqa]\n\nmax-repairs=5"}, 5, "{up}/pyproject.toml:3"),
        ({"mtqa.toml": "\ufeffmax-repairs = 1\r\nstale = false\r\n"}, 1, "mtqa.toml:1"),
    ],
)
def test_the_nearest_file_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], repairs: int | None, origin: str
) -> None:
    deep = project / "up" / "down"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    for name, text in files.items():
        (deep / name).write_bytes(text.encode())
    settings = here()
    assert settings.policy.max_repairs == repairs
    assert settings.origins["max-repairs"] == origin.format(up=deep.parent, upup=project)
    assert not settings.policy.stale


def test_profiles_load() -> None:
    profiles = tomllib.loads((FOLDER / "profiles.toml").read_text(encoding="utf-8"))
    assert tuple(profiles) == PROFILES
    for table in profiles.values():
        for name, value in table.items():
            assert KEYS[name].graded
            assert KEYS[name].kind.fault(value) is None


@pytest.mark.parametrize(
    ("profile", "likely_mt", "undecided", "max_repairs", "fail_on"),
    [
        ("default", True, False, None, Severity.CRITICAL),
        ("newsroom", True, False, 5, Severity.CRITICAL),
        ("docs", False, False, None, Severity.MAJOR),
        ("strict", True, True, 0, Severity.CRITICAL),
    ],
)
def test_profile_values(
    project: Path, profile: str, likely_mt: bool, undecided: bool, max_repairs: int | None, fail_on: Severity
) -> None:
    (project / "mtqa.toml").write_text(f'profile = "{profile}"')
    policy = here().policy
    assert (policy.likely_mt, policy.undecided) == (likely_mt, undecided)
    assert (policy.max_repairs, policy.fail_on, policy.profile) == (max_repairs, fail_on, profile)


def test_a_profile_lies_below_the_settings_of_its_file(project: Path) -> None:
    (project / "mtqa.toml").write_text('fail-on = "never"\nprofile = "newsroom"\n')
    settings = here()
    assert (settings.policy.fail_on, settings.policy.max_repairs) == (None, 5)
    assert settings.origins["fail-on"] == "mtqa.toml:1"
    assert settings.origins["max-repairs"] == "profile newsroom"
    assert settings.origins["profile"] == "mtqa.toml:2"
    assert settings.origins["stale"] == "default"


def test_a_profile_lies_above_the_layers_below_it(project: Path, user: Path) -> None:
    user.write_text('profile = "strict"\nlanguages = ["en"]\nstale = true\nmax-repairs-per-1000-words = 2.5\n')
    (project / "mtqa.toml").write_text('profile = "docs"\n[[overrides]]\npaths = ["*.md"]\nlikely-mt = true\n')
    settings = here()
    policy = settings.policy
    assert (policy.max_repairs, policy.max_repairs_per_1000_words, policy.undecided) == (None, None, False)
    assert not policy.stale
    assert policy.languages == ("en",)  # says nothing of how strict the gate is
    assert settings.policy_for("a.md").likely_mt
    strict = here(profile="strict")
    assert strict.policy.max_repairs == 0
    assert strict.origins["max-repairs"] == "profile strict"
    assert strict.policy_for("a.md").likely_mt


def test_a_files_own_settings_win_over_a_profile_of_the_command_line(project: Path, user: Path) -> None:
    user.write_text('fail-on = "never"\nundecided = true\n')
    assert here(profile="newsroom").policy.fail_on is None
    (project / "mtqa.toml").write_text(
        'profile = "strict"\nfail-on = "minor"\nmax-repair-share = 0.1\n\n'
        '[[overrides]]\npaths = ["*.md"]\nmax-repairs = 1\n'
    )
    settings = here(profile="newsroom")
    policy = settings.policy
    assert (policy.profile, policy.fail_on, policy.max_repair_share) == ("newsroom", Severity.MINOR, 0.1)
    assert (policy.max_repairs, policy.undecided) == (5, False)  # of the profile, which takes the place of the file's
    assert settings.policy_for("a.md").max_repairs == 1
    assert settings.origins["profile"] == "flag"
    assert settings.origins["fail-on"] == "mtqa.toml:2"
    assert settings.origins["max-repairs"] == "profile newsroom"
    assert here(profile="newsroom", **{"fail-on": "major"}).policy.fail_on is Severity.MAJOR


OVERRIDES = """\
max-repairs = 2

[[overrides]]
paths = ["blog/", "!blog/press/"]
max-repairs = 9
languages = ["de"]

[[overrides]]
paths = ["/blog/*.md"]
max-repairs = 4
"""


@pytest.mark.parametrize(
    ("path", "repairs", "languages", "origin"),
    [
        ("index.md", 2, (), "mtqa.toml:1"),
        ("blog/a.txt", 9, ("de",), "mtqa.toml:5"),
        ("./blog/../blog/a.txt", 9, ("de",), "mtqa.toml:5"),
        ("old/blog/a.md", 9, ("de",), "mtqa.toml:5"),
        ("blog/a.md", 4, ("de",), "mtqa.toml:10"),
        ("blog/press/a.md", 2, (), "mtqa.toml:1"),
        ("../blog/a.md", 2, (), "mtqa.toml:1"),
    ],
)
def test_overrides(project: Path, path: str, repairs: int, languages: tuple[str, ...], origin: str) -> None:
    (project / "mtqa.toml").write_text(OVERRIDES)
    settings = here()
    for form in (path, project / path):
        policy = settings.policy_for(form)
        assert (policy.max_repairs, policy.languages) == (repairs, languages)
        assert settings.origins_for(form)["max-repairs"] == origin
    assert settings.policy.max_repairs == 2


def test_overrides_are_relative_to_their_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "mtqa.toml").write_text('[[overrides]]\npaths = ["/docs/*.md"]\nundecided = true')
    (project / "docs").mkdir()
    monkeypatch.chdir(project / "docs")
    assert here().policy_for("a.md").undecided
    (project.parent / "link").symlink_to(project)
    assert here().policy_for(project.parent / "link" / "docs" / "a.md").undecided


def test_overrides_of_several_layers(project: Path, user: Path) -> None:
    user.write_text('[[overrides]]\npaths = ["/docs/"]\nmax-repairs = 9\nmin-level = "major"\nundecided = true')
    (project / "mtqa.toml").write_text(
        'max-repairs = 2\n[[overrides]]\npaths = ["docs/"]\nmin-level = "critical"\nlikely-mt = false'
    )
    policy = here(likely_mt=True).policy_for("docs/a.md")
    assert policy.max_repairs == 2  # the project's for all files, against the user's for some
    assert policy.min_level is Severity.CRITICAL
    assert policy.undecided  # the user's patterns hold in the project's folder
    assert policy.likely_mt  # a flag, against the project's for some


def test_paths_are_relative_to_their_file(project: Path, user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.write_text('terms = ["mine.csv"]')
    (project / "mtqa.toml").write_text('baseline = "known.json"')
    (project / "docs").mkdir()
    monkeypatch.chdir(project / "docs")
    settings = here()
    assert settings.policy.baseline == project / "known.json"
    assert settings.policy.terms == (str(user.parent / "mine.csv"),)
    assert here(baseline="known.json").policy.baseline == project / "docs" / "known.json"
    assert here(baseline="/known.json").policy.baseline == Path("/known.json")


def test_locales_are_languages(project: Path) -> None:
    (project / "mtqa.toml").write_text('languages = ["en_GB", "de"]')
    assert here().policy.languages == ("en-GB", "de")


def test_term_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = project / "odd[1]"
    (odd / "terms").mkdir(parents=True)
    monkeypatch.chdir(odd)
    for name in ("b.csv", "a.csv", "c[2].csv"):
        (odd / "terms" / name).touch()
    (odd / "mtqa.toml").write_text('terms = ["terms/b.csv", "terms/c[2].csv", "terms/*.csv"]')
    assert [path.name for path in here().term_files()] == ["b.csv", "c[2].csv", "a.csv"]
    (odd / "mtqa.toml").write_text('\nterms = ["terms/*.tsv"]')
    with pytest.raises(ConfigError, match=r"^terms \(mtqa.toml:2\): no file .*/terms/\*\.tsv; make it"):
        here().term_files()


@pytest.mark.parametrize("name", ["a" * 300, f"*{'a' * 300}", f"{'a' * 300}/*", "\\u0000", "*\\u0000"])
def test_terms_that_no_file_can_be_named(project: Path, name: str) -> None:
    (project / "mtqa.toml").write_text(f'terms = ["{name}"]')
    with pytest.raises(ConfigError, match=r"^terms \(mtqa.toml:1\): no file .*; make it"):
        here().term_files()


def test_terms_do_not_search_the_whole_disk(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "_MOST_FOLDERS", 3)
    for name in "abcd":
        (project / "deep" / name).mkdir(parents=True)
    (project / "mtqa.toml").write_text('terms = ["**/nothing"]')
    with pytest.raises(ConfigError, match=r"^terms \(mtqa.toml:1\): .*: more than 3 folders to look into; name one"):
        here().term_files()


def test_exclude(project: Path, user: Path) -> None:
    user.write_text('exclude = ["/drafts/"]')
    assert here().excludes("drafts/a.md")
    (project / "mtqa.toml").write_text('exclude = ["*.txt", "!keep.txt"]')
    settings = here()
    assert settings.excludes("deep/a.txt")
    assert not settings.excludes("deep/keep.txt")
    assert not settings.excludes("drafts/a.md")
    assert not settings.excludes("../a.txt")


SOME_PATTERNS = 'patterns as in .gitignore, such as ["drafts/", "*.md"]'
SOURCE = "a path, in which {name}, {base} and {folder} may stand for parts of an article's own"
HUGE, LARGE = "0x" + "f" * 5000, "1" + "0" * 400
TYPES = [
    ("max-repairs", "-1", "a whole number, 0 or more, not -1"),
    ("max-repairs", HUGE, "a whole number, 0 or more, not a number of thousands of digits"),
    ("max-repairs", "true", "a whole number, 0 or more, not true"),
    ("max-repairs", "5.0", "a whole number, 0 or more, not 5.0"),
    ("max-repairs", '"five"', 'a whole number, 0 or more, not "five"'),
    ("max-repairs-per-1000-words", "0", "a number above 0, not 0"),
    ("max-repairs-per-1000-words", "inf", "a number above 0, not Infinity"),
    ("max-repairs-per-1000-words", "[1]", "a number above 0, not [1]"),
    ("max-repair-share", "0", "a number above 0, up to 1, not 0"),
    ("max-repair-share", "1.5", "a number above 0, up to 1, not 1.5"),
    ("max-repair-share", "true", "a number above 0, up to 1, not true"),
    ("fail-on", '"neutral"', 'one of "minor", "major", "critical", "never", not "neutral"'),
    ("min-level", '"never"', 'one of "neutral", "minor", "major", "critical", not "never"'),
    ("profile", '"lax"', 'one of "default", "newsroom", "docs", "strict", not "lax"'),
    ("likely-mt", "1", "true or false, not 1"),
    ("false-alarm-rate", LARGE, f"a number above 0, not 1{'0' * 58}…"),
    ("false-alarm-rate", "0", "a number above 0, not 0"),
    ("editor", '"quick"', 'one of "careful", "fast", not "quick"'),
    ("strictness", "5", 'one of "strict", "usual", "generous", not 5'),
    ("undecided", '"no"', 'true or false, not "no"'),
    ("stale", "[]", "true or false, not []"),
    ("count-uncalibrated", "1", "true or false, not 1"),
    ("languages", '"en"', 'a list of BCP 47 tags, such as ["en", "pt-BR"], not "en"'),
    ("languages", '["en", "english"]', 'a list of BCP 47 tags, such as ["en", "pt-BR"], not "english"'),
    ("languages", '["e"]', 'a list of BCP 47 tags, such as ["en", "pt-BR"], not "e"'),
    ("languages", '["en\\n"]', 'a list of BCP 47 tags, such as ["en", "pt-BR"], not "en\\n"'),
    ("rules-off", "[1]", "a list of names in quotation marks, not 1"),
    ("baseline", '""', 'a path in quotation marks, not ""'),
    ("baseline", "2026-01-02", 'a path in quotation marks, not "2026-01-02"'),
    ("terms", '[["a"]]', 'a list of paths or globs, such as ["terms/*.csv"], not ["a"]'),
    ("termbase", "[1]", 'a list of paths or globs, such as ["terms/*.csv"], not 1'),
    ("exclude", '["# all"]', f'a list of {SOME_PATTERNS}, not "# all"'),
    ("exclude", '["!"]', f'a list of {SOME_PATTERNS}, not "!"'),
    ("exclude", '["[[:alpha:]]"]', f'a list of {SOME_PATTERNS}, not "[[:alpha:]]"'),
    ("exclude", '["[z-a]"]', f'a list of {SOME_PATTERNS}, not "[z-a]"'),
    ("source", '"{lang}.md"', f'{SOURCE}, not "{{lang}}.md"'),
]


@pytest.mark.parametrize(("key", "value", "expected"), TYPES)
def test_a_wrong_value(project: Path, key: str, value: str, expected: str) -> None:
    (project / "mtqa.toml").write_text(f"# settings\n\n{key} = {value}\n")
    with pytest.raises(ConfigError) as error:
        here()
    assert str(error.value) == f"mtqa.toml:3: {key} must be {expected}; change it or remove it"


def test_every_kind_of_value_is_tried() -> None:
    assert {key for key, _, _ in TYPES} == set(KEYS)


ERRORS = [
    (
        "stale = true\nmax_repairs = 5",
        "mtqa.toml:2: unknown key 'max_repairs'; did you mean 'max-repairs'? rename it or remove it",
    ),
    (
        f"max-repair{'s' * 100_000} = 5",
        f"mtqa.toml:1: unknown key 'max-repair{'s' * 49}…'; known: profile, max-repairs, max-repairs-per-1000-words, "
        "max-repair-share, fail-on, min-level, likely-mt, false-alarm-rate, editor, strictness, undecided, "
        "count-uncalibrated, languages, "
        "rules-off, stale, baseline, terms, termbase, exclude, source, overrides, llm; "
        "rename it or remove it",
    ),
    (
        f'rules-off = ["{LONG}"]',
        f"mtqa.toml:1: unknown rule '{'z' * 59}…' in rules-off; 'mtqa explain' lists them; rename it or remove it",
    ),
    (
        "[override]\nmax-repairs = 5",
        "mtqa.toml:1: unknown key 'override'; did you mean 'overrides'? rename it or remove it",
    ),
    (
        "[tool.mtqa]\nmax-repairs = 5",
        "mtqa.toml:1: unknown key 'tool'; known: profile, max-repairs, max-repairs-per-1000-words, max-repair-share, "
        "fail-on, min-level, likely-mt, false-alarm-rate, editor, strictness, undecided, "
        "count-uncalibrated, languages, rules-off, stale, "
        "baseline, terms, termbase, exclude, source, overrides, llm; "
        "rename it or remove it",
    ),
    (
        '[[overrides]]\npaths = ["a"]\n[[overrides]]\npaths = ["b"]\nfailon = "major"',
        "mtqa.toml:5: unknown key 'failon'; did you mean 'fail-on'? rename it or remove it",
    ),
    (
        '[[overrides]]\npaths = ["a"]\nbaseline = "known.json"',
        "mtqa.toml:3: 'baseline' is the same for all files; move it above the first [[overrides]]",
    ),
    (
        "\n[[overrides]]\nstale = true",
        "mtqa.toml:3: 'stale' is the same for all files; move it above the first [[overrides]]",
    ),
    (
        '\n[[overrides]]\nmin-level = "major"',
        'mtqa.toml:2: an override needs paths; say which files it is for: paths = ["blog/"]',
    ),
    (
        "[[overrides]]\npaths = []",
        f"mtqa.toml:2: paths must be a list of one or more {SOME_PATTERNS}, not []; change it or remove it",
    ),
    (
        '[[overrides]]\npaths = [\n  "a",\n  "# b",\n]',
        f'mtqa.toml:4: paths must be a list of one or more {SOME_PATTERNS}, not "# b"; change it or remove it',
    ),
    (
        '[[overrides]]\npaths = ["a"]\nmax-repairs = "x"',
        'mtqa.toml:3: max-repairs must be a whole number, 0 or more, not "x"; change it or remove it',
    ),
    ("overrides = 3", "mtqa.toml:1: overrides must be tables; write [[overrides]] for each"),
    ('\n[overrides]\npaths = ["a"]', "mtqa.toml:2: overrides must be tables; write [[overrides]] for each"),
    (
        'rules-off = [\n  "mojibake",\n  # typo\n  "mispelling",\n]',
        "mtqa.toml:4: unknown rule 'mispelling' in rules-off; did you mean 'misspelling'? rename it or remove it",
    ),
    (
        'rules-off = ["zzz"]',
        "mtqa.toml:1: unknown rule 'zzz' in rules-off; 'mtqa explain' lists them; rename it or remove it",
    ),
    (
        "max-repairs = 1\nstale = yes",
        "mtqa.toml: not valid TOML: Invalid value (at line 2, column 9); put it right",
    ),
]


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_a_wrong_file(project: Path, text: str, message: str) -> None:
    (project / "mtqa.toml").write_text(text)
    with pytest.raises(ConfigError) as error:
        here()
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"stale = \xff", "mtqa.toml: not UTF-8; save it in that encoding"),
        (b"a = " + b"[" * 9000, "mtqa.toml: nested too deeply; make it flatter"),
        (b"a." * 200 + b"a = 1", "mtqa.toml: nested too deeply; make it flatter"),
        (b"'a' . " * 200 + b"a = 1", "mtqa.toml: nested too deeply; make it flatter"),
        (b"[" + b"a." * 200 + b"a]", "mtqa.toml: nested too deeply; make it flatter"),
        (b"a = " + b"1" * 9000, "mtqa.toml: not valid TOML: Exceeds the limit"),
    ],
)
def test_a_file_that_cannot_be_read(project: Path, content: bytes, message: str) -> None:
    (project / "mtqa.toml").write_bytes(content)
    with pytest.raises(ConfigError, match="^" + re.escape(message)):
        here()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[project]\nname="x"\n\n[tool.mtqa]\nstael = 1',
            "pyproject.toml:5: unknown key 'stael'; did you mean 'stale'?",
        ),
        ("[tool]\nmtqa = 1", "pyproject.toml:2: tool.mtqa must be a table; write [tool.mtqa] and settings below it"),
        ("[tool.mtqa]\noverrides = [1]", "pyproject.toml:2: overrides must be tables; write [[tool.mtqa.overrides]]"),
        ("[tool.mtqa", "pyproject.toml: not valid TOML: Expected ']'"),
    ],
)
def test_a_wrong_pyproject(project: Path, text: str, message: str) -> None:
    (project / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigError, match="^" + re.escape(message)):
        here()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"max-repairs": -1}, "--max-repairs: max-repairs must be a whole number, 0 or more, not -1; change it or"),
        ({"rules-off": ("mojibak",)}, "--rules-off: unknown rule 'mojibak' in rules-off; did you mean 'mojibake'?"),
        ({"overrides": []}, "--overrides: unknown key 'overrides'"),
    ],
)
def test_a_wrong_flag(project: Path, flags: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match="^" + re.escape(message)):
        load(project, flags=flags, known_rules=RULES)


def test_a_wrong_file_of_the_user_is_named(project: Path, user: Path) -> None:
    user.write_text("\n\nstael = true")
    with pytest.raises(ConfigError, match="^" + re.escape(f"{user}:3: unknown key 'stael'")):
        here()


def test_lines_of_odd_files() -> None:
    text = '''\
"quoted key" = """
a = 1 ""\\"""
"""  # b = 2
'c.d'.e = [ # [f]
  """]""""", { g = 1, "h" = \'\'\'
]\'\'\' }, [
  2, 3],
]
i = 1979-05-27 07:32:00
[ j . k ]
l = { m = [] }
[[n]]
[[n]]
[n.o]
p = "\\"#"
[[n.q]]
'''
    tomllib.loads(text)
    assert lines_of(text) == {
        ("quoted key",): 1,
        ("c.d",): 4,
        ("c.d", "e"): 4,
        ("c.d", "e", 0): 5,
        ("c.d", "e", 1): 5,
        ("c.d", "e", 1, "g"): 5,
        ("c.d", "e", 1, "h"): 5,
        ("c.d", "e", 2): 6,
        ("c.d", "e", 2, 0): 7,
        ("c.d", "e", 2, 1): 7,
        ("i",): 9,
        ("j",): 10,
        ("j", "k"): 10,
        ("j", "k", "l"): 11,
        ("j", "k", "l", "m"): 11,
        ("n",): 12,
        ("n", 0): 12,
        ("n", 1): 13,
        ("n", 1, "o"): 14,
        ("n", 1, "o", "p"): 15,
        ("n", 1, "q"): 16,
        ("n", 1, "q", 0): 16,
    }


def _places(value: object, below: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Of every key and item of what tomllib read."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {below, *(place for key, inner in items for place in _places(inner, (*below, key)))}


_LINES = st.sampled_from(
    [
        "a.b = 1",
        "c = [ 1, # x\n 'y', ]",
        'd = """\n[no]\n"""',
        "[t]",
        "[t.u]",
        "[[v]]",
        "[[v.w]]",
        "e = {f = [{}], g.h = 1e3}",
        '"#" = "a\\"b"',
        "",
        "i = '''\n'' '''",
        "x = 07:32:00 # z = 1",
    ]
)


@given(st.lists(_LINES, max_size=8).map("\n".join))
def test_every_key_of_a_valid_file_has_its_line(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found = lines_of(text)
    assert set(found) == _places(data) - {()}
    lines = text.split("\n")
    for place, line in found.items():
        if isinstance(place[-1], str):
            assert place[-1] in lines[line - 1]


def test_the_schema_is_current() -> None:
    committed = (FOLDER / "mtqa.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "run: mtqa config schema > mtqa/config/mtqa.schema.json"


def test_the_schema_takes_what_is_read(project: Path) -> None:
    text = """\
profile = "newsroom"
max-repairs = 0
max-repairs-per-1000-words = 0.5
max-repair-share = 1
fail-on = "never"
min-level = "neutral"
likely-mt = true
false-alarm-rate = 0.05
editor = "careful"
strictness = "usual"
undecided = true
count-uncalibrated = true
languages = ["en", "zh-Hant-TW"]
rules-off = ["mojibake"]
stale = true
baseline = "known.json"
terms = ["terms/*.csv"]
termbase = ["terms/*.tbx"]
exclude = ["drafts/"]
source = "locales/de/{name}.json"
[[overrides]]
paths = ["blog/"]
max-repairs = 1
[llm]
url = "http://localhost:11434/v1"
model = "gemma3:12b"
calibration = "gemma3.toml"
budget = { requests = 1, tokens = 2, seconds = 0.5 }
at-once = 2
timeout = 1.5
"""
    (project / "mtqa.toml").write_text(text)
    assert here().policy.values().keys() == tomllib.loads(text).keys() - {"overrides", "llm"}
    assert llm_in(project, {}) is not None
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(tomllib.loads(text), schema())


SAID_BY_NO_SCHEMA = (
    '["[[:alpha:]]"]',
    '["[z-a]"]',
    "5.0",
    '["# all"]',
    '["!"]',
    "inf",
    HUGE,
    LARGE,
    '["en\\n"]',
    "2026-01-02",
)


@pytest.mark.parametrize(
    "text",
    [
        *(f"{key} = {value}" for key, value, _ in TYPES if value not in SAID_BY_NO_SCHEMA),
        *(text for text, message in ERRORS if not re.search("unknown rule|# b|not valid TOML", message)),
    ],
)
def test_the_schema_refuses_what_is_refused(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), schema())


def test_every_key_is_declared_with_its_kind() -> None:
    assert len(KEYS) == len(fields(Policy)) == 20
    for name, value in Policy().values().items():
        plain = KEYS[name].kind.plain(value)
        assert (plain is None) == bool(KEYS[name].absent)
        assert plain is None or KEYS[name].kind.fault(plain) is None
    assert [name for name, key in KEYS.items() if not key.overridable] == [
        "profile",
        "false-alarm-rate",
        "editor",
        "strictness",
        "stale",
        "baseline",
        "terms",
        "termbase",
        "exclude",
    ]


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["config", *arguments])
    printed = capsys.readouterr()
    assert (ended.value.code or 0, printed.err) == (0, "")
    return printed.out


def test_show(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mtqa.toml").write_text('profile = "newsroom"\nbaseline = "known.json"\nexclude = ["\\\\#a", "*.txt"]\n')
    out = shown(capsys, "show")
    lines = out.splitlines()
    assert [re.split(r"  +# ", line) for line in lines] == [
        ['profile = "newsroom"', "mtqa.toml:1"],
        ["max-repairs = 5", "profile newsroom"],
        ["# max-repairs-per-1000-words: no limit", "default"],
        ["max-repair-share = 0.4", "default"],
        ['fail-on = "critical"', "profile newsroom"],
        ['min-level = "minor"', "default"],
        ["likely-mt = true", "profile newsroom"],
        ["false-alarm-rate = 0.01", "default"],
        ["# editor: careful", "default"],
        ["# strictness: strict in the gate, usual elsewhere", "default"],
        ["undecided = false", "default"],
        ["count-uncalibrated = false", "default"],
        ["languages = []", "default"],
        ["rules-off = []", "default"],
        ["stale = false", "default"],
        [f'baseline = "{project}/known.json"', "mtqa.toml:2"],
        ["terms = []", "default"],
        ["termbase = []", "default"],
        ['exclude = ["\\\\#a", "*.txt"]', "mtqa.toml:3"],
        ["# source: none, except those in translation files", "default"],
    ]


def test_show_can_be_read_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mtqa.toml").write_text(OVERRIDES + 'rules-off = ["mojibake"]\nfail-on = "never"\n')
    before = here()
    (project / "mtqa.toml").write_text(shown(capsys, "show"))
    after = here()
    assert before.policy == after.policy
    assert [override.values for override in before.overrides] == [override.values for override in after.overrides]
    assert [override.patterns for override in before.overrides] == [override.patterns for override in after.overrides]


def test_show_for_a_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mtqa.toml").write_text('exclude = ["*.txt"]\n' + OVERRIDES)
    out = shown(capsys, "show", "blog/a.txt")
    assert re.search(r'^# "blog/a.txt" is excluded +# mtqa.toml:1$', out, re.MULTILINE)
    assert re.search(r"^max-repairs = 9 +# mtqa.toml:6$", out, re.MULTILINE)
    assert "[[overrides]]" not in out
    assert "is excluded" not in shown(capsys, "show", "blog/a.md")


def test_show_knows_the_rules_of_the_program(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mtqa.toml").write_text('rules-off = ["garbled", "unknown-word"]')
    assert 'rules-off = ["garbled", "unknown-word"]' in shown(capsys, "show")
    (project / "mtqa.toml").write_text('rules-off = ["unknown-wrod"]')
    with pytest.raises(SystemExit) as ended:
        main(["config", "show"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "mtqa: error: mtqa.toml:1: unknown rule 'unknown-wrod' in rules-off; "
        "did you mean 'unknown-word'? rename it or remove it\n"
    )


def test_schema_is_printed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(shown(capsys, "schema")) == schema()
