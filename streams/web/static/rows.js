// Records of kpi-values as rows of a table. Everything is set as text: labels come from events.

import { NONE, count, number, span, target } from "./numbers.js";

const COLUMNS = ["Value", "Target", "Window before", "Samples", "95 % interval"];
const MOST = 25;

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

const small = (text) => element("small", {}, text);
export const running = (record) => new Date(record.window.end) > new Date(record.watermark);
export const samples = (record) => (record.stats ? record.stats.count : record.denominator);

// The table of a group. `found` gives for each KPI its series, each a list of records, newest first.
export function table(group, kpis, found, choice, newest) {
  const first = choice.scope === "all" ? "KPI" : `KPI by ${choice.scope}`;
  const head = element("thead", {}, element("tr", {}, ...[first, ...COLUMNS].map((c) => element("th", { scope: "col" }, c))));
  const bodies = choice.scope === "all"
    ? [element("tbody", {}, ...kpis.map((kpi) => row(kpi, found(kpi)[0] ?? [], name(kpi), newest)))]
    : kpis.map((kpi) => split(kpi, found(kpi), choice, newest));
  const caption = element("caption", { class: "unseen" }, `${group}, by KPI`);
  return element("table", {}, caption, head, ...bodies);
}

function name(kpi) {
  return element("th", { scope: "row", class: kpi.form === "scorepart" ? "part" : null },
    element("button", { type: "button", class: "open title", "aria-haspopup": "dialog", "data-open": kpi.name }, kpi.title), small(kpi.means));
}

function split(kpi, series, choice, newest) {
  const aim = kpi.target ? ` Target: ${target(kpi.target, kpi)}.` : "";
  const head = element("tr", { class: "of" }, element("th", { scope: "rowgroup", colspan: COLUMNS.length + 1 },
    element("button", { type: "button", class: "open title", "aria-haspopup": "dialog", "data-open": kpi.name }, kpi.title), small(kpi.means + aim)));
  const ordered = [...series].sort((a, b) => samples(b[0]) - samples(a[0]) || (label(a[0]) < label(b[0]) ? -1 : 1));
  const rows = ordered.slice(0, MOST).map((records) =>
    row(kpi, records, element("th", { scope: "row" }, label(records[0])), newest));
  return element("tbody", {}, head, ...rows, rest(kpi, ordered.length, choice));
}

function rest(kpi, total, choice) {
  if (total && total <= MOST) return null;
  const query = new URLSearchParams({ kpi: kpi.name, scope: choice.scope, window: choice.window, newest: 1, limit: 5000 });
  const link = element("a", { href: `/api/values?${query}` }, "all of them as JSON");
  const words = total ? [`and ${count(total - MOST)} more with fewer samples: `, link] : ["no value yet"];
  return element("tr", {}, element("td", { colspan: COLUMNS.length + 1, class: "none" }, ...words));
}

const label = (record) => Object.values(record.labels)[0] ?? "";

function row(kpi, records, heading, newest) {
  const [now, before] = records;
  const key = { "data-kpi": kpi.name, "data-label": now ? label(now) : "" };
  if (!now) return element("tr", key, heading, cell(0, element("span", { class: "none" }, "no value yet")), ...blank(kpi));
  return element("tr", { ...key, "data-value": now.value, "data-start": now.window.start }, heading,
    cell(0, element("strong", {}, number(now.value, kpi)), element("span", { class: "stat" }, stat(kpi)),
      now.window.start === newest ? null : small(span(now.window))),
    cell(1, ...verdict(now, kpi)), cell(2, ...change(now, before, kpi)), cell(3, ...basis(now)),
    cell(4, now.interval ? `${number(now.interval.low, kpi)} to ${number(now.interval.high, kpi)}` : NONE));
}

const blank = (kpi) => [cell(1, kpi.target ? small(target(kpi.target, kpi)) : element("span", { class: "none" }, "no target")),
  ...[2, 3, 4].map((column) => cell(column, NONE))];
const cell = (column, ...children) => element("td",
  { "data-column": COLUMNS[column], class: children[0] === NONE ? "empty" : null }, element("div", {}, ...children));
const STATS = { share: "", count: "", sum: "", score: "points", ratio: "" };
const COMPARES = ["trend", "seasonal"];
const stat = (kpi) => (COMPARES.includes(kpi.form) ? "×" : STATS[kpi.stat] ?? kpi.stat);

function verdict(now, kpi) {
  if (now.met === null) return [element("span", { class: "none" }, "no target")];
  const word = now.met ? "met" : "missed";
  return [element("span", { class: `verdict ${word}` }, `${now.met ? "✓" : "✗"} ${word}`), small(target(now.target, kpi))];
}

// How it was in the window right before. A count or a sum that is still growing is not compared with a whole window's.
function change(now, before, kpi) {
  if (!before || before.window.end !== now.window.start) return [element("span", { class: "none" }, "no value")];
  const then = number(before.value, kpi);
  if (["count", "sum"].includes(kpi.stat) && running(now)) return [then, small("whole window")];
  if (then === number(now.value, kpi)) return ["= same", small(then)];
  const up = now.value > before.value;
  return [`${up ? "▲ up" : "▼ down"} from ${then}`, small(judged(up, now.target))];
}

function judged(up, bound) {
  if (!bound) return "";
  return up === "at_least" in bound ? "better" : "worse";
}

// What never stands without its companions, in words: "csat 90 % of 40, reopen rate 3 % of 120".
export const beside = (now) => (now.beside ?? []).map((one) =>
  `${one.kpi.replaceAll("_", " ")} ${one.value === null ? NONE : `${among(one)} of ${count(one.denominator)}`}`).join(", ");
// A share, and in brackets what is left of it once it is drawn to all persons' of the window.
export const among = (one) => number(one.value, { stat: "share" }) + drawn(one);
export const drawn = (one) => (typeof one.shrunk === "number" ? ` (${number(one.shrunk, { stat: "share" })} drawn to all)` : "");

// What like windows usually bring, of a count against its season.
const LIKES = { before: "of the windows before", weekday: "of this weekday", day_of_month: "of this day of the month", after_holiday: "after holidays" };
export const usual = (now) => (now.usual
  ? `usual ${LIKES[now.usual.like] ?? ""}: ${count(now.usual.low)} to ${count(now.usual.high)}, now ${count(now.denominator)}` : "");

function basis(now) {
  const parted = now.numerator !== null && now.interval !== null && now.unit === "ratio";
  const text = parted ? `${count(now.numerator)} of ${count(samples(now))}` : count(samples(now));
  return [text, now.beside ? small(beside(now)) : "", now.usual ? small(usual(now)) : "", now.low_sample ? element("small", { class: "few" }, "few samples") : ""];
}
