"""What editors are set up with: the extension of Visual Studio Code, and what the page has for others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from doc_pages import ROOT, blocks

import mtqa
from mtqa.lsp.articles import FORMAT_OF

EXTENSION = ROOT / "editors" / "vscode"
PAGE = ROOT / "docs" / "editors.md"
STARTED = """
// Starts the extension beside a client and an editor that only write down what they are asked for.
const Module = require("module");
const settings = JSON.parse(process.argv[1]), said = { clients: [], commands: [], errors: [] };
const watchers = [];
const vscode = {
  workspace: {
    getConfiguration: () => ({ get: (name, other) => settings[name] ?? other }),
    onDidChangeConfiguration: (watcher) => { watchers.push(watcher); return { dispose() {} }; },
  },
  commands: { registerCommand: (name) => { said.commands.push(name); return { dispose() {} }; } },
  window: { showErrorMessage: async (message) => { said.errors.push(message); } },
};
class LanguageClient {
  constructor(id, name, server, options) {
    this.said = { id, server, options, events: [] };
    said.clients.push(this.said);
  }
  async start() {
    this.said.events.push("start");
    if (settings.broken) throw new Error("spawn ENOENT");
  }
  async dispose() { this.said.events.push("dispose"); }
}
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "vscode" ? vscode : name === "vscode-languageclient/node" ? { LanguageClient } : load(name, ...rest);
const extension = require(process.argv[2]);
(async () => {
  await extension.activate({ subscriptions: [] });
  await Promise.all(watchers.map((watcher) => watcher({ affectsConfiguration: (name) => name === "mtqa.path" })));
  await extension.deactivate();
  console.log(JSON.stringify(said));
})();
"""
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


def manifest() -> dict[str, object]:
    return dict(json.loads((EXTENSION / "package.json").read_text(encoding="utf-8")))


def default(name: str) -> object:
    return manifest()["contributes"]["configuration"]["properties"][name]["default"]  # type: ignore[index]


def started(**settings: object) -> dict[str, object]:
    command = ["node", "-e", STARTED, json.dumps(settings), str(EXTENSION / "extension.js")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return dict(json.loads(done.stdout))


def test_the_extension_knows_what_the_server_does() -> None:
    assert manifest()["version"] == mtqa.__version__
    languages = default("mtqa.languages")
    assert isinstance(languages, list)
    assert set(languages) <= set(FORMAT_OF)


@needs_node
def test_the_extension_starts_the_server_and_starts_it_again() -> None:
    said = started(path="/opt/mtqa", arguments=["--threads=2"], languages=["markdown"])
    assert said["commands"] == ["mtqa.restart"]
    assert said["errors"] == []
    clients = said["clients"]
    assert isinstance(clients, list)
    assert [client["events"] for client in clients] == [["start", "dispose"]] * 2
    for client in clients:
        assert client["server"] == {"command": "/opt/mtqa", "args": ["lsp", "--threads=2"]}
        assert client["options"]["documentSelector"] == [
            {"scheme": "file", "language": "markdown"},
            {"scheme": "untitled", "language": "markdown"},
        ]


@needs_node
def test_a_server_that_does_not_start_is_told() -> None:
    errors = started(broken=True)["errors"]
    assert isinstance(errors, list)
    assert re.match(
        r'mtqa lsp could not be started \(.*ENOENT\)\. Install it with pip install "mtqa\[lsp\]"', errors[0]
    )


@needs_node
@pytest.mark.registry
def test_the_extension_is_packaged(tmp_path: Path) -> None:
    shutil.copytree(EXTENSION, tmp_path / "editors" / "vscode", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copy(ROOT / "LICENSE", tmp_path)
    folder = tmp_path / "editors" / "vscode"
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "package"]):
        subprocess.run(command, cwd=folder, check=True, timeout=300, capture_output=True)
    (package,) = folder.glob("*.vsix")
    with zipfile.ZipFile(package) as members:
        names = set(members.namelist())
    assert {"extension/extension.js", "extension/package.json", "extension/LICENSE.txt"} <= names
    assert any(name.startswith("extension/node_modules/vscode-languageclient/") for name in names)


def block(language: str) -> str:
    (found,) = [each.text for each in blocks(PAGE) if each.language == language]
    return found


@pytest.mark.skipif(shutil.which("nvim") is None, reason="needs Neovim")
def test_the_lines_for_neovim_are_lua(tmp_path: Path) -> None:
    (tmp_path / "a.lua").write_text(block("lua"), encoding="utf-8")
    check = 'lua if not loadfile("a.lua") then vim.cmd("cquit") end'
    subprocess.run(["nvim", "--clean", "--headless", "-c", check, "-c", "quit"], cwd=tmp_path, check=True, timeout=60)


@pytest.mark.skipif(shutil.which("emacs") is None, reason="needs Emacs")
def test_the_lines_for_emacs_are_elisp(tmp_path: Path) -> None:
    (tmp_path / "a.el").write_text(block("elisp"), encoding="utf-8")
    known = "(progn (setq eglot-server-programs nil) (provide 'eglot))"
    shown = '(unless (equal (cdar eglot-server-programs) \'("mtqa" "lsp")) (kill-emacs 1))'
    command = ["emacs", "--batch", "--eval", known, "--load", "a.el", "--eval", shown]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
