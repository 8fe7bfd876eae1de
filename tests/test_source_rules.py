"""The source rules: each on its own examples, what holds for all of them, and whole files through the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import FakeModels, fake_checker
from growth import assert_linear
from program import Run

import mtqa
from mtqa.checker import Checker
from mtqa.core.documents import Document, Segment, Unit
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Applicability, ErrorSpan, Severity
from mtqa.core.pairs import Pair
from mtqa.core.protocols import Passage, SegmentScore
from mtqa.core.report import Decision, DocumentReport
from mtqa.core.signals import Reading
from mtqa.core.spans import Span
from mtqa.formats import annotate, read_bytes
from mtqa.languages.conventions import CONVENTIONS
from mtqa.signals.source import SOURCE_RULES, SourceExample, SourceSignal
from mtqa.signals.source.compared import File
from mtqa.signals.source.signal import hits
from mtqa.signals.source.termbase import Termbase, found_in, of_csv
from mtqa.signals.surface import RULES, SurfaceSignal

FIRING = [(name, example) for name in SOURCE_RULES for example in SOURCE_RULES[name].fires]
SILENT = [(name, example) for name in SOURCE_RULES for example in SOURCE_RULES[name].silent]
HEADER = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def pairs(example: SourceExample) -> tuple[Pair, ...]:
    found, at = [], 0
    of_source, language = example.languages
    for number, (source, target) in enumerate(example.pairs):
        segment = Segment(id=number, span=Span(at, at + len(target)), text=target, language=language, block=number)
        last = number == len(example.pairs) - 1
        found.append(
            Pair(
                source=source.strip(),
                target=target.strip(),
                source_language=of_source,
                language=language,
                unit=example.unit if last and example.unit else Unit(source=source),
                key=str(number),
                segments=(segment,),
                starts=(0,),
            )
        )
        at += len(target) + 2
    return tuple(found)


def termbase(lines: Sequence[str]) -> Termbase:
    content = "\n".join(("source,target,forbidden", *lines))
    return Termbase(tuple(of_csv(content, "terms.csv")), "x") if lines else Termbase()


def found_by(example: SourceExample, names: Sequence[str] | None = None) -> list[ErrorSpan]:
    whole = pairs(example)
    reading = Reading(language=example.languages[1], segments=(), scores=(), pairs=whole)
    said = SourceSignal(termbase(example.terms), names).read(reading)
    return [error for evidence in said for error in evidence.spans]


def text_of(example: SourceExample) -> str:
    return "\n\n".join(target for _, target in example.pairs)


def of_pair(source: str, target: str, languages: tuple[str, str] = ("en", "de"), **unit: object) -> list[str]:
    told = Unit(source=source, **unit)  # type: ignore[arg-type]
    example = SourceExample(pairs=((source, target),), marked=(), languages=languages, unit=told)
    return [error.rule for error in found_by(example) if error.severity is not Severity.NEUTRAL]


@pytest.mark.parametrize("name", SOURCE_RULES)
def test_a_rule_has_examples(name: str) -> None:
    rule = SOURCE_RULES[name]
    assert (rule.name, name in RULES) == (name, False)
    assert len(rule.fires) >= 2
    assert len(rule.silent) >= 2


@pytest.mark.parametrize(("name", "example"), FIRING)
def test_it_fires(name: str, example: SourceExample) -> None:
    text = text_of(example)
    found = found_by(example, [name])
    assert tuple(error.span.of(text) for error in found) == example.marked
    assert not any(error.message[0].isupper() for error in found)
    edited = text
    for edit in sorted(
        (e for f in found for e in f.edits if e.applicability is Applicability.SAFE), key=lambda e: -e.span.start
    ):
        edited = edited[: edit.span.start] + edit.text + edited[edit.span.end :]
    assert edited == (text if example.edited is None else example.edited)


@pytest.mark.parametrize(("name", "example"), SILENT)
def test_nothing_fires_on_what_is_sound(name: str, example: SourceExample) -> None:
    assert [error.rule for error in found_by(example) if error.severity is not Severity.NEUTRAL] == []
    assert name not in [error.rule for error in found_by(example)]


@pytest.mark.parametrize(
    ("source", "target", "languages"),
    [
        ("On March 12, 1998 at 5:30 p.m.", "Am 12.3.1998 um 17.30 Uhr", ("en", "de")),
        ("12/31/2020", "31.12.2020", ("en", "de")),
        ("3.14 million", "3,14 Millionen", ("en", "de")),
        ("It weighs 10 lbs.", "Er wiegt 4,5 kg.", ("en", "de")),
        ("1,234,567 users", "1 234 567 utilisateurs", ("en", "fr")),
        ("1.234,5 Euro", "1,234.5 euros", ("de", "en")),
        ("Der 2. Versuch", "The second try", ("de", "en")),
        ("Version 1.2.3 of HTML5", "HTML5, wersja 1.2.3", ("en", "pl")),
        ("Drei Dateien", "3 files", ("de", "en")),
        ("Three files", "3个文件", ("en", "zh")),
        ("March", "3月", ("en", "ja")),
        ("World War 2", "Weltkrieg II", ("en", "de")),
        ("At most 2000x1000 pixels", "Jusqu’à 2 000 × 1 000 pixels", ("en", "fr")),
    ],
)
def test_numbers_that_say_the_same(source: str, target: str, languages: tuple[str, str]) -> None:
    assert not {"number-mismatch", "number-convention"} & set(of_pair(source, target, languages))


@pytest.mark.parametrize(
    ("source", "target", "languages"),
    [
        ("It costs $1,500.", "Es kostet 1,5 $.", ("en", "de")),
        ("Am 12. März 2019", "On 12 March 2020", ("de", "en")),
        ("It is 10 miles away.", "Es ist 25 km entfernt.", ("en", "de")),
        ("At 5:30 p.m.", "Um 18:30 Uhr", ("en", "de")),
        ("Файл размером 250 МБ", "A file of 520 MB", ("ru", "en")),
        ("最多200个文件", "At most 20 files", ("zh", "en")),
    ],
)
def test_numbers_that_differ(source: str, target: str, languages: tuple[str, str]) -> None:
    assert "number-mismatch" in of_pair(source, target, languages)


@pytest.mark.parametrize("languages", [("de", "en"), ("und", "en"), ("de", "und")])
def test_one_number_for_another_is_major_whatever_languages_are_known(languages: tuple[str, str]) -> None:
    example = SourceExample(pairs=(("Gesendet am 3. Mai", "Sent on 4 May"),), marked=("4",), languages=languages)
    (error,) = found_by(example, ["number-mismatch"])
    assert (error.severity, error.message) == (Severity.MAJOR, "the source says “3”; here it is “4”")


@pytest.mark.parametrize(
    ("number", "written"),
    [("1.299,00", "1,299.00"), ("1.500,50", "1,500.50"), ("1.234.567.890,10", "1,234,567,890.10")],
)
def test_a_number_that_is_written_anew_keeps_its_figures(number: str, written: str) -> None:
    example = SourceExample(
        pairs=((f"Das kostet {number} Euro.", f"It costs {number} euros."),), marked=(number,), languages=("de", "en")
    )
    (error,) = found_by(example, ["number-convention"])
    assert [edit.text for edit in error.edits] == [written]
    assert f"which is written “{written}”" in error.message


def test_rules_do_not_repair_the_same_words_in_different_ways() -> None:
    """What is put for a number holds for the amount of money that it is, too."""
    amounts = [
        f"{n}{gap}{sign}" for n in ("1.299,00", "12,50", "3,5 million", "1.200") for gap in (" ", "") for sign in "€$"
    ]
    for amount in (*amounts, "€ 1.299,00"):
        said = f"The price amounts to {amount} in all"
        of_source = found_by(SourceExample(pairs=((f"Preis: {amount}", said),), marked=(), languages=("de", "en")))
        segment = Segment(id=0, span=Span(0, len(said)), text=said, language="en")
        found = [*of_source, *(e for evidence in SurfaceSignal().evidence([segment]) for e in evidence.spans)]
        edits = sorted({(e.span, e.text) for each in found for e in each.edits}, key=lambda edit: len(edit[0]))
        assert edits, amount
        assert all(one[1] in other[1] for one, other in pairwise(edits)), edits


@pytest.mark.parametrize(
    ("source", "target", "languages"),
    [
        ("Etwa 2,5 Millionen Nutzer", "About 2.5 billion users", ("de", "en")),
        ("Distance: 5 miles", "Distance : 5 km", ("en", "fr")),
        ("It holds 2 GB.", "Sie fasst 2 MB.", ("en", "de")),
        ("Подождите 30 секунд.", "Wait 30 minutes.", ("ru", "en")),
    ],
)
def test_measures_that_differ(source: str, target: str, languages: tuple[str, str]) -> None:
    assert "unit-mismatch" in of_pair(source, target, languages)


@pytest.mark.parametrize(
    ("source", "target", "languages"),
    [
        ("Wait 30 s.", "Attendez 30 secondes.", ("en", "fr")),
        ("2 milliards d’euros", "2 billion euros", ("fr", "en")),
        ("Файл размером 250 МБ", "A file of 250 MB", ("ru", "en")),
        ("50% done", "已完成百分之50", ("en", "zh")),
        ("Run it with -9 or -1.", "Avec -9 ou -1.", ("en", "fr")),
    ],
)
def test_measures_that_are_the_same(source: str, target: str, languages: tuple[str, str]) -> None:
    assert "unit-mismatch" not in of_pair(source, target, languages)


@pytest.mark.parametrize(
    ("source", "target", "rule"),
    [
        ("Copied %1$s to %2$s", "%1$s nach %1$s kopiert", "placeholder-mismatch"),
        ("Delete ${count} items?", "${anzahl} Elemente löschen?", "placeholder-mismatch"),
        ("Signed in as %@.", "Angemeldet.", "placeholder-mismatch"),
        (
            "{n, plural, one {# file} other {# files}}",
            "{m, plural, one {# Datei} other {# Dateien}}",
            "placeholder-mismatch",
        ),
        ("Click <br/> here", "Hier klicken", "tag-mismatch"),
        ("Mail us: me@example.org", "Schreiben Sie uns: ich@example.org", "address-mismatch"),
        ("Run --force now", "Jetzt --forcieren ausführen", "code-mismatch"),
    ],
)
def test_what_must_stay(source: str, target: str, rule: str) -> None:
    assert rule in of_pair(source, target)
    assert of_pair(source, source.replace("Run", "Starte").replace("Click", "Klick"), ("en", "de")) != [rule]


def test_a_format_that_the_file_declares_is_critical() -> None:
    example = replace(
        SourceExample(pairs=(("Found %d", "Gefunden"),), marked=()),
        unit=Unit(source="Found %d", placeholders=frozenset({"c"})),
    )
    assert [error.severity for error in found_by(example, ["placeholder-mismatch"])] == [Severity.CRITICAL]


def test_a_form_of_a_plural_may_leave_its_number_out() -> None:
    assert of_pair("One file", "%d Datei", plural="%d files") == []
    assert of_pair("%d files", "Eine Datei", plural="One file") == []
    assert of_pair("%d files in %s", "Eine Datei", plural="%d file in %s") == ["placeholder-mismatch"]


def test_what_is_frequent_in_a_file_is_but_remarked_on() -> None:
    slip = ("The file is not here.", "Die Datei fehlt leider hier")
    rest = tuple((f"Text with {n} words.", f"Text mit {n} Wörtern.") for n in range(10, 60))
    few = found_by(SourceExample(pairs=(slip, *rest), marked=()))
    many = found_by(SourceExample(pairs=(*(slip for _ in range(8)), *rest), marked=()))
    assert [(e.rule, e.severity) for e in few] == [("full-stop-mismatch", Severity.MINOR)]
    assert {e.severity for e in many if e.rule == "full-stop-mismatch"} == {Severity.NEUTRAL}


def test_every_language_of_the_registry_has_numerals() -> None:
    for tag, conventions in CONVENTIONS.items():
        assert conventions.tag == tag
        assert set(range(1, 11)) <= {*conventions.numerals.whole.values(), *conventions.numerals.stems.values()}


PO = (
    HEADER
    + """
#, python-format
msgid "Hello %(name)s"
msgstr "Hallo %(nam)s"

#. max_length: 8
msgid "Save now"
msgstr "Jetzt speichern"

msgid "Name: "
msgstr "Name:"

#, fuzzy
msgid "Wait 10 minutes"
msgstr "Warten Sie 20 Minuten"

msgid "Nothing here"
msgstr ""
"""
)


def document(content: str, name: str = "de.po") -> Document:
    (found,), _ = read_bytes(content.encode(), name)
    return found


def report(of: Document) -> DocumentReport:
    (found,) = fake_checker().check(of).documents
    return found


def test_a_catalogue_between_any_languages_is_checked() -> None:
    said = report(document(PO))
    assert (said.decision, said.p_mt) == (Decision.UNDECIDED, None)
    assert [(f.rule, f.severity, f.span.of(said.document.text)) for f in said.flags] == [
        ("placeholder-mismatch", Severity.CRITICAL, "%(nam)s"),
        ("overlong-translation", Severity.MAJOR, "eichern"),
        ("margin-mismatch", Severity.MINOR, "Name:"),
    ]
    assert "1 unit has no translation (line 21)" in said.remarks
    text = " ".join(mtqa.render(fake_checker().check(said.document), "text").split())
    assert "only the surface rules and the rules that compare it with its source checked it" in text


def test_findings_are_written_into_the_file_and_found_again_alike() -> None:
    said = report(document(PO))
    written = annotate([said]).decode()
    assert "placeholder-mismatch" in written
    again = report(document(written))
    assert [f.rule for f in again.flags] == [f.rule for f in said.flags]


XLIFF = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file source-language="de" target-language="fr" original="a"><body>
<trans-unit id="1" maxwidth="5" size-unit="char"><source>Ab</source><target>Enregistrer</target></trans-unit>
<trans-unit id="2"><source>Der <g id="1">Hafen</g> ist zu.</source><target>Le port est fermé.</target></trans-unit>
<trans-unit id="3"><source>Es sind 250 Boote. Alle fahren.</source>
<target>Il y a 205 bateaux. Tous partent.</target></trans-unit>
<trans-unit id="4"><source>Leer</source><target/></trans-unit>
</body></file></xliff>"""


def test_xliff_says_how_long_and_which_elements() -> None:
    of = document(XLIFF, "a.xlf")
    assert [(f.rule, f.span.of(of.text)) for f in report(of).flags] == [
        ("overlong-translation", "istrer"),
        ("tag-mismatch", "Le port est fermé."),
        ("number-mismatch", "205"),
    ]
    assert [(empty.key, of.place(empty.place).label) for empty in of.empty] == [("4", "7")]


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("folder", "two Folders here", "Folders"),
        ("Datei", "die Dateien", "Dateien"),
        ("pull request", "old pull requests", "pull requests"),
        ("папка", "в этой папке", "папке"),
        ("文件", "打开文件夹", "文件"),
        ("Haus", "die Häuser", "Häuser"),
        ("folder", "the holder", None),
        ("set", "a setting", None),
    ],
)
def test_a_term_is_found_in_whatever_form(term: str, text: str, found: str | None) -> None:
    place = found_in(term, text)
    assert (None if place is None else text[slice(*place)]) == found


TBX = """<tbx type="TBX-Basic"><text><body><conceptEntry id="1">
<langSec xml:lang="en"><termSec><term>folder</term></termSec></langSec>
<langSec xml:lang="de"><termSec><term>Ordner</term></termSec>
<termSec><term>Verzeichnis</term>
<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec></langSec>
</conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("terms.tbx", TBX),
        ("terms.csv", "source,target,forbidden,target_language\nfolder,Ordner,Verzeichnis,de\nfile,fichier,,fr\n"),
        ("terms.csv", "\ufeffsource;target;forbidden\nfolder;Ordner;Verzeichnis\n"),
    ],
)
def test_lists_of_terms(mtqa: Run, monkeypatch: pytest.MonkeyPatch, name: str, content: str) -> None:
    monkeypatch.setattr(Checker, "load", lambda settings: fake_checker(termbase=settings.termbase))
    Path(name).write_text(content, encoding="utf-8")
    Path("mtqa.toml").write_text(f'termbase = ["{name}"]\nfail-on = "minor"\n', encoding="utf-8")
    body = 'msgid "Open the folders"\nmsgstr "Verzeichnisse öffnen"\n\nmsgid "One file"\nmsgstr "Eine Datei"\n'
    Path("de.po").write_text(f"{HEADER}\n{body}", encoding="utf-8")
    said = mtqa("gate", "de.po", "--no-cache")
    assert (said.code, said.out.count("missing-term"), said.out.count("forbidden-term")) == (1, 1, 1), said
    assert "Ordner" in said.out


def test_a_forbidden_rendering_is_found_in_text_without_a_source(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checker, "load", lambda settings: fake_checker(termbase=settings.termbase))
    Path("terms.csv").write_text("source,target,forbidden\n,sign in,log in|login\n", encoding="utf-8")
    Path("mtqa.toml").write_text('termbase = ["*.csv"]\nfail-on = "minor"\n', encoding="utf-8")
    Path("a.md").write_text("Readers log in before they write. Use `log in` as it is.\n", encoding="utf-8")
    said = mtqa("gate", "a.md", "--no-cache", "--language", "en")
    assert (said.code, said.out.count("forbidden-term")) == (1, 1), said


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", "one,two\n1,2\n", "no column 'target' or 'forbidden'"),
        ("a.tbx", "<tbx><a></tbx>", "not well-formed XML at line 1"),
        ("a.tbx", '<!DOCTYPE t [<!ENTITY a "b">]><t/>', "it has a DOCTYPE"),
        ("a.tbx", "<a>" * 200, "nested deeper"),
    ],
)
def test_what_is_no_list_of_terms_is_told(tmp_path: Path, name: str, content: str, problem: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=problem):
        Termbase.load([str(tmp_path / name)])


def test_the_gate_finds_what_has_no_translation(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checker, "load", lambda settings: fake_checker())
    Path("de.po").write_text(PO, encoding="utf-8")
    said = mtqa("gate", "de.po", "--no-cache", "--fail-on", "major")
    assert "de.po:21:1" in said.out
    assert "“Nothing here” has no translation" in said.out
    Path("mtqa.toml").write_text('rules-off = ["empty-translation"]\n', encoding="utf-8")
    assert "Nothing here" not in mtqa("gate", "de.po", "--no-cache").out


@pytest.mark.parametrize("piece", ["{", "<a ", "1,", "a_b ", "http://"])
def test_hostile_units_take_linear_time(piece: str) -> None:
    rules = [SOURCE_RULES[name] for name in SOURCE_RULES]

    def judged(text: str) -> None:
        hits(File(pairs(SourceExample(pairs=((text, text[:-1] + "x"),), marked=())), Termbase()), rules)

    assert_linear(judged, lambda n: piece * n, n=20)


def test_one_mark_for_another_is_a_custom_where_it_is_frequent() -> None:
    asked = tuple((f"Whether widget {n} is shown", f"Soll Widget {n} angezeigt werden?") for n in range(8))
    example = SourceExample(pairs=(*asked, ("Save the file?", "Datei sichern.")), marked=())
    found = found_by(example, ["final-punctuation"])
    assert [error.severity is Severity.NEUTRAL for error in found] == [True] * 8 + [False]
    few = found_by(replace(example, pairs=asked[:3]), ["final-punctuation"])
    assert [error.severity for error in few] == [Severity.MINOR] * 3


def test_a_placeholder_too_many_is_pointed_at_once() -> None:
    source, target = "%s%s: %sUnexpected error: %s.", "%s%s : %s Erreur imprévue : %s %s."
    found = found_by(
        SourceExample(pairs=((source, target),), marked=(), languages=("en", "fr")), ["placeholder-mismatch"]
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.po",
            'msgid ""\nmsgstr ""\n"Language: de\\n"\n\n'
            'msgid "You have {count, plural, one {# file} other {# files}}."\n'
            'msgstr "Sie haben {anzahl, plural, one {# Datei} other {# Dateien}}."\n',
        ),
        (
            "a.xlf",
            '<xliff version="1.2"><file source-language="en" target-language="de"><body><trans-unit id="1">'
            '<source>Hello <x id="1"/>, you have <x id="2"/> new files.</source>'
            '<target>Hallo <x id="1"/>, Sie haben neue Dateien.</target></trans-unit></body></file></xliff>',
        ),
    ],
)
def test_what_is_missing_is_said_once(name: str, content: str) -> None:
    (found,) = fake_checker().check(*read_bytes(content.encode(), name)[0]).documents
    assert [flag.rule for verdict in found.verdicts for flag in verdict.flags] == ["tag-mismatch"]


@pytest.mark.parametrize(
    ("keys", "flagged"),
    [
        (("n_few", "n_many"), False),
        (("n[few]", "n[many]"), False),
        (("List|Nowe[0]", "List|Nowe[1]"), False),
        (("n_few", "m_many"), True),
        (("n", "n"), True),
        (("n", "n[few]"), True),
    ],
)
def test_the_forms_of_a_plural_need_not_be_alike(keys: tuple[str, str], flagged: bool) -> None:
    """Whatever the format, and where one text is the source of all of them."""
    source = "There are new files in the basket."
    texts = (source, "W koszyku są nowe pliki."), (source, "W koszyku jest wiele nowych plików.")
    example = SourceExample(pairs=texts, marked=(), languages=("en", "pl"))
    file = File([replace(p, key=k) for p, k in zip(pairs(example), keys, strict=True)], Termbase())
    assert bool(hits(file, [SOURCE_RULES["inconsistent-translation"]])) is flagged


def test_the_encoder_does_not_read_what_is_in_no_language_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    encode = FakeModels.encode

    def read(models: FakeModels, documents: Sequence[Sequence[Passage]]) -> list[list[SegmentScore]]:
        asked.extend(passage.text for passages in documents for passage in passages)
        return encode(models, documents)

    monkeypatch.setattr(FakeModels, "encode", read)
    checker = fake_checker()
    content = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n\nmsgid "Wait 5 seconds."\nmsgstr "Warten Sie 8 Sekunden."\n'
    (report,) = checker.check(*read_bytes(content.encode(), "a.po")[0]).documents
    assert asked == []
    assert [flag.rule for verdict in report.verdicts for flag in verdict.flags] == ["number-mismatch"]
