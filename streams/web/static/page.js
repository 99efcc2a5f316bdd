// The live page: what is shown, the connection, and the processor's health.

import { count, span } from "./numbers.js";
import { element, running, table } from "./rows.js";

const SIZES = { "1h": "Hour", "1d": "Day", "1w": "Week", "1mo": "Month", "1q": "Quarter", now: "Now" };
const LIMIT = 5000, AGAIN = 5000, HEALTH = 3000;

const $ = (id) => document.getElementById(id);
const say = (id, text) => { if ($(id).textContent !== text) $(id).textContent = text; };
const clock = (date) => date.toLocaleTimeString("en-GB");

let kpis = [];
let choice = {};
let records = new Map();
let waiting = null; // records that arrive while the values are read
let source = null;
let retry = 0;
let loads = 0;
let updated = null;

// --- records

const place = (record) => JSON.stringify([record.kpi, record.labels, record.window.start]);

function put(into, record) {
  const known = into.get(place(record));
  if (!known || known.revision <= record.revision) into.set(place(record), record);
}

function arrive(values) {
  updated = new Date();
  if (waiting) {
    waiting.push(...values);
    return;
  }
  for (const record of values) put(records, record);
  show();
}

// Two windows of a series are shown; older ones go.
function show() {
  for (const series of bySeries().values())
    for (const record of series.slice(2)) records.delete(place(record));
  render();
}

function bySeries() {
  const series = new Map();
  for (const record of records.values()) {
    const key = JSON.stringify([record.kpi, record.labels]);
    series.set(key, [...(series.get(key) ?? []), record]);
  }
  for (const list of series.values()) list.sort((a, b) => (a.window.start < b.window.start ? 1 : -1));
  return series;
}

// --- the connection

function connect() {
  clearTimeout(retry);
  source?.close();
  const mine = new EventSource(`/api/events?${new URLSearchParams(choice)}`);
  source = mine;
  mine.onopen = load;
  mine.addEventListener("values", (event) => arrive(JSON.parse(event.data)));
  mine.addEventListener("gone", load); // the window before the two that are known is needed
  mine.addEventListener("lost", load);
  mine.onerror = () => {
    connection("reconnecting", "Reconnecting");
    if (mine.readyState === EventSource.CLOSED && mine === source) retry = setTimeout(connect, AGAIN);
  };
}

async function load() {
  const mine = ++loads;
  waiting = [];
  try {
    const response = await fetch(`/api/values?${new URLSearchParams({ ...choice, newest: 2, limit: LIMIT })}`);
    const values = await response.json();
    if (mine !== loads) return;
    if (!response.ok) throw new Error(values.errors.join("; "));
    records = new Map();
    for (const record of [...values, ...waiting]) put(records, record);
    waiting = null;
    const left = Number(response.headers.get("X-Total-Count")) - values.length;
    note(left > 0 ? `${count(left)} older or further values are left out here.` : "");
    updated ??= values.length ? new Date() : null;
    connection("live", "Live");
    show();
  } catch (error) {
    if (mine !== loads) return;
    connection("reconnecting", "Reconnecting");
    note(`The values could not be read: ${error.message}.`);
    clearTimeout(retry);
    retry = setTimeout(connect, AGAIN);
  }
}

function connection(state, text) {
  $("connection").dataset.state = state;
  say("connection", text);
}

function note(text) {
  say("note", text);
  $("note").hidden = !text;
}

async function health() {
  try {
    const told = await (await fetch("/readyz")).json();
    $("health").dataset.state = told.ready ? "good" : "bad";
    say("health", told.ready ? "✓ The processor is ready." : `✗ The processor is not ready: ${told.why.join("; ")}.`);
    const { received, applied, duplicates, dead_letters: dead } = told.counts ?? {};
    say("counts", told.counts ? `This worker: ${count(received)} received, ${count(applied)} applied, ` +
      `${count(duplicates)} ${duplicates === 1 ? "duplicate" : "duplicates"}, ` +
      `${count(dead)} dead ${dead === 1 ? "letter" : "letters"}.` : "");
  } catch {
    $("health").dataset.state = "bad";
    say("health", "✗ The processor does not answer.");
  }
  setTimeout(health, HEALTH);
}

// --- what is shown

function render() {
  const series = [...bySeries().values()];
  const starts = [...records.values()].map((record) => record.window.start);
  const newest = starts.reduce((a, b) => (a > b ? a : b), "");
  headline([...records.values()].find((record) => record.window.start === newest));
  const shown = kpis.filter((kpi) => kpi.windows.includes(choice.window) && kpi.scopes.includes(choice.scope));
  const found = (kpi) => series.filter(([now]) => now.kpi === kpi.name);
  const sections = [...new Set(shown.map((kpi) => kpi.group))].map((group) => {
    const title = group[0].toUpperCase() + group.slice(1);
    const members = shown.filter((kpi) => kpi.group === group);
    return element("section", { "data-group": group }, element("h2", {}, title), table(title, members, found, choice, newest));
  });
  renew($("groups"), element("div", { id: "groups" }, ...sections));
}

function headline(record) {
  const none = choice.window === "now" ? "There is no value now." : `No ${SIZES[choice.window].toLowerCase()} has a value yet.`;
  say("window", record ? `${span(record.window)}: ${stage(record)}` : `${none} The first appears as soon as an event counts.`);
  if (!updated) return;
  const seen = [...records.values()].map((one) => one.watermark).reduce((a, b) => (a > b ? a : b), "");
  say("freshness", `Last update ${clock(updated)}.` + (seen ? ` Events known up to ${seen.slice(0, 19).replace("T", " ")} UTC.` : ""));
}

const stage = (record) => (record.window.size === "now" ? "as things stand" : running(record) ? "so far" : record.final ? "final" : "complete, late events may still change it");

// Makes `old` like `fresh`, and leaves alone what is the same, so that focus and selection stay.
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const alike = old.tagName === fresh.tagName && old.children.length === fresh.children.length && old.tagName !== "TR";
  if (alike && old.children.length) {
    [...fresh.children].forEach((child, place) => renew(old.children[place], child));
    return;
  }
  const changed = old.tagName === "TR" && old.dataset.kpi === fresh.dataset.kpi && old.dataset.value !== fresh.dataset.value;
  old.replaceWith(fresh);
  if (changed && !matchMedia("(prefers-reduced-motion: reduce)").matches)
    fresh.querySelector("td")?.animate([{ backgroundColor: "var(--flash)" }, { backgroundColor: "transparent" }], 1200);
}

// --- the choice

function offer() {
  const sizes = Object.keys(SIZES).filter((size) => kpis.some((kpi) => kpi.windows.includes(size)));
  const dims = [...new Set(kpis.flatMap((kpi) => kpi.by))];
  const asked = new URLSearchParams(location.search);
  const among = (name, allowed) => (allowed.includes(asked.get(name)) ? asked.get(name) : allowed[0]);
  choice = { window: among("window", sizes), scope: among("scope", ["all", ...dims]) };
  $("windows").replaceChildren(...sizes.map((size) => {
    const input = element("input", { type: "radio", name: "window", value: size });
    input.checked = size === choice.window;
    return element("label", {}, input, element("span", {}, SIZES[size]));
  }));
  $("scope").replaceChildren(...["all", ...dims].map((scope) => element("option", { value: scope }, scope === "all" ? "all" : `by ${scope}`)));
  $("scope").value = choice.scope;
}

function choose() {
  const picked = new FormData($("choice"));
  choice = { window: picked.get("window"), scope: $("scope").value };
  history.replaceState(null, "", `?${new URLSearchParams(choice)}`);
  records = new Map();
  note("");
  connect();
}

async function start() {
  try {
    kpis = await (await fetch("/api/kpis")).json();
  } catch {
    connection("reconnecting", "Reconnecting");
    setTimeout(start, AGAIN);
    return;
  }
  offer();
  $("choice").addEventListener("change", choose);
  $("choice").addEventListener("submit", (event) => event.preventDefault());
  connect();
  health();
}

start();
