// The story behind a number, in a dialogue: its course, its parts by scope, and the cases that it rests on.

import { Course } from "./chart.js";
import { bound, course, points, said } from "./cards.js";
import { NONE, count, duration, number, span, target } from "./numbers.js";
import { beside, drawn, element, samples, usual } from "./rows.js";

const MOST = 12;

export class Detail {
  constructor(dialog) {
    this.dialog = dialog;
    dialog.addEventListener("close", () => this.ended());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  // `place` says which series: size, label (null where the KPI has no scope `all`), and how many windows `back`;
  // `recent` gives its newest records whenever it is asked.
  open(kpi, place, recent) {
    this.ended();
    Object.assign(this, { kpi, place, recent, past: [] });
    this.course = new Course((value) => number(value, kpi, 0), kpi.unit === "seconds");
    this.value = element("p", { class: "value" });
    this.windows = element("div", { class: "scrolls" });
    this.parts = element("div", { class: "parts" });
    this.cases = element("div", { class: "cases", "aria-live": "polite" });
    const close = element("button", { type: "button", class: "close" }, "Close");
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.replaceChildren(element("div", { class: "sheet" },
      element("div", { class: "bar" }, element("h2", { id: "detail-title" }, kpi.title), close),
      element("p", { class: "line" }, kpi.means), this.value, this.course.node,
      element("details", {}, element("summary", {}, "Windows as a table"), this.windows),
      ...(kpi.by.length && kpi.windows.includes(place.size) ? [element("h3", {}, "Parts"), this.chooser(), this.parts] : []),
      element("h3", {}, "The cases behind it"), this.cases));
    if (!this.dialog.open) this.dialog.showModal();
    this.update();
    this.recall();
    this.explain();
  }

  // The windows before those that the page holds.
  async recall() {
    const { kpi, place, course: mine } = this;
    if (place.label === null) return;
    const own = place.label ? { label: place.label } : { scope: "all" };
    const records = await ask(`/api/values?${new URLSearchParams({ kpi: kpi.name, window: place.size, newest: place.back, ...own, ...(place.until && { until: place.until }) })}`);
    if (this.course !== mine || !Array.isArray(records)) return;
    this.past = records;
    this.update();
  }

  series() {
    const all = new Map([...this.past, ...this.recent()].map((record) => [record.window.start, record]));
    return [...all.values()].sort((a, b) => (a.window.start < b.window.start ? 1 : -1)).slice(0, Number(this.place.back));
  }

  ended() {
    this.course?.end();
    this.course = null;
  }

  get shown() {
    return this.dialog.open && this.course !== null;
  }

  update() {
    if (!this.shown) return;
    const series = this.series(), [now] = series, { kpi } = this;
    const where = [this.place.label || "all", now ? span(now.window) : ""].filter(Boolean).join(", ");
    this.value.replaceChildren(element("strong", {}, now ? number(now.value, kpi) : NONE), " ",
      element("span", { class: "stat" }, [said(kpi), kpi.target ? `target ${target(kpi.target, kpi)}` : "", where, now ? beside(now) + usual(now) + drawn(now) : ""].filter(Boolean).join(" · ")));
    this.course.draw(points(series), bound(now), course(series, kpi), now?.window.tz);
    this.windows.replaceChildren(table(series, kpi));
  }

  chooser() {
    const select = element("select", { "aria-label": "Parts by" }, ...this.kpi.by.map((dim) => element("option", { value: dim }, `by ${dim}`)));
    select.addEventListener("change", () => this.divide(select.value));
    this.divide(this.kpi.by[0]);
    return select;
  }

  async divide(dim) {
    const { kpi, place, course: mine } = this;
    const query = new URLSearchParams({ kpi: kpi.name, scope: dim, window: place.size, newest: 1, limit: 500, ...(place.until && { until: place.until }) });
    const records = await ask(`/api/values?${query}`);
    if (this.course !== mine || !Array.isArray(records)) return;
    const newest = records.reduce((a, b) => (a > b.window.start ? a : b.window.start), "");
    const now = records.filter((record) => record.window.start === newest);
    now.sort((a, b) => (samples(b) ?? b.value) - (samples(a) ?? a.value));
    const most = Math.max(...now.map((record) => Math.abs(record.value ?? 0)), 0);
    this.parts.replaceChildren(...(now.length ? now.slice(0, MOST).map((record) => part(record, kpi, most)) : [none("no value yet")]),
      now.length > MOST ? none(`and ${now.length - MOST} more with fewer samples`) : "");
  }

  async explain() {
    const { kpi, place, course: mine } = this;
    if (place.label === null) {
      this.cases.replaceChildren(none(`Choose one ${kpi.by[0]} under “Scope” to see its cases.`));
      return;
    }
    this.cases.replaceChildren(none("Looking for them …"));
    const query = new URLSearchParams({ kpi: kpi.name, window: place.size, limit: 25, ...(place.label && { label: place.label }) });
    const [now] = this.series();
    if (place.until && now) query.set("start", now.window.start);
    const told = await ask(`/api/explain?${query}`);
    if (this.course !== mine) return;
    if (!told || told.errors) {
      this.cases.replaceChildren(none(told ? told.errors.join("; ") : "The worker does not answer."));
      return;
    }
    const again = element("button", { type: "button" }, "Look again");
    again.addEventListener("click", () => this.explain());
    this.cases.replaceChildren(
      element("p", { class: "line" }, `${count(told.cases)} ${told.cases === 1 ? "case" : "cases"} on this worker, ` +
        `${span(told.window)}; those that hurt most come first. `, again),
      ...told.incomplete.map((what) => element("p", { class: "note" }, `Not complete: ${what}.`)),
      ...told.stories.map((story) => tell(story, kpi)));
  }
}

const none = (text) => element("p", { class: "none" }, text);

async function ask(address) {
  try {
    return await (await fetch(address)).json();
  } catch {
    return null;
  }
}

function table(series, kpi) {
  const head = element("tr", {}, ...["Window", "Value", "Samples", "95 % interval"].map((name) => element("th", { scope: "col" }, name)));
  const rows = series.map((record) => element("tr", {}, element("th", { scope: "row" }, span(record.window)),
    element("td", {}, number(record.value, kpi)), element("td", {}, samples(record) === null ? NONE : count(samples(record))),
    element("td", {}, record.interval ? `${number(record.interval.low, kpi)} to ${number(record.interval.high, kpi)}` : NONE)));
  return element("table", { class: "plain" }, element("caption", { class: "unseen" }, `${kpi.title} by window`),
    element("thead", {}, head), element("tbody", {}, ...rows));
}

function part(record, kpi, most) {
  const state = record.met === null ? "none" : record.met ? "met" : "missed";
  const bar = element("span", { class: `bar-of ${state}`, "aria-hidden": "true" });
  const fill = element("i");
  fill.style.width = `${most ? (100 * Math.abs(record.value ?? 0)) / most : 0}%`;
  bar.append(fill);
  const n = samples(record);
  return element("p", {}, element("span", { class: "label" }, Object.values(record.labels)[0]), bar,
    element("strong", {}, number(record.value, kpi)),
    element("small", {}, [drawn(record).trim(), beside(record), state === "none" ? "" : state === "met" ? "✓ met" : "✗ missed", n === null ? "" : `n = ${count(n)}`].filter(Boolean).join(" · ")));
}

// --- a case

function tell(story, kpi) {
  const heads = story.samples.slice(0, 3).map((sample) => value(sample.value, kpi)).join(", ");
  const labels = Object.values(story.samples[0].labels).filter((label) => label !== "unknown").join(" · ");
  const whose = story.case === "customer" ? "" : `of ${story.customer}`;
  return element("details", { class: "story" },
    element("summary", {}, element("strong", {}, heads), element("span", {}, `${story.case} ${story.id}`), element("small", {}, [whose, labels].filter(Boolean).join(" · "))),
    list("Spans", story.spans.flatMap(spans)), list("Promises", story.promises.map(promised)),
    list("Events", story.events.map((event) => `${clock(event.at)}  ${event.topic}: ${event.what}`)));
}

function value(given, kpi) {
  if (typeof given === "boolean") return given ? "yes" : "no";
  if (given !== null && typeof given === "object") return `${given.hits} of ${given.of}`;
  return kpi.unit === "seconds" ? number(given, kpi) : String(given);
}

const list = (title, lines) => (lines.length ? element("div", {}, element("h4", {}, title), element("ul", {}, ...lines.map((line) => element("li", {}, line)))) : null);
const clock = (at) => (at ? at.replace("T", " ").replace(/(\.\d+)?Z$/, "") : "now");
const between = (a, b) => duration((new Date(b) - new Date(a)) / 1000);
const promised = (one) => `${one.clock}: ${one.outcome}, due ${clock(one.deadline)}`;

function spans(one) {
  const open = `${clock(one.start)} to ${one.end ? `${clock(one.end)}, ${between(one.start, one.end)}` : "now, open"}`;
  const reply = one.first_reply ? `; first reply after ${between(one.start, one.first_reply)}` : "; no reply yet";
  return [`cycle ${one.cycle}: ${open}${reply}`, ...one.pauses.map((pause) => `waiting for the customer: ${clock(pause.start)} to ${clock(pause.end)}`)];
}
