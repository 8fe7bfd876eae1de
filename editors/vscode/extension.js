// Starts `mtqa lsp` and has VS Code talk to it.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const SETTINGS = ["mtqa.path", "mtqa.arguments", "mtqa.languages"]; // the server is started by these

/** @type {LanguageClient | undefined} */
let client;
let turn = Promise.resolve(); // one start or stop after the other

/** The client of a server by the settings as they are now. */
function made() {
  const settings = vscode.workspace.getConfiguration("mtqa");
  const server = { command: settings.get("path", "mtqa"), args: ["lsp", ...settings.get("arguments", [])] };
  const documentSelector = settings
    .get("languages", [])
    .flatMap((language) => ["file", "untitled"].map((scheme) => ({ scheme, language })));
  return new LanguageClient("mtqa", "mtqa", server, { documentSelector });
}

async function start() {
  client = made();
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    complain(error);
  }
}

/** @param {unknown} error */
async function complain(error) {
  const name = vscode.workspace.getConfiguration("mtqa").get("path", "mtqa");
  const chosen = await vscode.window.showErrorMessage(
    `${name} lsp could not be started (${error}). Install it with pip install "mtqa[lsp]", or set mtqa.path.`,
    "Open Settings",
  );
  if (chosen) await vscode.commands.executeCommand("workbench.action.openSettings", "mtqa.path");
}

async function stop() {
  const old = client;
  client = undefined;
  await old?.dispose();
}

function restart() {
  turn = turn.then(stop).catch(() => undefined).then(start);
  return turn;
}

/** @param {vscode.ExtensionContext} context */
function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("mtqa.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (SETTINGS.some((name) => change.affectsConfiguration(name))) restart();
    }),
  );
  return restart();
}

function deactivate() {
  turn = turn.then(stop);
  return turn;
}

module.exports = { activate, deactivate };
