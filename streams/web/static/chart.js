// Lines over windows, drawn by uPlot. Colours follow the style sheet; what a chart says stands beside it as text.

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const charts = new Set();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((chart) => chart.redraw()));

const alpha = (name, part) => `color-mix(in srgb, ${colour(name)} ${part}%, transparent)`;

// A trend without axes: `draw(points, target, tone)` with points [[seconds, value], …] in order.
export class Spark {
  constructor(height = 44) {
    this.height = height;
    this.node = document.createElement("div");
    this.node.className = "spark";
    this.node.setAttribute("role", "img");
    this.watch = new ResizeObserver(() => this.plot?.setSize({ width: this.node.clientWidth, height }));
    this.watch.observe(this.node);
    charts.add(this);
  }

  draw(points, target, tone, words) {
    this.node.setAttribute("aria-label", words);
    this.tone = tone;
    const data = [points.map((p) => p[0]), points.map((p) => p[1]), points.map(() => target ?? null)];
    if (this.plot) this.plot.setData(data);
    else if (this.node.clientWidth) this.plot = new uPlot(this.options(), data, this.node);
  }

  options() {
    const line = () => colour(this.tone), rule = () => colour("--target");
    return {
      width: this.node.clientWidth, height: this.height, padding: [5, 5, 5, 5],
      cursor: { show: false }, legend: { show: false }, axes: [{ show: false }, { show: false }],
      scales: { x: { time: true }, y: { range: within } },
      series: [{},
        { stroke: line, width: 2, fill: () => alpha(this.tone, 14), points: { show: last, size: 7, stroke: line, fill: line, filter: only } },
        { stroke: rule, width: 1, dash: [4, 4], points: { show: false } }],
    };
  }

  redraw() {
    this.plot?.redraw();
  }
}

const last = () => true;
const only = (plot, series, show) => (show && plot.data[1].length ? [plot.data[1].length - 1] : []);

// Room above and below, for a flat line too.
function within(plot, low, high) {
  if (low === null || high === null) return [0, 1];
  const room = (high - low) * 0.12 || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}

const STEPS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800, 432000, 864000, 2592000];

// A course with axes, target and interval: points [[seconds, value, low, high], …].
export class Course {
  // `format` says a value; `times` whether values are seconds.
  constructor(format, times) {
    this.format = format;
    this.steps = times ? STEPS : undefined;
    this.node = document.createElement("div");
    this.node.className = "course";
    this.node.setAttribute("role", "img");
    this.watch = new ResizeObserver(() => this.plot?.setSize(this.size()));
    this.watch.observe(this.node);
    charts.add(this);
  }

  size() {
    return { width: this.node.clientWidth, height: Math.max(180, Math.min(320, innerHeight * 0.34)) };
  }

  draw(points, target, words, zone = "UTC") {
    this.node.setAttribute("aria-label", words);
    this.zone = zone;
    const data = [0, 1, 2, 3].map((column) => points.map((point) => point[column] ?? null));
    data.push(points.map(() => target ?? null));
    if (this.plot) this.plot.setData(data);
    else if (this.node.clientWidth) this.plot = new uPlot(this.options(), data, this.node);
  }

  options() {
    const line = () => colour("--accent"), quiet = () => colour("--quiet");
    const axis = { stroke: quiet, grid: { stroke: () => colour("--rule"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    return {
      ...this.size(), cursor: { y: false, points: { size: 8 } }, legend: { show: false },
      tzDate: (instant) => uPlot.tzDate(new Date(instant * 1000), this.zone),
      axes: [{ ...axis, values: (plot, ticks) => ticks.map((tick) => this.when(tick)) }, { ...axis, size: 84, incrs: this.steps, values: (plot, ticks) => ticks.map((tick) => this.format(tick)) }],
      scales: { x: { time: true }, y: { range: within } },
      series: [{}, { stroke: line, width: 2.5, points: { size: 6, fill: line } },
        { stroke: () => "transparent", points: { show: false } }, { stroke: () => "transparent", points: { show: false } },
        { stroke: () => colour("--target"), width: 1.5, dash: [6, 4], points: { show: false } }],
      bands: [{ series: [3, 2], fill: () => alpha("--accent", 16) }],
    };
  }

  // An instant on the axis: at midnight the day, otherwise the time.
  when(instant) {
    const told = (options) => new Date(instant * 1000).toLocaleString("en-GB", { timeZone: this.zone, ...options });
    const time = told({ hour: "2-digit", minute: "2-digit" });
    return time === "00:00" ? told({ day: "numeric", month: "short" }) : time;
  }

  redraw() {
    this.plot?.redraw();
  }

  end() {
    this.watch.disconnect();
    this.plot?.destroy();
    charts.delete(this);
  }
}
