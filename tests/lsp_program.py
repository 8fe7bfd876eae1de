"""The language server on fake models, for a client in another process."""

from fakes import fake_checker

from mtqa.cli.explain import rule_names
from mtqa.lsp import serve

if __name__ == "__main__":
    serve(fake_checker, known_rules=rule_names())
