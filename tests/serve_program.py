"""mtqa serve on fake models and with little patience, as a process of its own. The word SLOW takes a second."""

import sys
import time
from collections.abc import Sequence
from functools import partial

from fakes import fake_checker

import mtqa.cli.serve
from mtqa.checker import Checker
from mtqa.cli.app import main
from mtqa.core.documents import Document
from mtqa.core.report import DocumentReport, Failure
from mtqa.serve import Limits

_outcomes = Checker.outcomes


def outcomes(self: Checker, documents: Sequence[Document]) -> list[DocumentReport | Failure]:
    time.sleep(sum(document.text.count("SLOW") for document in documents))
    return _outcomes(self, documents)


Checker.outcomes = outcomes  # type: ignore[method-assign]
Checker.load = lambda *_, **__: fake_checker()  # type: ignore[method-assign,assignment]
mtqa.cli.serve.Limits = partial(Limits, patience=1.0)  # type: ignore[misc,assignment,attr-defined]
main(["serve", *sys.argv[1:]])
