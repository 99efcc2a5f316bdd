// The live page: what is shown, and the processor's health.

import { Card, promise, tile } from "./cards.js";
import { Detail } from "./detail.js";
import { NONE, count, duration, number, span } from "./numbers.js";
import { element, running, table } from "./rows.js";
import { Store } from "./store.js";

const SIZES = { "1h": "Hour", "1d": "Day", "1w": "Week", "1mo": "Month", "1q": "Quarter", now: "Now" };
const BACK = { 12: "12 windows", 24: "24 windows", 48: "48 windows", 96: "96 windows" };
const AGAIN = 5000, HEALTH = 5000, OPEN = 1000;

const MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;

const $ = (id) => document.getElementById(id);
const say = (id, text) => { if ($(id).textContent !== text) $(id).textContent = text; };
const clock = (date) => date.toLocaleTimeString("en-GB");

let kpis = [], cards = [];
let choice = {}, positions = {}, standing = null;
const store = new Store({ changed: render, state: connection, note });
const detail = new Detail($("detail"));

function connection(state, text) {
  $("connection").dataset.state = state;
  say("connection", text);
}

function note(text) {
  say("note", text);
  $("note").hidden = !text;
}

// --- the processor

async function health() {
  if (!document.hidden) await Promise.all([readiness(), vitals()]);
  setTimeout(health, HEALTH);
}

async function readiness() {
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
}

async function vitals() {
  try {
    positions = await (await fetch("/api/positions")).json();
    pulse();
  } catch {
    // the line above says that the processor does not answer
  }
}

function pulse() {
  const { lags = {}, journal = {} } = positions;
  const lag = Object.values(lags).reduce((a, b) => a + b, 0);
  renew($("vitals"), element("div", { id: "vitals", class: "tiles" },
    tile("Lag", count(lag), lag === 1 ? "record" : "records"),
    tile("Partitions", count(Object.keys(journal).length), "held by this worker"),
    tile("Behind", behind(), "watermark to clock")));
}

// How far the watermark is behind the clock, by the newest record.
function behind() {
  const marks = [...store.records.values()].map((record) => record.watermark);
  if (!marks.length) return NONE;
  const late = (Date.now() - new Date(marks.reduce((a, b) => (a > b ? a : b)))) / 1000;
  return late < 0 ? `${duration(Math.round(-late))} ahead` : duration(Math.round(late));
}

// --- what is shown

const until = () => (choice.until && choice.window !== "now" ? `${choice.until}:00Z` : "");
const part = () => (choice.label ? choice.label : "");
const place = (kpi) => ({ size: kpi.windows.includes(choice.window) ? choice.window : kpi.windows[0], label: part() });

function look(event) {
  const kpi = kpis.find((one) => one.name === event.target.closest("[data-open]")?.dataset.open);
  if (!kpi) return;
  const { size, label } = place(kpi);
  detail.open(kpi, { size, label: !label && !kpi.scopes.includes("all") ? null : label, back: choice.back, until: until() }, () => store.of(kpi.name, size, label));
}

function render() {
  const series = [...store.series.values()];
  const shownSize = ([now]) => now.window.size === choice.window;
  const starts = series.filter(shownSize).map(([now]) => now.window.start);
  const newest = starts.reduce((a, b) => (a > b ? a : b), "");
  headline(series.filter(shownSize).map(([now]) => now).find((now) => now.window.start === newest));
  for (const card of cards) card.update(store.of(card.kpi.name, choice.window, part()));
  promises();
  present();
  pulse();
  sections(series, newest);
  options();
  detail.update();
}

function sections(series, newest) {
  const shown = kpis.filter((kpi) => kpi.windows.includes(choice.window) && kpi.scopes.includes(choice.scope));
  const found = (kpi) => series.filter(([now]) => now.kpi === kpi.name && now.scope === choice.scope && now.window.size === choice.window);
  const made = [...new Set(shown.map((kpi) => kpi.group))].map((group) => {
    const title = group[0].toUpperCase() + group.slice(1);
    const members = shown.filter((kpi) => kpi.group === group);
    return element("section", { "data-group": group }, element("h2", {}, title),
      element("div", { class: "framed" }, table(title, members, found, choice, newest)));
  });
  renew($("groups"), element("div", { id: "groups" }, ...made));
}

function promises() {
  const kept = kpis.filter((kpi) => kpi.form === "attainment" && kpi.windows.includes(choice.window));
  const items = kept.map((kpi) => [kpi, store.of(kpi.name, choice.window, part())[0]]).filter(([kpi, now]) => now || kpi.target);
  items.sort(([a], [b]) => Boolean(b.target) - Boolean(a.target));
  refill($("promises"), items.map(([kpi, now]) => promise(kpi, now)));
}

// What is open over everything: the worker tells it of the whole fleet.
async function open() {
  if (!document.hidden) {
    try {
      standing = await (await fetch("/api/open")).json();
      present();
    } catch {
      // the processor's line says that it does not answer
    }
  }
  setTimeout(open, OPEN);
}

function risks() {
  if (!standing) return [];
  const { clocks, at_risk: risk, overdue, oldest_seconds: oldest } = standing;
  const by = (of) => Object.entries(clocks).filter(([, one]) => one[of]).map(([clock, one]) => `${clock.replaceAll("_", " ")} ${count(one[of])}`).join(", ");
  return [
    tile("At risk", count(risk), by("at_risk") || "none with little time left", risk ? "few" : null),
    tile("Overdue", count(overdue), by("overdue") || "none broken and still open", overdue ? "bad" : null),
    tile("Oldest waiting", oldest === null ? NONE : duration(Math.floor(oldest)), oldest === null ? "nobody waits" : "since it began"),
  ];
}

// What is told of the present, and has no past.
function present() {
  const told = kpis.filter((kpi) => kpi.windows.includes("now"));
  const tiles = told.map((kpi) => {
    const [now] = store.of(kpi.name, "now");
    return tile(kpi.title, now ? number(now.value, kpi) : kpi.stat === "count" ? "0" : NONE, kpi.means);
  });
  renew($("now"), element("div", { id: "now", class: "tiles" }, ...tiles, ...risks()));
}

// Anew only where it says something else; the focus stays.
function refill(list, items) {
  const html = (node) => node.outerHTML;
  const focused = [...list.children].findIndex((item) => item.contains(document.activeElement));
  if ([...list.children].map(html).join() === items.map(html).join()) return;
  list.replaceChildren(...items);
  list.children[focused]?.querySelector("button")?.focus();
}

function headline(record) {
  say("window", record ? `${span(record.window)}: ${stage(record)}` : "");
  if (record) say("freshness", `Values as of ${record.watermark.replace("T", " ").slice(0, 19)} UTC, last change seen at ${clock(store.updated)}.`);
}

const stage = (record) => (record.window.size === "now" ? "as things stand" : running(record) ? "so far" : record.final ? "final" : "complete, late events may still change it");

// Makes `old` like `fresh`, and leaves alone what is the same, so that focus and selection stay.
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const alike = old.tagName === fresh.tagName && old.children.length === fresh.children.length && old.tagName !== "TR";
  if (alike && old.children.length) {
    [...fresh.children].forEach((child, at) => renew(old.children[at], child));
    return;
  }
  const changed = old.tagName === "TR" && old.dataset.kpi === fresh.dataset.kpi && old.dataset.value !== fresh.dataset.value;
  old.replaceWith(fresh);
  if (changed && !matchMedia("(prefers-reduced-motion: reduce)").matches)
    fresh.querySelector("td")?.animate([{ backgroundColor: "var(--flash)" }, { backgroundColor: "transparent" }], 1200);
}

// --- the choice

const option = ([value, words]) => element("option", { value }, words);

function offer() {
  const sizes = Object.keys(SIZES).filter((size) => kpis.some((kpi) => kpi.windows.includes(size)));
  const dims = [...new Set(kpis.flatMap((kpi) => kpi.by))];
  const asked = new URLSearchParams(location.search);
  const among = (name, allowed, standard = allowed[0]) => (allowed.includes(asked.get(name)) ? asked.get(name) : standard);
  choice = {
    window: among("window", sizes), scope: among("scope", ["all", ...dims]), label: asked.get("label") ?? "",
    back: among("back", Object.keys(BACK), "24"), view: among("view", ["full", "wall"]),
  };
  choice.until = MINUTE.test(asked.get("until")) ? asked.get("until") : "";
  if (!choice.label.startsWith(`${choice.scope}=`)) choice.label = "";
  $("windows").replaceChildren(...sizes.map((size) => {
    const input = element("input", { type: "radio", name: "window", value: size });
    input.checked = size === choice.window;
    return element("label", {}, input, element("span", {}, SIZES[size]));
  }));
  $("scope").replaceChildren(...["all", ...dims].map((scope) => option([scope, scope === "all" ? "all" : `by ${scope}`])));
  $("back").replaceChildren(...Object.entries(BACK).map(option));
  for (const name of ["scope", "back", "view", "until"]) $(name).value = choice[name];
}

// The labels that there are of the scope.
function options() {
  const labels = [...store.series.values()].filter(([now]) => now.scope === choice.scope).flatMap(([now]) =>
    Object.entries(now.labels).map(([dim, value]) => [`${dim}=${value}`, value]));
  const known = [...new Map(choice.label ? [[choice.label, choice.label.split("=")[1]], ...labels] : labels)].sort();
  const fresh = element("select", { id: "label" }, ...[["", "no one in particular"], ...known].map(option));
  if ($("label").innerHTML !== fresh.innerHTML) {
    $("label").replaceChildren(...fresh.childNodes);
    $("label").value = choice.label;
  }
  $("parts").hidden = choice.scope === "all";
}

function choose() {
  const picked = new FormData($("choice"));
  const scope = $("scope").value, label = $("label").value;
  choice = { window: picked.get("window"), scope, label: label.startsWith(`${scope}=`) ? label : "", back: $("back").value, view: $("view").value, until: $("until").value };
  const standard = { label: "", back: "24", view: "full", until: "" };
  const told = Object.entries(choice).filter(([name, value]) => standard[name] !== value);
  history.replaceState(null, "", `?${new URLSearchParams(told)}`);
  note("");
  begin();
}

function begin() {
  document.body.classList.toggle("wall", choice.view === "wall");
  $("today").hidden = !choice.until;
  const named = kpis.filter((kpi) => kpi.headline !== null && kpi.windows.includes(choice.window)).sort((a, b) => a.headline - b.headline);
  const shown = named.filter((kpi) => kpi.scopes.includes(choice.label ? choice.scope : "all"));
  cards = shown.map((kpi) => new Card(kpi));
  $("cards").replaceChildren(...cards.map((card) => card.node));
  const query = (pairs) => new URLSearchParams(pairs).toString();
  const trends = kpis.filter((kpi) => shown.includes(kpi) || kpi.form === "attainment").map((kpi) => ["kpi", kpi.name]);
  const own = choice.label ? ["label", choice.label] : ["scope", "all"];
  const size = ["window", choice.window];
  const then = until() ? [["until", until()]] : [];
  const reads = [query([size, ["scope", choice.scope], ["newest", 2], ...then])];
  if (choice.window !== "now") reads.push(query([...trends, size, own, ["newest", choice.back], ...then]), query([["window", "now"], ["scope", "all"], ["newest", 1]]));
  const scopes = [...new Set(["all", choice.scope])].map((scope) => ["scope", scope]);
  store.follow(until() ? null : query([size, ...(choice.window === "now" ? [] : [["window", "now"]]), ...scopes]), reads, Number(choice.back));
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
  document.querySelector("main").addEventListener("click", look);
  $("today").addEventListener("click", () => {
    $("until").value = "";
    choose();
    $("until").focus();
  });
  begin();
  health();
  open();
}

start();
