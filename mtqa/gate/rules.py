"""The one table of what reports name as a rule or as a decision: the surface rules, those of the model, and verdicts on
whole documents."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from mtqa.core.errors import UnknownName
from mtqa.core.findings import WEAK_SPOT, Category, Severity
from mtqa.core.report import Decision
from mtqa.core.rules import OF_DOCUMENT, Explanation
from mtqa.signals.surface import RULES, Example, Rule

__all__ = ["OF_DOCUMENTS", "explanation", "explanations", "nearest_rule", "rule_names", "rules_page", "words"]

_MODELS = "those of the model"

_OF_MODELS = (
    Explanation(
        name="foreign-sentence",
        category=Category.UNTRANSLATED,
        severity=Severity.MAJOR,
        language="any that lingua can detect",
        description="""\
A sentence that is surely in another language than the document: left untranslated, or quoted without a translation.

Only sentences of six words and more are looked at. The model does not judge them.""",
    ),
    Explanation(
        name="garbled",
        category=Category.AWKWARD,
        severity="minor, or major where the network is surer; both limits are in the model's model.toml",
        language=_MODELS,
        description="""\
Words that an editor would probably change, or a sentence that reads oddly as a whole, as a neural network sees it that
reads each sentence among its neighbours. It can tell where, but not what is wrong: the category is always that of an
unusual choice of words.

The network sees no source text and can be wrong about names and unusual style. A flag says where to look.""",
    ),
    Explanation(
        name=WEAK_SPOT,
        category=Category.AWKWARD,
        severity=Severity.MINOR,
        language=_MODELS,
        description="""\
A sentence of a likely machine-translated article that is likelier to need repair than most of its others, though no
word of it stands out: where to begin reading.

It depends on the whole article, so the gate does not count it.""",
    ),
    Explanation(
        name="surprising",
        category=Category.AWKWARD,
        severity="neutral; minor for a word that no lexicon has, whose category is linguistic-conventions/spelling",
        language="English",
        description="""\
Words that nothing earlier in the document leads a language model to expect. It needs --fluency lm.

A surprising name is not an error: capitalised words, numbers, addresses and words that the document used before are
never flagged.""",
    ),
)

_OF_DOCUMENTS = (
    Explanation(
        name="machine-translation",
        category=OF_DOCUMENT,
        severity=Severity.MAJOR,
        language=_MODELS,
        description="""\
An article with the decision likely-mt, as the gate and editors report it. Nothing in the text has to be wrong.

It fails the gate unless the policy has likely-mt = false. No comment in the file and no rules-off excuses it; a
baseline does.""",
    ),
    Explanation(
        name=Decision.LIKELY_MT,
        category=OF_DOCUMENT,
        severity="none; the gate's finding is machine-translation",
        language=_MODELS,
        description="""\
The decision on an article whose sentences read more like machine translation than those of nearly all articles that
people write in English. It is a probability, no proof: the false-alarm rate says how many articles by people get it,
too, and translations by people get it more often.""",
    ),
    Explanation(
        name=Decision.LIKELY_HUMAN,
        category=OF_DOCUMENT,
        severity="none",
        language=_MODELS,
        description="""\
The decision on an article whose sentences read less like machine translation than those of nearly all
machine-translated articles of its length. It says nothing of faults: an article by a person has some, too.""",
    ),
    Explanation(
        name=Decision.UNDECIDED,
        category=OF_DOCUMENT,
        severity=Severity.NEUTRAL,
        language="any",
        description="""\
The decision on an article that is neither likely machine-translated nor likely written by a person. The report gives
the reason: the text is too short, or too close to call, or in a language that the model does not judge, or misspelled
as only people misspell, or over a limit.

It passes the gate, which names it in a note, unless the policy has undecided = true: then it is a finding,
and fails.""",
    ),
    Explanation(
        name="unexpected-language",
        category=OF_DOCUMENT,
        severity=Severity.MAJOR,
        language="any that is declared or that lingua can detect",
        description="""\
An article in a language that the policy's languages does not name. It fails the gate. Where the language is wrong,
declare it in the file, or name it with --language.""",
    ),
    Explanation(
        name="unreadable",
        category=OF_DOCUMENT,
        severity="critical",
        language="any",
        description="""\
A file that could not be read or judged; the message says why. It is no verdict on the text: the gate ends with the exit
code 2. Editors and reports for GitLab give it in the place of a rule.""",
    ),
)

OF_DOCUMENTS = frozenset(each.name for each in _OF_DOCUMENTS)
"""What is said of a document or a file as a whole."""

_OTHERS = {each.name: each for each in (*_OF_MODELS, *_OF_DOCUMENTS)}


def words() -> list[str]:
    """Every word that a report gives as a rule or a decision, sorted."""
    return sorted([*RULES, *_OTHERS])


def rule_names() -> list[str]:
    """The rules whose findings are about words of a text, which can be switched off and ignored one by one; sorted."""
    return sorted([*RULES, *(each.name for each in _OF_MODELS)])


def explanation(word: str) -> Explanation:
    """What a rule or a decision means. Raises UnknownName, with the nearest one."""
    if word in _OTHERS:
        return _OTHERS[word]
    if word in RULES:
        return _of_surface(RULES[word])
    raise UnknownName("rule", word, words())


def explanations(names: Iterable[str]) -> tuple[Explanation, ...]:
    """Those of rules that are known here, each once, by name."""
    return tuple(explanation(name) for name in sorted(set(names)) if name in _OTHERS or name in RULES)


def nearest_rule(name: str) -> str | None:
    """The rule that was probably meant by ``name``."""
    near = difflib.get_close_matches(name, rule_names(), n=1)
    return near[0] if near else None


def rules_page() -> str:
    """The page of all of them, in Markdown: ``docs/rules.md``."""
    titles = (("Surface rules", RULES), ("The model's rules", _names(_OF_MODELS)), ("Documents", _names(_OF_DOCUMENTS)))
    parts = ["# Rules\n"]
    for title, names in titles:
        parts.append(f"## {title}\n")
        parts += [explanation(name).page().replace("# ", "### ", 1) for name in names]
    return "\n".join(parts)


def _names(explanations: tuple[Explanation, ...]) -> list[str]:
    return [each.name for each in explanations]


def _of_surface(rule: Rule) -> Explanation:
    return Explanation(
        name=rule.name,
        category=rule.category,
        severity=rule.severity,
        language="English" if rule.english else "any",
        description=rule.description.replace("\n\n", "\n"),
        safe_edit=rule.safe_edit,
        fires=tuple(map(_firing, rule.fires)),
        silent=tuple(map(_line, rule.silent)),
    )


def _firing(example: Example) -> str:
    marked = ", ".join(f"`{words}`" for words in example.marked)
    edited = f", edited: {_line(example.edited)}" if example.edited is not None else ""
    return f"{_line(example.text)} — marks {marked}{edited}"


def _line(text: str) -> str:
    return f"`{text.replace(chr(10), ' ¶ ')}`"
