// The headline: a card for each number with its target, its trend and its interval; promises; what is open now.

import { Spark } from "./chart.js";
import { NONE, count, number, target } from "./numbers.js";
import { element, running, samples } from "./rows.js";

const seconds = (record) => new Date(record.window.start) / 1000;
export const bound = (record) => record?.target && Object.values(record.target)[0];
export const points = (series) => [...series].reverse().map((r) => [seconds(r), r.value, r.interval?.low, r.interval?.high]);

// What a trend says, for those who do not see it.
export function course(series, kpi) {
  if (series.length < 2) return `${kpi.title}: no trend yet`;
  const values = series.map((record) => record.value).filter((value) => value !== null);
  return `${kpi.title}: trend over ${series.length} windows, from ${number(series.at(-1).value, kpi)} to ` +
    `${number(series[0].value, kpi)}; lowest ${number(Math.min(...values), kpi)}, highest ${number(Math.max(...values), kpi)}`;
}

// What opens the story behind a number.
export const opener = (kpi) =>
  element("button", { type: "button", class: "open", "aria-haspopup": "dialog", "data-open": kpi.name, title: kpi.means }, kpi.title);

export class Card {
  constructor(kpi) {
    this.kpi = kpi;
    this.spark = new Spark();
    this.value = element("p", { class: "value" });
    this.verdict = element("p", { class: "judged" });
    this.foot = element("p", { class: "foot" });
    this.node = element("article", { class: "card", "data-kpi": kpi.name },
      element("h3", {}, opener(kpi)), this.value, this.verdict, this.spark.node, this.foot);
  }

  update(series) {
    const [now, before] = series, kpi = this.kpi;
    const state = !now || now.met === null ? "none" : now.met ? "met" : "missed";
    this.node.dataset.state = state;
    this.node.dataset.number = now?.value ?? "";
    set(this.value, element("strong", {}, now ? number(now.value, kpi) : NONE), " ", element("span", { class: "stat" }, said(kpi)));
    set(this.verdict, ...judged(now, kpi, state));
    const tone = { met: "--good", missed: "--bad", none: "--accent" }[state];
    this.spark.draw(points(series), bound(now), tone, course(series, kpi));
    set(this.foot, ...foot(now, before, kpi));
  }
}

const STATS = { share: "", count: "", sum: "", score: "points", ratio: "" };
export const said = (kpi) => (["trend", "seasonal"].includes(kpi.form) ? "×" : STATS[kpi.stat] ?? kpi.stat);

function judged(now, kpi, state) {
  if (!now) return [element("span", { class: "none" }, "no value yet")];
  if (state === "none") return [element("span", { class: "none" }, kpi.target ? "" : "no target")];
  return [element("span", { class: `verdict ${state}` }, state === "met" ? "✓ met" : "✗ missed"),
    " ", element("small", {}, target(now.target, kpi))];
}

function foot(now, before, kpi) {
  if (!now) return [];
  const told = [moved(now, before, kpi)];
  if (now.interval) told.push(`95 %: ${number(now.interval.low, kpi)} to ${number(now.interval.high, kpi)}`);
  const n = samples(now);
  if (n !== null && n !== undefined) told.push(`n = ${count(n)}`);
  const parts = told.filter(Boolean).map((text) => element("span", {}, text));
  if (now.low_sample) parts.push(element("span", { class: "few" }, "few samples"));
  return parts;
}

// How it was in the window right before; a count that still grows is not compared with a whole window's.
function moved(now, before, kpi) {
  if (!before || before.window.end !== now.window.start || (["count", "sum"].includes(kpi.stat) && running(now))) return "";
  const then = number(before.value, kpi);
  if (then === number(now.value, kpi)) return "= as before";
  return `${now.value > before.value ? "▲" : "▼"} from ${then}`;
}

function set(node, ...children) {
  const fresh = node.cloneNode(false);
  fresh.append(...children.filter((child) => child !== ""));
  if (!node.isEqualNode(fresh)) node.replaceChildren(...fresh.childNodes);
}

// An attainment with its error budget: the misses that the target allows among so many decisions, and how many there were.
export function promise(kpi, now) {
  if (!now) return element("li", {}, opener(kpi), element("small", { class: "none" }, "no decision yet"));
  const state = now.met === null ? "none" : now.met ? "met" : "missed";
  const bar = element("span", { class: `bar-of ${state}`, "aria-hidden": "true" });
  const fill = element("i");
  fill.style.width = `${100 * now.value}%`;
  bar.append(fill);
  const aim = bound(now);
  if (aim !== null && aim !== undefined) {
    const mark = element("b");
    mark.style.left = `${100 * aim}%`;
    bar.append(mark);
  }
  return element("li", { "data-kpi": kpi.name, class: aim === null || aim === undefined ? null : "aimed" }, opener(kpi), element("strong", {}, number(now.value, kpi)), bar, element("small", {}, budget(now, kpi)));
}

export function budget(now, kpi) {
  const of = `${count(now.numerator)} of ${count(now.denominator)} kept`;
  const aim = bound(now);
  if (aim === null || aim === undefined) return of;
  const missed = now.denominator - now.numerator, allowed = (1 - aim) * now.denominator;
  const left = allowed ? 1 - missed / allowed : missed ? -Infinity : 1;
  const words = left >= 0 ? `${number(left, { stat: "share" }, 0)} of the budget left` : `budget overspent ${left === -Infinity ? "" : `${(1 - left).toFixed(1)} × `}`;
  return `${of}, ${target(now.target, kpi)}: ${words.trim()}`;
}

export function tile(name, value, words, state = null) {
  return element("div", { class: "tile", "data-state": state, "data-tile": name }, element("span", { class: "label" }, name),
    element("strong", {}, value), words ? element("small", {}, words) : null);
}
