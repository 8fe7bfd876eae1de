// The page of mtqa review: keys, buttons, and what the server answers. All text in fragments is escaped by the server.
"use strict";

document.documentElement.classList.add("scripted");
const base = document.body.dataset.base;
const list = document.getElementById("cards");
const help = document.getElementById("help");
const keys = document.getElementById("keys");
const menu = document.querySelector(".menu");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let current = null; // the card at hand
let busy = false; // an action is on its way
let order = "rank";
let fading = 0;

const cards = () => [...list.children];
const sentenceOf = (id) => document.getElementById(`t${id}`);

function say(text) {
  const status = document.getElementById("status");
  clearTimeout(fading);
  status.textContent = "";
  requestAnimationFrame(() => (status.textContent = text));
  fading = setTimeout(() => (status.textContent = ""), 8000);
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(`${base}${path}`, options);
  } catch {
    say(`${body ? "Not saved: " : ""}mtqa review does not answer. Is it still running?`);
    return null;
  }
  if (answer.headers.get("Content-Type") !== "application/json") {
    say(`${body ? "Not saved: " : ""}${await answer.text()}`);
    return null;
  }
  return { status: answer.status, ...(await answer.json()) };
}

function show(element) {
  element.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
}

function mark(card) {
  if (!card) return;
  if (current && current !== card) {
    current.classList.remove("current");
    sentenceOf(current.dataset.segment)?.classList.remove("current");
  }
  current = card;
  card.classList.add("current");
  const sentence = sentenceOf(card.dataset.segment);
  sentence?.classList.add("current");
  watch(card);
}

function select(card, focus = true) {
  if (!card) return;
  mark(card);
  if (focus) card.focus({ preventScroll: true });
  show(card);
  const sentence = sentenceOf(card.dataset.segment);
  if (sentence && matchMedia("(min-width: 60rem)").matches)
    sentence.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

async function selectSentence(id) {
  let card = document.getElementById(`s${id}`);
  if (!card) {
    const state = await ask(`/s/${id}`);
    if (!state) return;
    card = fragment(state.card);
    list.append(card);
    arrange();
  }
  select(card);
}

// Shows the suggestions of the card at hand as they come, until all are there; the server never lets it wait.
async function watch(card) {
  if (card.dataset.watched) return;
  card.dataset.watched = "yes";
  let place;
  while (current === card && card.isConnected && (place = card.querySelector("[data-looking]"))) {
    const found = await ask(`/s/${card.dataset.segment}/suggestions?${shownOn(card)}`);
    if (!found || String(found.revision) !== card.dataset.revision) break;
    if (!place.isConnected) continue; // a later answer has come before this one
    const news = put(card, found.html);
    if (news && current === card && (!found.looking || card.querySelector("[data-do=accept]"))) say(found.said);
    if (!found.looking) break;
    await new Promise((done) => setTimeout(done, 700));
  }
  delete card.dataset.watched;
}

// The suggestions on a card, for the server to leave them in their places: a key takes the one that was read there.
function shownOn(card) {
  return [...card.querySelectorAll("[data-suggestion]")].map((each) => `shown=${each.dataset.suggestion}`).join("&");
}

// Puts suggestions in the place of earlier ones, and says whether they are others.
function put(card, html) {
  const place = card.querySelector("[data-suggestions]");
  const fresh = fragment(html);
  const details = fresh?.querySelector("details");
  if (details) details.open = place?.querySelector("details")?.open ?? false;
  if (place && fresh?.isEqualNode(place)) return false;
  const focused = place?.contains(document.activeElement) && document.activeElement;
  if (place && fresh) place.replaceWith(fresh);
  else if (fresh) card.querySelector("[data-advice]").before(fresh);
  else place?.remove();
  if (focused) (counterpart(focused, fresh) ?? card).focus({ preventScroll: true });
  return true;
}

// The same button, or what opens the rejected texts, among fresh suggestions.
function counterpart(element, fresh) {
  if (element.tagName === "SUMMARY") return fresh?.querySelector("summary");
  return fresh?.querySelector(`[data-suggestion="${element.dataset.suggestion}"]`);
}

// Has the language model asked about a sentence; what it says comes among the suggestions.
async function askModel(card) {
  say("Asking …");
  const found = await ask(`/s/${card.dataset.segment}/ask?${shownOn(card)}`, {});
  if (!found || String(found.revision) !== card.dataset.revision) return;
  put(card, found.html);
  watch(card);
}

function arrange() {
  list.append(...cards().sort((a, b) => a.dataset[order] - b.dataset[order]));
  for (const button of document.querySelectorAll("[data-order]"))
    button.setAttribute("aria-pressed", String(button.dataset.order === order));
}

async function act(card, body) {
  if (busy) return;
  busy = true;
  card.setAttribute("aria-busy", "true");
  const id = card.dataset.segment;
  const state = await ask(`/s/${id}`, { ...body, revision: Number(card.dataset.revision) });
  busy = false;
  card.removeAttribute("aria-busy");
  if (!state) return;
  const fresh = fragment(state.card);
  card.replaceWith(fresh);
  const sentence = sentenceOf(id);
  sentence.innerHTML = state.sentence;
  sentence.classList.toggle("edited", fresh.dataset.state === "edited");
  sentence.classList.toggle("flagged", fresh.dataset.state === "open");
  const progress = document.getElementById("progress");
  progress.value = state.done;
  document.getElementById("count").textContent = `${state.done} of ${state.total} done`;
  const all = state.done === state.total && state.status === 200 ? " All sentences to repair are done." : "";
  say(state.said + all);
  select(fresh);
}

function edit(card) {
  const editor = card.querySelector(".editor");
  if (!editor) return;
  editor.hidden = false;
  card.classList.add("editing");
  const area = editor.querySelector("textarea");
  area.style.height = "auto";
  area.focus();
  grow(area);
  const words = card.querySelector(".now mark")?.textContent ?? "";
  const at = words && words.length < area.value.length ? area.value.indexOf(words) : -1;
  if (at >= 0) area.setSelectionRange(at, at + words.length);
  show(editor);
}

function grow(area) {
  area.rows = Math.max(3, Math.min(12, Math.ceil(area.scrollHeight / 27)));
}

async function cancel(card) {
  if (card.querySelector(".note")) {
    const state = await ask(`/s/${card.dataset.segment}`);
    if (!state) return;
    const fresh = fragment(state.card);
    card.replaceWith(fresh);
    select(fresh);
    return;
  }
  for (const each of card.querySelectorAll(".editor, .dismiss")) each.hidden = true;
  const area = card.querySelector("textarea");
  if (area) area.value = area.defaultValue;
  card.classList.remove("editing");
  card.focus({ preventScroll: true });
}

function step(by) {
  const all = cards();
  const at = current ? all.indexOf(current) : -by;
  select(all[Math.max(0, Math.min(all.length - 1, at + by))]);
}

function stepSentence(by) {
  const all = [...document.querySelectorAll("article .sentence")];
  const at = current ? all.indexOf(sentenceOf(current.dataset.segment)) : -1;
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  if (next) selectSentence(next.dataset.segment);
}

async function judge() {
  say("Judging the article as it reads now …");
  const found = await ask("/verdict");
  if (!found) return;
  document.getElementById("verdict").innerHTML = found.html;
  say(found.said);
}

const does = {
  select: (card) => select(card),
  open: (_, link) => selectSentence(link.dataset.segment),
  edit,
  cancel,
  save: (card) => act(card, { kind: "edit", text: card.querySelector("textarea").value }),
  undo: (card) => act(card, { kind: "undo" }),
  "ask-model": askModel,
  accept: (card, button) => act(card, { kind: "accept", suggestion: button.dataset.suggestion }),
  "ask-dismiss": (card, button) => {
    const place = button.closest("[data-flag]").querySelector(".dismiss");
    place.hidden = false;
    place.querySelector("input").focus();
  },
  dismiss: (card, button) => {
    const flag = button.closest("[data-flag]");
    return act(card, { kind: "dismiss", flag: flag.dataset.flag, reason: flag.querySelector("input").value });
  },
  order: (_, button) => {
    order = button?.dataset.order ?? (order === "rank" ? "segment" : "rank");
    arrange();
    say(order === "rank" ? "Worst first" : "Text order");
    if (current) show(current);
  },
  previous: () => step(-1),
  next: () => step(1),
  judge,
  help: () => help.showModal(),
  "close-help": () => help.close(),
};

// The Export menu closes on a click elsewhere or on one of its links, on Escape, and when the focus leaves it.
document.addEventListener("click", (event) => {
  if (menu?.open && (!menu.contains(event.target) || event.target.closest("a"))) menu.open = false;
});
menu?.addEventListener("focusout", (event) => {
  if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  const card = event.target.closest(".card");
  if (button) {
    if (button.tagName === "A") event.preventDefault();
    if (card && card !== current) select(card, false);
    does[button.dataset.do](card, button);
  } else if (card) {
    if (card !== current) select(card);
  } else {
    const sentence = event.target.closest("article .sentence");
    if (sentence && getSelection().isCollapsed) selectSentence(sentence.dataset.segment);
  }
});

document.addEventListener("input", (event) => {
  if (event.target.tagName === "TEXTAREA") grow(event.target);
});

document.addEventListener("keydown", (event) => {
  if (help.open || event.isComposing) return;
  if (menu?.open && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  const card = event.target.closest(".card");
  const typing = event.target.matches("textarea, input[type=text]");
  if (typing) {
    if (event.key === "Escape") cancel(card);
    else if (event.key !== "Enter") return;
    else if (event.target.matches("input")) does.dismiss(card, event.target);
    else if (event.ctrlKey || event.metaKey) does.save(card);
    else return;
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !keys.checked) return;
  const key = event.key;
  if (key === "j") step(1);
  else if (key === "k") step(-1);
  else if (key === "J") stepSentence(1);
  else if (key === "K") stepSentence(-1);
  else if (key === "o") does.order();
  else if (key === "v") judge();
  else if (key === "?") does.help();
  else if (!current) return;
  else if (key === "e") edit(current);
  else if (key === "u") current.querySelector("[data-do=undo]")?.click();
  else if (key === "m") current.querySelector("[data-do=ask-model]")?.click();
  else if (key === "x") current.querySelector("[data-do=ask-dismiss]")?.click();
  else if (/^[1-9]$/.test(key)) current.querySelectorAll("[data-do=accept]")[key - 1]?.click();
  else return;
  event.preventDefault();
});

try {
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
} catch {
  // storage is forbidden: the choice holds until the page is left
}

addEventListener("beforeunload", (event) => {
  const open = [...document.querySelectorAll(".editor:not([hidden]) textarea")];
  if (open.some((area) => area.value !== area.defaultValue)) event.preventDefault();
});

mark(cards().find((card) => card.dataset.state === "open") ?? cards()[0]);
