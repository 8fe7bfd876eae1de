"""One report built by hand from the core types, for every test that shows one.

An article that is likely machine-translated, with an emoji, CR LF line ends, a flag over two lines, wide and
right-to-left characters and text hostile to HTML and to terminals; a clean one by a person; one too short to decide;
a file that could not be read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from mtqa.core.details import Measured
from mtqa.core.documents import Block, BlockKind, Document, Segment
from mtqa.core.findings import Applicability, Category, Edit, ErrorSpan, Evidence, Flag, Severity, Verdict
from mtqa.core.report import Decision, DocumentReport, Failure, Recall, Report, Signature
from mtqa.core.spans import SourceMap, Span

SIGNATURE = Signature(
    version="0.1.0",
    model="mtqa-en@3f2c1a90",
    dtype="int8",
    segmenter="sentencex@1.0.32",
    rate=0.01,
    fpr=0.01,
    calibration="wmt21-10seg",
    recall=Recall(lines=570, must_repair=0.4, sound=0.05),
)

MACHINE = """\
close\r
\r
Mayor rejects the offer of <b>foreign</b> troops\r
\r
The mayor said on Friday that one -sided measures against the cartels 🙈 should be a “last way out”. \
He spoke it publicly.\r
\r
“שלום לכולם”, he wrote, and the 漢字 fentanyllabors were closed & sealed.\r
\r
- El ministro declaró el viernes que\r
no habrá más acuerdos.\r
- Cafe\u0301 <script>alert("x")</script> owners was not asked.\r
\r
A crowd at the town hall. (AP picture)\r
\r
Click here to get the \x1b[31mapp\u202e now\r
"""
HUMAN = """\
The ferry was late, and nobody minded.

We sat on the wall with our feet over the water and argued about supper. By the time the light went, the fish was gone.
"""
SHORT = "Rain again. We stayed in.\n"


def document(uri: str, text: str, kinds: Mapping[str, BlockKind] | None = None) -> Document:
    """A plain document whose blocks are its paragraphs; ``kinds`` tells a block's kind by how it begins."""
    starts = kinds or {}
    blocks = []
    for found in re.finditer(r"[^\r\n]+(?:\r?\n(?!- )[^\r\n]+)*", text):
        bullet = 2 if found[0].startswith("- ") else 0
        span = Span(found.start() + bullet, found.end())
        kind = next((kind for start, kind in starts.items() if span.of(text).startswith(start)), BlockKind.PARAGRAPH)
        blocks.append(Block(span=span, kind=BlockKind.LIST_ITEM if bullet else kind, key=str(len(blocks))))
    return Document(
        uri=uri,
        file=uri,
        format="text",
        language="en",
        text=text,
        blocks=tuple(blocks),
        content=text,
        raw=text.encode(),
        source_map=SourceMap.identity(len(text)),
    )


def flag(
    text: str,
    words: str,
    rule: str,
    category: Category,
    severity: Severity,
    probability: float,
    message: str,
    *reasons: str,
    edits: tuple[Edit, ...] = (),
) -> Flag:
    """A flag on the first place where ``words`` stand."""
    start = text.index(words)
    return Flag(
        rule=rule,
        span=Span(start, start + len(words)),
        category=category,
        severity=severity,
        probability=probability,
        message=message,
        reasons=(message, *reasons),
        fingerprint=hashlib.sha256(f"{rule} {words}".encode()).hexdigest()[:16],
        edits=edits,
    )


def replace(text: str, words: str, by: str, applicability: Applicability) -> Edit:
    """An edit of the first place where ``words`` stand."""
    start = text.index(words)
    return Edit(span=Span(start, start + len(words)), text=by, applicability=applicability)


def sentences(text: str, block: Block) -> list[Span]:
    """The block's sentences, by full stops."""
    at, found = block.span.start, []
    for end in re.finditer(r"[.”](?= |$)", block.span.of(text)):
        found.append(Span(at, block.span.start + end.end()))
        at = block.span.start + end.end() + 1
    if at < block.span.end:
        found.append(Span(at, block.span.end))
    return found


def verdicts(
    doc: Document, p_mt: float, p_edits: Mapping[str, float], flags: tuple[Flag, ...] = ()
) -> tuple[Verdict, ...]:
    """A verdict on each sentence of ``doc``; ``p_edits`` tells its ``p_edit`` by how it begins."""
    made = []
    for number, block in enumerate(doc.blocks):
        for span in sentences(doc.text, block):
            text = span.of(doc.text)
            segment = Segment(id=len(made), span=span, text=text, language=doc.language, kind=block.kind, block=number)
            p_edit = next((p for start, p in p_edits.items() if text.startswith(start)), 0.04)
            own = tuple(found for found in flags if span.contains(found.span))
            made.append(Verdict(segment=segment, p_mt=p_mt, p_edit=p_edit, flags=own, evidence=evidence(segment, own)))
    return tuple(made)


def evidence(segment: Segment, flags: tuple[Flag, ...]) -> tuple[Evidence, ...]:
    """What the signals said: the surface signal found the flags, the fluency signal had no model."""
    spans = tuple(
        ErrorSpan(
            span=found.span,
            rule=found.rule,
            category=found.category,
            severity=found.severity,
            message=found.message,
            edits=found.edits,
        )
        for found in flags
    )
    return (
        Evidence(
            signal="surface",
            segment_id=segment.id,
            score=float(len(spans)),
            spans=spans,
            details=Measured(numbers={"words": float(len(segment.text.split())), "surprisal": float("nan")}),
        ),
        Evidence(signal="fluency", segment_id=segment.id, score=None, abstained="no language model is configured"),
    )


def machine() -> DocumentReport:
    """Likely machine-translated, with flags of every severity."""
    kinds = {
        "close": BlockKind.BOILERPLATE,
        "Click": BlockKind.BOILERPLATE,
        "Mayor": BlockKind.HEADING,
        "“": BlockKind.QUOTE,
        "A crowd": BlockKind.CAPTION,
    }
    doc = document("articles/mayor <1>.txt", MACHINE, kinds)
    hyphen = replace(MACHINE, "one -sided", "one-sided", Applicability.SAFE)
    quote = replace(MACHINE, "last way out", "last resort", Applicability.UNSAFE)
    flags = (
        flag(
            MACHINE,
            "<b>foreign</b>",
            "leftover-markup",
            Category.MARKUP,
            Severity.MAJOR,
            0.9,
            "markup left in the text",
            edits=(
                replace(MACHINE, "<b>", "", Applicability.SAFE),
                replace(MACHINE, "</b>", "", Applicability.SAFE),
            ),
        ),
        flag(
            MACHINE,
            "one -sided",
            "space-before-hyphen",
            Category.PUNCTUATION,
            Severity.MINOR,
            0.97,
            "a space before the hyphen",
            edits=(hyphen,),
        ),
        flag(
            MACHINE,
            "last way out",
            "surprising",
            Category.MISTRANSLATION,
            Severity.MAJOR,
            0.81,
            "an unusual choice of words here",
            "the language model expected other words (14.2 bits a word)",
            edits=(quote,),
        ),
        flag(
            MACHINE,
            "spoke it",
            "garbled",
            Category.AWKWARD,
            Severity.MINOR,
            0.55,
            "an editor would probably rewrite this",
        ),
        flag(
            MACHINE,
            "שלום לכולם",
            "foreign-words",
            Category.UNTRANSLATED,
            Severity.NEUTRAL,
            0.2,
            "words in Hebrew",
        ),
        flag(
            MACHINE,
            "漢字",
            "wrong-script",
            Category.ENCODING,
            Severity.MINOR,
            0.6,
            "Han characters in an English sentence",
        ),
        flag(
            MACHINE,
            "fentanyllabors",
            "unknown-word",
            Category.SPELLING,
            Severity.MAJOR,
            0.93,
            "in no dictionary: two words run together?",
            edits=(
                replace(MACHINE, "fentanyllabors", "fentanyl labors", Applicability.DISPLAY),
                replace(MACHINE, "fentanyllabors", "fentanyl labs", Applicability.DISPLAY),
            ),
        ),
        flag(
            MACHINE,
            "El ministro declaró el viernes que\r\nno habrá más acuerdos.",
            "untranslated-sentence",
            Category.UNTRANSLATED,
            Severity.CRITICAL,
            0.98,
            "a sentence in Spanish",
        ),
        flag(
            MACHINE,
            "owners was",
            "garbled",
            Category.GRAMMAR,
            Severity.MAJOR,
            0.77,
            "subject and verb do not agree",
        ),
    )
    p_edits = {"The mayor": 0.94, "“שלום": 0.81, "El ministro": 0.998, "Cafe": 0.71, "He spoke": 0.52, "Mayor": 0.3}
    return DocumentReport(
        document=doc,
        p_mt=0.974,
        surprisal=9.26,
        decision=Decision.LIKELY_MT,
        reason="Six sentences read like machine translation.",
        verdicts=verdicts(doc, 0.9, p_edits, flags),
        remarks=("One sentence is in a different language from the article (es).",),
    )


def human() -> DocumentReport:
    """Likely written by a person, nothing to repair."""
    doc = document("articles/ferry.txt", HUMAN, {"The ferry": BlockKind.HEADING})
    return DocumentReport(
        document=doc,
        p_mt=0.031,
        decision=Decision.LIKELY_HUMAN,
        reason="The probability lies below the threshold.",
        verdicts=verdicts(doc, 0.1, {}),
    )


def short() -> DocumentReport:
    """Too short to decide."""
    doc = document("articles/rain.txt", SHORT)
    return DocumentReport(
        document=doc,
        p_mt=0.41,
        decision=Decision.UNDECIDED,
        reason="it has 5 words, too few to tell",
        verdicts=verdicts(doc, 0.4, {}),
    )


def report() -> Report:
    """All of it."""
    failure = Failure(
        uri="articles/\x1b]0;photo<i>.bin", message="not text: it holds NUL bytes; give a text, HTML or Markdown file"
    )
    return Report(documents=(machine(), human(), short()), failures=(failure,), signature=SIGNATURE)
