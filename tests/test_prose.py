"""What of a file is prose: what is judged, what is shown, what is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import fake_checker

from mtqa import formats
from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Applicability, Edit
from mtqa.core.spans import Span
from mtqa.language import with_language
from mtqa.segmentation import segment


def read(raw: str, name: str) -> Document:
    (document,), failures = formats.read_bytes(raw.encode(), name)
    assert not failures
    return document


def judged(document: Document) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if block.kind.judged]


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


def masks(document: Document) -> list[str]:
    return [mask.of(document.text) for block in document.blocks for mask in block.masked]


FIRST = "The harbour board met on Monday and put off the vote until the spring, when new members take their seats."
LAST = "Nobody had expected the farmers to agree to the plan, and some of them did not agree to it in the end."


def page(middle: str, before: str = "", after: str = "") -> str:
    return (
        f"<html lang=en><body>{before}<h1>The board meets</h1><p>{FIRST}</p>{middle}<p>{LAST}</p>{after}</body></html>"
    )


ARTICLE = [
    "<ul><li>The letter was opened in Ghent, as the stamp shows.</li></ul>",
    "<p>The letter was opened on <time datetime='2024-01-01'>Sunday</time> in Ghent, as the stamp shows.</p>",
    "<p>The <label>letter</label> was opened in Ghent, as the stamp shows.</p>",
    "<p>The <ruby>letter<rp>(</rp><rt>let</rt><rp>)</rp></ruby> was opened in Ghent, as the stamp shows.</p>",
    "<p>The <nobr>letter</nobr> was opened in <data value=1>Ghent</data>, as the stamp shows.</p>",
    "<ul><li><span tabindex=0>The letter was opened in Ghent, as the stamp shows.</span></li></ul>",
    "<dl><dt>Letter</dt><dd>The letter was opened in Ghent, as the stamp shows.</dd></dl>",
    "<div>The letter was opened in Ghent, as the stamp shows.</div>",
    "<table><tr><td>Letter</td><td>The letter was opened in Ghent, as the stamp shows.</td></tr></table>",
    "<p>The <a href=x>letter</a> was opened in Ghent, as the stamp shows.</p>",
    "<section id=cookies><p>The letter was opened in Ghent, as the stamp shows.</p></section>",
]


@pytest.mark.parametrize("middle", ARTICLE)
def test_what_stands_in_the_article_is_judged(middle: str) -> None:
    found = judged(read(page(middle), "a.html"))
    assert (found[0], found[-1]) == (FIRST, LAST)
    assert "opened" in found[1]
    assert "as the stamp shows." in found[1]


def test_a_button_is_read_where_it_is_a_heading() -> None:
    document = read(
        page("<h2><button>Who opens it?</button></h2><p>The clerk opens it. <button>Go</button></p>"), "a.html"
    )
    assert ("heading", "Who opens it?") in shown(document)
    assert "Go" not in document.text


def test_lists_at_either_end_of_a_bare_page_are_judged() -> None:
    text = "<li>The letter was opened in Ghent, as the stamp shows.</li>"
    raw = f"<html><body><p>{FIRST}</p><p>{LAST}</p><ul>{text}</ul></body></html>"
    assert judged(read(raw, "a.html"))[-1] == "The letter was opened in Ghent, as the stamp shows."


FURNITURE = [
    "<nav><ul><li>You can go home from here by the main page.</li></ul></nav>",
    "<div class='cookie-notice'><p>We set small files so that this page may know you.</p></div>",
    "<div id='cookieConsent'><p>We set small files so that this page may know you.</p></div>",
    "<section class=related><h2>Related articles</h2><p>The storm went on for a day.</p></section>",
    "<ul><li><a href=a>The storm went on for a day.</a></li><li><a href=b>It rained on the island.</a></li></ul>",
    "<div class=newsletter-signup><p>Never miss a sailing of ours again.</p></div>",
    "<p class=byline>By Ada Low, <time>4 March 2024</time></p>",
    "<p>By Ada Low, 4 March 2024</p>",
    "<form><p>Tell us what you think of this page.</p><button>Send</button></form>",
    "<aside><p>The author lives in a house by the sea.</p></aside>",
    "<div role=complementary><p>The author lives in a house by the sea.</p></div>",
]


@pytest.mark.parametrize("furniture", FURNITURE)
@pytest.mark.parametrize("where", ["middle", "before", "after"])
def test_furniture_of_a_page_is_not_judged(furniture: str, where: str) -> None:
    raw = page(**({"middle": "", where: furniture}))
    assert judged(read(raw, "a.html")) == [FIRST, LAST]


@pytest.mark.parametrize("wrapper", ["<div class='has-sidebar share-layout'>", "<form id=aspnetForm>"])
def test_a_wrapper_around_the_article_is_no_furniture(wrapper: str) -> None:
    assert judged(read(page("", before=wrapper), "a.html")) == [FIRST, LAST]


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("a.html", "<p>He paid <del>five</del> six pounds.", "He paid six pounds."),
        ("a.html", "<p>He paid <s>five <b>or</b> so</s>six pounds.", "He paid six pounds."),
        ("a.html", "<p>He paid six <strike>marks</strike>.", "He paid six marks."),
        ("a.md", "He paid ~~five~~ six pounds.", "He paid six pounds."),
        ("a.md", "He paid <del>*five* or</del> six pounds.", "He paid six pounds."),
        ("a.md", "He paid six ~~marks~~.", "He paid six marks."),
        ("a.md", "<p>He paid <s>five</s> six pounds.</p>", "He paid six pounds."),
        ("a.md", "He paid ![a coin](c.png) six pounds.", "He paid six pounds."),
    ],
)
def test_deleted_text_is_left_out_or_masked_before_punctuation(name: str, raw: str, text: str) -> None:
    document = read(raw, name)
    assert document.text == text
    assert masks(document) == (["marks"] if "marks" in text else [])


@pytest.mark.parametrize("name", ["a.html", "a.md"])
@pytest.mark.parametrize("mark", ["<br>", "<br/>", "<BR />", "<br class=x>"])
def test_a_line_break_parts_words_and_two_part_paragraphs(name: str, mark: str) -> None:
    once, twice = (f"<p>One two,{mark * n}three four. Five." for n in (1, 2))
    assert read(once, name).text == "One two,\nthree four. Five."
    assert [text for _, text in shown(read(twice, name))] == ["One two,", "three four. Five."]
    assert read(f"| a | b |\n|---|---|\n| One.{mark}Two. | c |", "a.md").text.split("\n\n")[2] == "One.\nTwo."


SENTENCE = "Sent flat, and never folded."


@pytest.mark.parametrize("cell", ["j", "a", "the", "`j`", "scroll down and", "one line of it", "Sent.", "![x](y.png)"])
def test_fragments_in_cells_are_no_sentences(cell: str) -> None:
    tables = (
        ("a.md", f"| {cell} | {SENTENCE} |\n|---|---|\n| {cell} | {SENTENCE} |\n"),
        ("a.md", f"{cell}\n: {SENTENCE}\n" if cell[0] != "!" else f"\n{SENTENCE}\n"),
        ("a.html", f"<table><tr><th>{cell}</th></tr><tr><td>{cell}</td><td>{SENTENCE}</td></tr></table>"),
    )
    for name, raw in tables:
        assert judged(read(raw, name)) == [SENTENCE], raw
    assert judged(read(f"| {cell} |\n|---|\n| {cell} |\n\n# x\n", "a.md")) in ([], ["x"])


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("<details>\n<summary>One two</summary>\nThree *four* is.\n</details>", ["Three *four* is."]),
        ('<p align="center">One is <b>two</b>.</p>', ["One is two."]),
        ('<div class="x">\n\n* One is *two*.\n\n</div>\n\nThree is.', ["One is two.", "Three is."]),
        ('<Aside type="info">\n  One is two.\n</Aside>', ["One is two."]),
        ("<my-box>\nOne is two.\n</my-box>", ["One is two."]),
        ("> <div>\n> One is\n> two.\n> </div>", ["One is\ntwo."]),
        ("<pre>\nOne is two.\n</pre>\n\nThree is.", ["Three is."]),
        ("<div hidden>\n\nOne is two.\n\n</div>\n\nThree is.", ["Three is."]),
        ("<!-- One is two. -->\n\nThree is.", ["Three is."]),
        ("<script>\nvar one = 'One is two.'\n</script>\n\nThree is.", ["Three is."]),
        ("<table>\n<tr><td>one</td><td>Two is a three.</td></tr>\n</table>", ["Two is a three."]),
    ],
)
def test_raw_html_in_markdown_is_read(raw: str, found: list[str]) -> None:
    document = read(raw, "a.md")
    assert judged(document) == found
    for start, at, length in document.source_map.runs:
        assert document.text[start : start + length] == raw[at : at + length]


PROSE = "Weigh the leaves first."


@pytest.mark.parametrize(
    "directive",
    [
        '{{< figure src="a.jpg" caption="The kettle is old." >}}',
        '{{< figure\n  src="a.jpg"\n  caption="The kettle is old."\n>}}',
        "{{% notice tip %}}",
        "{{< highlight go >}}\nThe kettle is old.\n{{< /highlight >}}",
        '{% include note.html content="The kettle is old." %}',
        "{% highlight sh %}\nThe kettle is old.\n{% endhighlight %}",
        "{% comment %}\nThe kettle is old.\n{% endcomment %}",
        "{{#include kettle.rs}}",
        'import { Kettle } from "@acme/kettle";',
        'import Kettle from "./kettle.js"\nimport "./kettle.css"',
        "import {\n  Kettle,\n} from 'kettle'",
        "export const price = 12;",
        "export function kettle() {\n  return 'The kettle is old.'\n\n}",
        "{/* The kettle is old. */}",
        "<Kettle size={12} say={() => <b>The kettle is old.</b>} />",
        ":::note",
        ":::",
        "::: {.warning}",
        "::youtube[The kettle is old.]{#id}",
        "[TOC]",
        "{: .no_toc }",
        "*[HTML]: Hyper Text Markup Language is old.",
        '--8<-- "kettle.md"',
        "<<< @/kettle.js",
        "$$\nThe = kettle.\n$$",
        "> [!NOTE]",
        "<% kettle.old %>",
        "(kettle)=",
        "%% The kettle is old. %%",
        "@[youtube](kettle)",
        "%[https://example.org/kettle]",
        "![Kettle](kettle.png){width=50%}",
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_directives_of_site_generators_are_no_prose(directive: str, ending: str) -> None:
    raw = f"{directive}\n\n{PROSE}\n\n{directive}\n".replace("\n", ending)
    document = read(raw, "a.md")
    assert document.text == PROSE
    place = document.locate(document.blocks[0].span).lines
    assert place is not None
    assert place.column == 1


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (f":::note[Before you start]\n{PROSE}\n:::", [("heading", "Before you start"), ("paragraph", PROSE)]),
        (f"::: warning Before you start\n{PROSE}\n:::", [("heading", "Before you start"), ("paragraph", PROSE)]),
        (f'!!! tip "Before you start"\n    {PROSE}', [("heading", "Before you start"), ("paragraph", PROSE)]),
        (f"!!! tip\n    {PROSE}", [("paragraph", PROSE)]),
        (f'=== "Before you start"\n\n    {PROSE}', [("list-item", PROSE)]),
        (f"```{{note}} Before you start\n{PROSE}\n```", [("heading", "Before you start"), ("paragraph", PROSE)]),
        (f"```{{code-block}} sh\n{PROSE}\n```\n\nIt is.", [("paragraph", "It is.")]),
        (f"> [!TIP]\n> {PROSE}", [("quote", PROSE)]),
        (f"- [ ] {PROSE}\n- [x] It is.", [("list-item", PROSE), ("list-item", "It is.")]),
        (f"Term\n: {PROSE}", [("heading", "Term"), ("list-item", PROSE)]),
        (
            f"It is.[^1]\n\n[^1]: {PROSE}\n\n    So is it.",
            [("paragraph", "It is."), ("list-item", PROSE), ("list-item", "So is it.")],
        ),
        ("See [[the page|this]] and ==that== of H~2~O {#a .b}now.", [("paragraph", "See this and that of H2O now.")]),
        (f"{{{{% tip %}}}}\n{PROSE}\n{{{{% /tip %}}}}", [("paragraph", PROSE)]),
        (
            "Import duties rose.\n\nexports fell, too.",
            [("paragraph", "Import duties rose."), ("paragraph", "exports fell, too.")],
        ),
        ("import duties 'are' high, and from here on.", [("paragraph", "import duties 'are' high, and from here on.")]),
        (f"{PROSE}\n\n+++\n\nIt is.", [("paragraph", PROSE), ("paragraph", "It is.")]),
        (":warning: Do not pour.", [("paragraph", ":warning: Do not pour.")]),
    ],
)
def test_what_directives_hold_is_read(raw: str, found: list[tuple[str, str]]) -> None:
    assert shown(read(raw, "a.md")) == found


@pytest.mark.parametrize("front", ["---\n{}\n---", "+++\n{}\n+++", "---\n{}\n..."])
def test_front_matter_declares_the_language_and_its_title_is_a_heading(front: str) -> None:
    yaml = front.format(
        'title: "The kettle"\nlang: en\ntags: [It boils.]\ndescription: It\'s a guide.\nsummary: >\n  A.'
    )
    toml = front.format('title = "The kettle"\nlang = "en"\ndescription = "It\'s a guide."')
    for fields in (yaml, toml, '{\n  "title": "The kettle",\n  "description": "It\'s a guide.",\n  "lang": "en"\n}'):
        document = read(f"{fields}\n\n{PROSE}\n", "a.md")
        headings = [("heading", "The kettle"), ("heading", "It's a guide.")]
        assert (shown(document), document.language) == ([*headings, ("paragraph", PROSE)], "en")


def test_what_a_field_of_front_matter_cannot_hold_is_not_written_there() -> None:
    document = read(f"---\ntitle: The kettle\n---\n\n{PROSE}\n", "a.md")
    change = Edit(span=Span(4, 10), text="big kettle", applicability=Applicability.UNSAFE)
    assert b"title: The big kettle\n" in formats.write(document, [change])
    with pytest.raises(InputError, match="by hand"):
        formats.write(document, [replace(change, text="kettle: a guide")])


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("It costs {price} or {{ site.price }}.", ["{price}", "{{ site.price }}"]),
        (r"Water $H_2O$ boils at $100\,^\circ$C.", ["$H_2O$", r"$100\,^\circ$"]),
        ("It costs $5 here and $10 there.", []),
        ("Press ++ctrl+s++ for :tea: now.", ["++ctrl+s++", ":tea:"]),
        ("See <kbd>Ctrl</kbd> and `{{< x >}}` now.", ["Ctrl", "{{< x >}}"]),
        ("It is {#a}, so.", ["{#a}"]),
    ],
)
def test_what_a_sentence_cannot_do_without_is_masked(words: str, masked: list[str]) -> None:
    assert masks(read(words, "a.md")) == masked


@pytest.mark.parametrize(
    "reference", ["&#1;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999;", "&#31;", "&#xFDD0;", "&nope;"]
)
def test_references_to_no_character_are_read(reference: str) -> None:
    for raw in (f"<p>a{reference} b</p>", f"<p>{reference}</p>c", f"<p>{reference} b"):
        document = read(raw, "a.html")
        assert "b" in document.text or "c" in document.text
        document.text.encode()
        assert formats.write(document, []) == raw.encode()


def test_lone_surrogates_in_rows_are_replaced() -> None:
    document = read('{"id": "\\ud800", "text": "a\\udfff b.", "source": "c \\ud83d."}', "a.jsonl")
    assert (document.uri, document.text, document.blocks[0].source) == ("a.jsonl#\ufffd", "a\ufffd b.", "c \ufffd.")


CROSSING = [
    ("a.md", "Click **the** the door.", "the the"),
    ("a.md", "Click <b>the</b> the door.", "the the"),
    ("a.md", "See `x` , here.", "x ,"),
    ("a.md", "One ~~two~~ three.", "One three"),
    ("a.html", "<p>Click <i>the</i> the door.", "the the"),
    ("a.html", "<p>Caf&eacute; now.", "Café"),
    ("a.po", 'msgid "a"\nmsgstr "the "\n"the door of %service% now"\n', "the the"),
    ("a.po", 'msgid "a"\nmsgstr "in %service% now"\n', "in %service"),
    ("a.po", 'msgid "a"\nmsgstr "so [the](x) the door"\n', "the](x) the"),
    ("a.jsonl", '{"text": "the\\u0020the door."}', "the the"),
]


@pytest.mark.parametrize(("name", "raw", "words"), CROSSING)
def test_an_edit_through_markup_crosses_it(name: str, raw: str, words: str) -> None:
    document = read(raw, name)
    at = document.text.index(words)
    assert formats.crosses_markup(document, Span(at, at + len(words)))
    start, _, length = document.source_map.runs[-1]
    assert not formats.crosses_markup(document, Span(start + length - 2, start + length))


PO = """#. type: {kind}
msgid "x"
msgstr "{text}"
"""


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (
            "Table",
            "|One |Two is a three.\\n\\n|four",
            [("heading", "One"), ("paragraph", "Two is a three."), ("heading", "four")],
        ),
        ("delimited block -", "net x => y", []),
        ("Verbatim", "net x => y", []),
        ("Fenced code block (sh)", "net x => y", []),
        ("delimited block =", "It is so.", [("paragraph", "It is so.")]),
        ("Title =", "It is so.", [("heading", "It is so.")]),
        ("Plain text", "|a |b", [("heading", "a"), ("heading", "b")]),
    ],
)
def test_messages_of_documents_by_their_kind(kind: str, text: str, found: list[tuple[str, str]]) -> None:
    assert shown(read(PO.format(kind=kind, text=text), "a.po")) == found


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("See <<safety,the notes>> now.", ["<<safety,", ">>"]),
        ("See <<safety>> now.", ["<<safety>>"]),
        ("So it is footnote:[Only once.].", ["footnote:[", "]"]),
        ("See \\\\fBls\\\\fR, \\\\(lqit\\\\(rq.", ["\\fB", "\\fR", "\\(lq", "\\(rq"]),
        ("Press kbd:[Ctrl] now.", ["kbd:[Ctrl]"]),
        ("List I<every> file of B<-a>, C<x y>.", ["I<", ">", "B<", ">", "C<x y>"]),
        ("See [the page](http://x.org) and **read**.", ["[", "](http://x.org)", "**", "**"]),
        ("Hello %name%, you have %count% of __n__.", ["%name%", "%count%", "__n__"]),
        ("Go <a href='%link%'>out</a><br>now.", ["<a href='%link%'>", "</a>", "<br>"]),
    ],
)
def test_marks_inside_messages_are_masked(text: str, masked: list[str]) -> None:
    assert masks(read(PO.format(kind="Plain text", text=text), "a.po")) == masked


def test_markup_that_a_message_may_hold_is_not_left_over() -> None:
    text = "See [the page](http://x.org), ![it](a.png) and <b>all</b>."
    report = fake_checker().check(read(PO.format(kind="Plain text", text=text), "a.po")).documents[0]
    assert [flag.rule for flag in report.flags if flag.rule.startswith("leftover")] == []


QUOTED = "Le conseil du port s'est réuni lundi et a reporté le vote au printemps prochain."
KEPT = "Call the the number that is one -sided here."


def declared(document: Document) -> list[tuple[str, str | None]]:
    return [(block.span.of(document.text), block.language) for block in document.blocks if block.language]


@pytest.mark.parametrize(
    ("middle", "found"),
    [
        (f'<p lang="fr">{QUOTED}</p>', [(QUOTED, "fr")]),
        (f"<blockquote xml:lang='fr-CA'><p>{QUOTED}</p></blockquote>", [(QUOTED, "fr-CA")]),
        (f"<p><i lang=fr>{QUOTED}</i></p>", [(QUOTED, "fr")]),
        (f'<p translate="no">{KEPT}</p>', [(KEPT, "zxx")]),
        (f'<div class="big notranslate"><p>{KEPT}</p></div>', [(KEPT, "zxx")]),
        (f'<div translate=no><p translate="yes">{KEPT}</p></div>', []),
        (f'<div lang="fr"><p lang="en-GB">{KEPT}</p></div>', []),
        (f'<p lang="">{KEPT}</p><p hreflang="fr" data-lang="fr">{KEPT}</p>', []),
        (f"<p>He said <q lang=fr>{QUOTED}</q> and left.</p>", []),
        (f"<p lang=xx>{KEPT}</p><div lang=fr><p lang=xx>{QUOTED}</p></div>", [(QUOTED, "fr")]),
        (f"<p lang=fr_CA>{QUOTED}</p>", [(QUOTED, "fr-CA")]),
    ],
)
@pytest.mark.parametrize("name", ["a.html", "a.md"])
def test_what_is_declared_to_be_in_another_language_is_told(
    name: str, middle: str, found: list[tuple[str, str | None]]
) -> None:
    text = page(middle) if name == "a.html" else f"---\nlang: en\n---\n\n{FIRST}\n\n{middle}\n\n{LAST}\n"
    assert declared(read(text, name)) == found


def test_it_is_shown_and_not_judged_and_counted() -> None:
    document = read(page(f'<p lang="fr">{QUOTED} Personne ne savait.</p><p translate="no">{KEPT}</p>'), "a.html")
    (report,) = fake_checker().check(document).documents
    apart = [v for v in report.verdicts if v.segment.apart]
    assert [v.segment.text for v in apart] == [QUOTED, "Personne ne savait.", KEPT]
    assert [(v.flags, v.evidence, v.p_mt) for v in apart] == [((), (), None)] * 3
    assert [v.segment.text for v in report.judged] == [FIRST, LAST]
    assert (
        "2 sentences are marked in the file as being in a different language (French), and were not judged"
        in report.remarks
    )
    assert "1 sentence is marked in the file as not to be translated, and was not judged" in report.remarks
    assert not any("in another language (French) than the document" in remark for remark in report.remarks)


def test_a_language_that_there_is_not_is_detected_and_that_is_said() -> None:
    document = read(page("").replace("lang=en", "lang=xx"), "a.html")
    (report,) = fake_checker().check(document).documents
    assert report.document.language == "en"
    assert (
        "the file declares its language as 'xx', but no language has that tag; the language was detected instead"
        in report.remarks
    )
    assert not any("in another language" in remark for remark in report.remarks)


def test_marked_words_in_a_sentence_are_no_prose() -> None:
    words = 'called it <i lang="de">die alte Leier wurde beschlossen</i> and <b translate="no">the the Plan</b>.'
    document = read(page(f"<p>The mayor of the town {words}</p>"), "a.html")
    assert masks(document) == ["die alte Leier wurde beschlossen", "the the Plan"]
    (report,) = fake_checker().check(document).documents
    assert {flag.rule for flag in report.flags} & {"repeated-word", "untranslated-word"} == set()


@pytest.mark.parametrize("name", ["a.html", "a.md"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ('called it <span lang="fr">le <b>tarif</b> du port</span> and left.', ["le tarif du port"]),
        ("called it <span lang=de>die <code>alte</code> Leier</span> and left.", ["die alte Leier"]),
        ("<span lang=en-US>called</span> <span lang=en-US>it off</span> and left.", []),
        ('called it <b translate="no">the the Plan</b> and left.', ["the the Plan"]),
        ('called it <i lang="fr" class="notranslate">le tarif</i> and left.', ["le tarif"]),
    ],
)
def test_marked_words_are_no_prose_where_the_page_does_not_tell_its_language(
    name: str, words: str, found: list[str]
) -> None:
    paragraph = f"<p>The mayor of the town {words}</p>"
    text = undeclared(paragraph) if name == "a.html" else f"{FIRST}\n\n{paragraph}\n\n{LAST}\n"
    document = with_language(read(text, name))
    assert (document.language, masks(document), declared(document)) == ("en", found, [])


def undeclared(middle: str) -> str:
    return page(middle).replace(" lang=en>", ">")


@pytest.mark.parametrize(
    ("middle", "language", "apart"),
    [
        (f'<p lang="fr">{QUOTED}</p>' * 9, "en", [QUOTED] * 9),
        (f"<p><i lang=fr>{QUOTED}</i></p>" * 9, "en", [QUOTED] * 9),
        (f'<p lang="en">{LAST}</p>' * 2 + f"<p lang=fr>{QUOTED}</p>", "en", [QUOTED]),
        (f'<p translate="no">{QUOTED}</p>' * 9, "en", [QUOTED] * 9),
    ],
)
def test_what_a_page_marks_says_nothing_of_its_own_language(middle: str, language: str, apart: list[str]) -> None:
    document = with_language(read(undeclared(middle), "a.html"))
    assert document.language == language
    assert [found.text for found in segment(document) if found.apart] == apart


def test_marks_hold_where_the_language_cannot_be_told() -> None:
    own = "<p>Wout van der Meer beat Jasper de Vries at <i lang=fr>le bac</i> Oudenaarde.</p>"
    marked = f"<p translate=no>{KEPT}</p><p lang=fr>Personne ne savait.</p><p lang=en>He won.</p>"
    document = with_language(read(f"<html><body>{own}{marked}</body></html>", "a.html"))
    assert (document.language, masks(document)) == ("und", ["le bac"])
    assert [found.text for found in segment(document) if found.apart] == [KEPT, "Personne ne savait."]
    marked += f"<p lang=en>{LAST}</p>" * 3
    document = with_language(read(f"<html><body>{own}{marked}</body></html>", "a.html"))
    assert (document.language, masks(document)) == ("en", ["le bac"])


def test_a_page_of_marked_text_alone_is_in_the_language_of_most_of_it() -> None:
    french = f"<p lang=fr>{QUOTED}</p>"
    text = f"<html><body>{french}<p>Non.</p>{french}<p translate=no>{KEPT}</p></body></html>"
    document = with_language(read(text, "a.html"))
    assert document.language == "fr"
    assert [found.text for found in segment(document) if found.apart] == [KEPT]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (f"<html lang=en translate=no><body><p>{FIRST}</p><p>{LAST}</p></body></html>", "en"),
        (f"<html lang=en><body><main class=notranslate><p>{FIRST}</p><p>{LAST}</p></main></body></html>", "en"),
        (f"<html lang=fr><body><article lang=en><p>{FIRST}</p><p>{LAST}</p></article></body></html>", "en"),
        (f"<html><body lang=fr><p lang=en>{FIRST}</p><p lang=en>{LAST}</p></body></html>", "en"),
    ],
)
def test_what_is_said_of_all_of_an_article_sets_nothing_apart(text: str, language: str) -> None:
    document = read(text, "a.html")
    assert (document.language, declared(document), judged(document)) == (language, [], [FIRST, LAST])
