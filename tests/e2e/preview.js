// Draws `window.board`: the panels of a dashboard where their JSON puts them, with what Prometheus answered.

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(`--${name}`).trim();
const LINES = ["#5794f2", "#73bf69", "#ff9830", "#b877d9", "#f2495c", "#8ab8ff", "#c0a000", "#37872d"];
const SPANS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

function said(value, unit) {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (unit === "percentunit") return `${(100 * value).toFixed(1)} %`;
  if (unit === "s") {
    const [name, length] = SPANS.find(([, size]) => Math.abs(value) >= size) ?? SPANS[3];
    return `${(value / length).toFixed(value && Math.abs(value / length) < 10 ? 1 : 0)} ${name}`;
  }
  const plain = Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-GB") : `${Number(value.toFixed(2))}`;
  return unit.startsWith("currency:") ? `${plain} ${unit.slice(9)}` : unit === "cps" || unit === "rps" ? `${plain}/s` : plain;
}

const toned = (value, steps) => colour(steps.filter((step) => step.value === null || step.value === undefined || value >= step.value).at(-1)?.color ?? "blue");
const make = (tag, props = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
};
const last = (one) => one.points.at(-1)?.[1];

const DRAW = {
  stat(panel, box) {
    const value = panel.series[0] && last(panel.series[0]);
    const shown = make("div", { className: "stat" }, value === undefined ? panel.none : said(value, panel.unit));
    if (value === undefined) shown.style.fontSize = "13px";
    shown.style.color = value === undefined ? colour("quiet") : toned(value, panel.steps);
    box.append(shown);
  },
  bargauge(panel, box) {
    const most = Math.max(...panel.series.map((one) => Math.abs(last(one))), 0);
    for (const one of panel.series) {
      const bar = make("i");
      bar.style.width = `${most ? (100 * Math.abs(last(one))) / most : 0}%`;
      bar.style.background = toned(last(one), panel.steps);
      box.append(make("div", { className: "bar" }, make("span", {}, one.name), make("div", {}, bar), make("span", {}, said(last(one), panel.unit))));
    }
  },
  table(panel, box) {
    const names = ["alertname", "severity", "kind", "department", "policy", "clock"];
    box.append(make("table", {}, make("tr", {}, ...names.map((name) => make("th", {}, name))),
      ...panel.series.map((one) => make("tr", {}, ...names.map((name) => make("td", {}, one.labels[name] ?? ""))))));
  },
  text(panel, box) {
    for (const line of panel.text.split("\n").filter(Boolean)) box.append(make("div", {}, line.replace(/[*`]/g, "")));
  },
  timeseries(panel, box) {
    const times = [...new Set(panel.series.flatMap((one) => one.points.map(([at]) => Math.round(at))))].sort((a, b) => a - b);
    const lines = panel.series.map((one) => {
      const by = new Map(one.points.map(([at, value]) => [Math.round(at), value]));
      return times.map((at) => by.get(at) ?? null);
    });
    const bound = panel.steps.filter((step) => typeof step.value === "number").map((step) => times.map(() => step.value));
    const axis = { stroke: colour("quiet"), grid: { stroke: colour("rule"), width: 1 }, ticks: { show: false }, font: "10px system-ui" };
    const clock = (at) => new Date(at * 1000).toISOString().slice(11, 16);
    const range = (_, low, high) => {
      const top = high ?? 1, bottom = Math.min(low ?? 0, 0);
      return [bottom, top > bottom ? top + (top - bottom) * 0.08 : bottom + 1];
    };
    const options = {
      width: box.clientWidth - 14, height: box.clientHeight - 40, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: true }, y: { range } },
      axes: [{ ...axis, values: (_, at) => at.map(clock) }, { ...axis, size: 52, values: (_, at) => at.map((value) => said(value, panel.unit)) }],
      series: [{}, ...panel.series.map((_, at) => ({ stroke: LINES[at % 8], width: 1.5, points: { show: false }, scale: "y" })),
        ...bound.map(() => ({ stroke: colour("red"), width: 1, dash: [5, 4], points: { show: false }, auto: false }))],
    };
    if (times.length) new uPlot(options, [times, ...lines, ...bound], box);
    const keys = panel.series.map((one, at) => [Object.assign(make("b"), {}), one.name, at]).flatMap(([key, name, at]) => {
      key.style.background = LINES[at % 8];
      return [key, name];
    });
    box.append(make("div", { className: "keys" }, ...keys));
  },
};

document.querySelector("h1").append(board.title, make("small", {}, "preview, drawn from the dashboard's JSON and Prometheus' answers: not Grafana"));
for (const panel of board.panels) {
  const { x, y, w, h } = panel.grid;
  const box = make("section", { className: panel.type });
  box.style.gridArea = `${y + 1} / ${x + 1} / span ${h} / span ${w}`;
  document.querySelector("#grid").append(box);
  if (panel.type === "row") box.append(panel.title);
  else {
    box.append(make("h2", {}, panel.title));
    if (panel.series.length || panel.type === "text" || panel.type === "stat") DRAW[panel.type](panel, box);
    else box.append(make("p", { className: "none" }, panel.none));
  }
}
document.body.dataset.drawn = "yes";
