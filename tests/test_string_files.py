"""Files of strings: what is read of each kind, what other readers make of ours, and what they are paired with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from fakes import load_fake
from growth import assert_linear
from lxml import etree

from mtqa import formats
from mtqa.batch.columns import Columns
from mtqa.batch.reading import Reading
from mtqa.batch.records import Corpus
from mtqa.batch.rows import Row, parse
from mtqa.checker import Checker
from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Applicability, Edit
from mtqa.core.spans import Span
from mtqa.formats.locales import base_name, locale_in
from mtqa.formats.pairing import source_file
from mtqa.gate.run import Run, settings_in

ROOT = Path(__file__).parent.parent


def read(raw: str | bytes, name: str) -> list[Document]:
    documents, failures = formats.read_bytes(raw.encode() if isinstance(raw, str) else raw, name)
    assert not failures
    return documents


def strings(document: Document) -> dict[str, str]:
    return {block.key: block.span.of(document.text) for block in document.blocks}


def masked(document: Document) -> list[str]:
    return [mask.of(document.text) for block in document.blocks for mask in block.masked]


def edited(document: Document, words: str, text: str) -> bytes:
    start = document.text.index(words)
    edit = Edit(span=Span(start, start + len(words)), text=text, applicability=Applicability.UNSAFE)
    return formats.write(document, [edit])


ANDROID = '<resources xmlns:x="urn:oasis:names:tc:xliff:document:1.2">{}</resources>'
PLIST = (
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://x/p.dtd"><plist version="1.0"><dict>{}</dict></plist>'
)


# What is read.


@pytest.mark.parametrize(
    ("name", "raw", "read_as"),
    [
        ("en.json", '{"a": {"b_one": "One.", "c": ["Two.", "Th\\u00e9ee \\"x\\"."]}, "n": null, "e": ""}', {
            "a.b_one": "One.", "a.c.0": "Two.", "a.c.1": 'Théee "x".'}),
        ("_locales/en/messages.json", '{"a": {"message": "Hi $x$.", "description": "No."}}', {"a": "Hi $x$."}),
        ("messages/en.json", '{"$schema": "https://x", "a": "Hi.", "b": null}', {"a": "Hi."}),
        ("x.json", '{"a": {"defaultMessage": "Hi.", "description": "No."}}', {"a": "Hi."}),
        ("x.yml", "en:\n  a: &x Hi: it''s  # no\n  b: *x\n  c: :sym\n  d: no\n  'e e': 'it''s'\n", {"e e": "it's"}),
        ("a_en.properties", "! no\na\\ b : It''s {0}\\\n   now\\u00e9\nc=''x''\n", {
            "a b": "It's {0}nowé", "c": "''x''"}),
        ("a.strings", '/* no */ "a" = "Hi \\"x\\" \\U00e9\\n"; // no\n"b c";', {"a": 'Hi "x" é', "b c": "b c"}),
        ("en.lproj/a.strings", PLIST.format("<key>a</key><string>Hi &amp; by.</string>"), {"a": "Hi & by."}),
        ("strings.xml", ANDROID.format(
            '<string name="a">It\\\'s\n   "two  spaces" <b>b</b>\\n\\u00e9</string>'
            '<string name="r">@string/a</string>'
            '<string name="n" translatable="false">No.</string>'
            '<plurals name="p"><item quantity="one">1</item></plurals>'
         ), {"a": "It's\ntwo  spaces b\né", "p[one]": "1"}),
        ("a.resx", '<root><data name="a"><value>Hi.</value><comment>No.</comment></data><data name="b" type="t">'
         '<value>No.</value></data><data name=">>c"><value>No.</value></data></root>', {"a": "Hi."}),
        ("a.ftl", 'a = Hi { $n }{"!"}\n    .b = By.\n-t = T.\nc = { $n ->\n  [one] One.\n *[other] More.\n }\n'
         "d = Now { $n ->\n  [one] one\n *[other] more\n } go.\n", {
            "a": "Hi { $n }!", "a.b": "By.", "-t": "T.", "c[one]": "One.", "c[other]": "More.", "d": "Now more go.",
            "d[one]": "one"}),
        ("a.ts", '<!DOCTYPE TS><TS><context><name>C</name><message><source>x<byte value="x41"/></source>'
         '<translation>Hi &amp;a</translation></message><message><source>y</source><translation type="vanished">No.'
         "</translation></message></context></TS>", {"C|xA": "Hi &a"}),
    ],
)  # fmt: skip
def test_what_is_read(name: str, raw: str, read_as: dict[str, str]) -> None:
    if name == "x.yml":
        raw, read_as = raw.replace("Hi: it''s", "Hi it''s"), {"a": "Hi it''s", **read_as}
    (document,) = read(raw, name)
    assert strings(document) == read_as


def test_what_is_masked() -> None:
    text = "%1$@ %#@n@ %@ $t(a.b) $name$ {{x}} %{y} ${z} %1 %L2 %n 5% 10%10 $5 {n, date, short} done"
    (document,) = read(json.dumps({"a": text, "b": "&File", "c": "R&D in AT&T", "d": "_Open it"}), "en.json")
    assert masked(document) == [
        "%1$@", "%#@n@", "%@", "$t(a.b)", "$name$", "{{x}}", "%{y}", "${z}", "%1", "%L2", "%n", "{n, date, short}",
        "&", "_",
    ]  # fmt: skip


def test_the_branches_of_icu_messages_are_texts_of_their_own() -> None:
    def texts(message: str) -> dict[str, str]:
        return strings(read(json.dumps({"k": message}), "en.json")[0])

    assert texts("{g, select, male {He {n, plural, offset:1 =0 {is} other {has # pals}}.} other {They’re ok.}}") == {
        "k[male]": "He has # pals.", "k[male][=0]": "is", "k[other]": "They’re ok.",
    }  # fmt: skip
    assert texts("A # of {n, plural, one {# ''dog'' '{x}'} other {dogs}} {x}!") == {
        "k": "A # of dogs {x}!", "k[one]": "# 'dog' '{x}'",
    }  # fmt: skip
    for broken in ("{n, plural, one {a} other {b}", "{n, plural, one a}", "{n, plural, one {a} b}", "{n, plural,}"):
        assert texts(f"x {broken}") == {"k": f"x {broken}"}


def test_strings_that_are_no_sentences_are_labels() -> None:
    (document,) = read('{"a": "must be odd", "b": "Read more", "c": "The ferry was late again."}', "en.json")
    assert [block.kind.value for block in document.blocks] == ["heading", "heading", "paragraph"]


def test_a_file_of_several_languages_is_a_document_for_each() -> None:
    tmx = (ROOT / "seeds/008_tram.tmx").read_text(encoding="utf-8")
    more = tmx.replace(
        '<tuv xml:lang="en"><seg>Since', '<tuv xml:lang="fr"><seg>Oui.</seg></tuv><tuv xml:lang="en"><seg>Since'
    )
    english, french = sorted(read(more, "a.tmx"), key=lambda found: found.language)
    assert (english.uri, english.source_language, french.uri, french.text) == ("a.tmx#en", "de", "a.tmx#fr", "Oui.")
    assert english.blocks[1].source == "Ein Fahrschein kostet {price}, für Kinder nichts."
    catalogue = (ROOT / "seeds/011_weather.xcstrings").read_text(encoding="utf-8").replace('"translated"', '"new"', 2)
    (found,) = read(catalogue, "a.xcstrings")
    assert {block.key: block.source for block in found.blocks} == {
        "stations[one]": "%lld Station meldet Wind.", "stations[other]": "%lld Stationen melden Wind.",
    }  # fmt: skip
    assert [one.language for one in read('{"de": {"a": "Ja."}, "pt-BR": {"a": "Sim."}}', "x.json")] == ["de", "pt-BR"]


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("a.json", '{"a": 1, "b": "x"}', "not a file of strings"),
        ("a.json", '{"schema": "mtqa.report/1"}', "a schema"),
        ("a.json", '{"$schema": "https://x", "a": "b"}', "a schema"),
        ("a.json", '[{"text": "a"}]', "not an object"),
        ("a.json", '{"a": "b"}\n{"a": "c"}', "line 2"),
        ("a.json", '{"a":' * 30 + '"b"' + "}" * 30, "20 deep"),
        ("a.json", '{"a":' * 100_000, "nested|not valid"),
        ("a.yml", "a: 1\nb: text", "not a file of strings"),
        ("a.yml", "- a\n- b", "a list"),
        ("a.yml", "a: [b", "line"),
        ("a.yml", "a: " + "[" * 5000, "deep"),
        ("a.strings", '"a" = "b"', "line 1"),
        ("a.xml", "<feed/>", "not 'resources'"),
        ("a.ts", "export const a = 1;", "for a program in TypeScript"),
        ("a.tmx", '<!DOCTYPE tmx [<!ENTITY a "b">]><tmx/>', "DOCTYPE"),
        ("a.tmx", '<!DOCTYPE tmx SYSTEM "x.dtd"><tmx>&a;</tmx>', "entity 'a'"),
        ("a.xcstrings", "{}", "no source language"),
        ("a.ftl", "a = " + "{" * 100, "deep"),
    ],
)
def test_what_is_no_file_of_strings_is_refused(name: str, raw: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read(raw, name)


# Where they lie.


def test_names_tell_languages() -> None:
    told = {
        "de.json": "de", "locales/pt-BR/a.json": "pt-BR", "a/devise.en.yml": "en",
        "messages_zh_Hans.properties": "zh_Hans",
        "values-en-rGB/strings.xml": "en-GB", "values-b+sr+Latn/a.xml": "sr-Latn", "fr.lproj/a.strings": "fr",
        "values/strings.xml": None, "src/app/package.json": None, "log4j.properties": None, "app_config.yml": None,
    }  # fmt: skip
    assert {name: locale_in(name) for name in told} == told
    assert base_name("x/messages_pt_BR.properties") == "messages"


def test_a_folder_gives_the_files_that_hold_strings(tmp_path: Path) -> None:
    taken = {
        "locales/en.json": '{"a": "b"}', "config/locales/en.yml": "en:\n  a: b", "i18n/x.json": '{"a": "b"}',
        "app/de.json": "{broken", "res/values/strings.xml": "<resources/>", "l/app_de.ts": "<!DOCTYPE TS><TS/>",
        "M.properties": "a=b", "M_de.properties": "a=b", "a.ftl": "a = b",
    }  # fmt: skip
    left = {
        "package.json": '{"a": "b"}', "en/data.json": '{"a": 1}', ".eslintrc.json": "{}", "ci.yml": "a: b",
        "pom.xml": "<p/>",
        "app.ts": "const x = <T>1;", "log4j.properties": "a=b", "en/list.yml": "- a",
    }  # fmt: skip
    for name, raw in {**taken, **left}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(raw, encoding="utf-8")
    files = formats.expand([tmp_path])[0]
    assert {str(file.relative_to(tmp_path)) for file in files} == set(taken)


# Edits.


def in_xml(raw: bytes) -> str:
    return "".join(etree.fromstring(raw).itertext())


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("en.json", '{"a": "Some words."}', lambda raw: json.loads(raw)["a"]),
        ("en.yml", 'en:\n  a: "Some words."\n', lambda raw: yaml.safe_load(raw)["en"]["a"]),
        ("en.yml", "en:\n  a: 'Some words.'\n", lambda raw: yaml.safe_load(raw)["en"]["a"]),
        ("en.yml", "en:\n  a: Some words.\n", lambda raw: yaml.safe_load(raw)["en"]["a"]),
        ("en.yml", "en: {a: Some words.}\n", lambda raw: yaml.safe_load(raw)["en"]["a"]),
        ("en.yml", "en:\n  a: |-\n      Some words.\n", lambda raw: yaml.safe_load(raw)["en"]["a"]),
        ("en.yml", "en:\n  a: >-\n    Some\n    words.\n\n    More.\n", None),
        ("a.strings", '"a" = "Some words.";', None),
        ("a_en.properties", "a = Some words.", None),
        ("a_en.properties", "a = {0} Some words.", None),
        ("a.ftl", "a = Some words.", None),
        ("a.xml", ANDROID.format('<string name="a">Some words.</string>'), None),
        ("a.xml", ANDROID.format('<string name="a">"Some words."</string>'), None),
        ("a.xml", ANDROID.format('<string name="a"><![CDATA[Some words.]]></string>'), None),
        ("a.resx", '<root><data name="a"><value>Some words.</value></data></root>', in_xml),
        ("a.tmx", '<tmx><tu><tuv xml:lang="de"/><tuv xml:lang="en"><seg>Some words.</seg></tuv></tu></tmx>', in_xml),
        ("a.stringsdict", PLIST.format("<key>a</key><dict><key>one</key><string>Some words.</string></dict>"), None),
    ],
)
@pytest.mark.parametrize("text", ['It\'s "a": b & <c>, #d {e} \\f %', "a\nb", "no ]]> é", "- x:"])
def test_what_is_written_reads_as_meant(name: str, raw: str, value: Callable[[bytes], str] | None, text: str) -> None:
    (document,) = read(raw, name)
    written = edited(document, "Some", text)
    wanted = document.text.replace("Some", text)
    assert read(written, name)[0].text == wanted
    if value is not None:
        assert value(written).strip() == wanted
    place = document.content.index("Some")
    assert written.decode().endswith(document.content[place + 4 :]) or name == "en.yml"


@pytest.mark.parametrize(
    ("name", "raw", "words", "text", "written"),
    [
        ("en.json", '{"a": "x é \\u00e9"}', "x", 'ü"', '{"a": "ü\\" é \\u00e9"}'),
        ("en.yml", "en:\n  a: It is so.  # why\n", "so", "so: here", 'en:\n  a: "It is so: here."  # why\n'),
        ("en.yml", "en:\n  a: It is so.  # why\n", "so", "so, here", "en:\n  a: It is so, here.  # why\n"),
        ("a.xml", ANDROID.format('<string name="a">Go on</string>'), "on", "don't", ANDROID.format(
            '<string name="a">Go don\\\'t</string>')),
        ("a_en.properties", "a = {0} is\nb = is", "{0} is", "{0}'s", "a = {0}''s\nb = is"),
        ("a.strings", '"a" = "is";', "is", 'a "b"', '"a" = "a \\"b\\"";'),
    ],
)  # fmt: skip
def test_escapes(name: str, raw: str, words: str, text: str, written: str) -> None:
    assert edited(read(raw, name)[0], words, text).decode() == written


def test_old_properties_stay_in_latin_1() -> None:
    raw = "a = Café au lait.\n".encode("latin-1")
    assert edited(read(raw, "a_en.properties")[0], "lait", "thé 茶 😀") == (
        "a = Café au thé ".encode("latin-1") + b"\\u8336 \\ud83d\\ude00.\n"
    )


# Sources.


def pair(
    tmp_path: Path, own: tuple[str, str], other: tuple[str, str], pattern: str
) -> tuple[list[str | None], tuple[str, ...]]:
    for name, raw in (own, other):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(raw, encoding="utf-8")
    found = formats.beside(formats.read_all(own[0])[0], pattern)
    return [block.source for block in found.documents[0].blocks], found.notes


def test_strings_are_paired_by_their_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    english = json.dumps(
        {"b": "Two.", "a": "One.", "n_few": "Few.", "c": "{n, plural, one {A.} other {B.}}", "new": "New."}
    )
    german = json.dumps(
        {"a": "Eins.", "b": "Zwei.", "n_other": "Viele.", "c": "{n, plural, other {X.}}", "old": "Alt."}
    )
    sources, notes = pair(tmp_path, ("en/x.json", english), ("de/x.json", german), "de/{name}.json")
    assert sources == ["Zwei.", "Eins.", "Viele.", "X.", "X.", None]
    assert notes == ("en/x.json: of its 6 keys, 1 not in de/x.json; of the keys there, 1 not here",)
    document = formats.read("en/x.json", source="de/x.json")
    assert (document.source_language, document.blocks[0].source) == ("de", "Zwei.")
    with pytest.raises(InputError, match=re.escape("en/x.json: its source gone.json: no such file")):
        formats.read("en/x.json", source="gone.json")


def test_other_documents_are_paired_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = ("x.en.md", "# Title\n\nOne.\n\n- Two.\n")
    assert pair(tmp_path, own, ("x.de.html", "<h1>Titel</h1><p>Eins.</p><li>Zwei.</li>"), "{base}.de.html") == (
        ["Titel", "Eins.", "Zwei."], (),
    )  # fmt: skip
    assert pair(tmp_path, own, ("x.de.md", "Eins.\n"), "{folder}/{base}.de.md") == (
        [None] * 3, ("x.en.md: 3 blocks, but 1 in x.de.md; judged without sources",),
    )  # fmt: skip
    gone = pair(tmp_path, own, ("x.de.md", ""), "{name}.gone")
    assert gone == ([None] * 3, ("x.en.md: no source file x.en.gone",))


def test_a_file_is_not_its_own_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert source_file("locales/de/{name}.json", "locales/de/x.json") is None
    assert source_file("{folder}/../de/{name}.json", "locales/en/x.json") == Path("locales/de/x.json")
    assert source_file(str(tmp_path / "de" / "{base}.json"), "x_en.json") == Path("de/x.json")
    po = 'msgid "a b"\nmsgstr "Eins."\n'
    assert pair(tmp_path, ("a.po", po), ("b.po", po), "b.po") == (
        ["a b"], ("a.po: it holds its own sources; b.po is not used",),
    )  # fmt: skip


def test_the_gate_pairs_by_its_settings_and_the_cache_knows_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(Checker, "load", load_fake)
    Path("mtqa.toml").write_text('source = "de/{name}.json"\n', encoding="utf-8")
    for name in ("de", "en"):
        Path(name).mkdir()
    Path("en/x.json").write_text('{"a": "The ferry was late again."}', encoding="utf-8")
    for source in ("Die Fähre war spät.", "Das Schiff kam."):
        Path("de/x.json").write_text(json.dumps({"a": source, "b": "Neu."}), encoding="utf-8")
        for _ in range(2):
            run = Run.over(["en/x.json"], settings_in(tmp_path))
            assert [block.source for block in run.report.documents[0].document.blocks] == [source]
            assert run.notes == ("en/x.json: of its 1 key, 0 not in de/x.json; of the keys there, 1 not here",)
    (record,) = Corpus([Path("en/x.json")], Columns(), Reading(source="de/{name}.json"))
    row = parse(record, Columns())
    assert isinstance(row, Row)
    assert row.document.blocks[0].source == "Das Schiff kam."


def test_in_a_corpus_json_is_lines_unless_its_name_tells_a_language(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text('{"id": 1, "text": "One."}\n{"id": 2, "text": "Two."}\n', encoding="utf-8")
    (tmp_path / "en.json").write_text('{"id": "One.", "text": "Two."}', encoding="utf-8")
    rows = [parse(record, Columns()) for record in Corpus([tmp_path / "rows.json", tmp_path / "en.json"], Columns())]
    assert [row.document.text for row in rows if isinstance(row, Row)] == ["One.", "Two.", "One.\n\nTwo."]


# Hostile files.


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("en.json", lambda n: '{"a": "' + "{n, plural, one {" * n + '"}'),
        ("en.json", lambda n: '{"a": "' + "{n, plural, other {" * n + "x" + "}} " * n + '"}'),
        ("en.json", lambda n: '{"a": "' + "{n, plural, one {x} y" * n + "}" * n + '"}'),
        ("en.json", lambda n: '{"a": [' + '"b", ' * n + '"c"]}'),
        ("en.yml", lambda n: "en:\n" + "".join(f"  k{i}: Some words\n" for i in range(n))),
        ("en.yml", lambda n: 'en:\n  a: "' + " \n  \\\n" * n + 'x"\n'),
        ("a_en.properties", lambda n: "a = " + "x\\\n" * n),
        ("a.strings", lambda n: '/* * */ "a" = "\\"x";' * n),
        ("a.ftl", lambda n: "a =\n" + "    x { $y }\n" * n),
        ("a.xml", lambda n: ANDROID.format('<string name="a">' + "\\'\"x " * n + "</string>")),
        ("a.tmx", lambda n: "<tmx>" + '<tu><tuv xml:lang="de"><seg>x<ph>y</ph></seg></tuv></tu>' * n + "</tmx>"),
    ],
)
def test_hostile_files_are_read_in_linear_time(name: str, make: Callable[[int], str]) -> None:
    assert_linear(lambda raw: read(raw, name), make, n=60)
