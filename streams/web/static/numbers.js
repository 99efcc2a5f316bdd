// Numbers as people read them, with spaces that do not break. Shares come as 0 to 1, times in seconds, scores in points,
// amounts in a currency that their unit names.

export const NONE = "–";
const TIMES = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

const plain = (value, digits, least = digits) =>
  value.toLocaleString("en-GB", { minimumFractionDigits: least, maximumFractionDigits: digits });

// 200 → "3 min 20 s"; the two greatest units, and below a minute as many digits as tell something.
export function duration(seconds) {
  if (seconds < 0) return `−${duration(-seconds)}`;
  if (seconds < 59.95) return `${plain(seconds, seconds > 0 && seconds < 9.995 ? 2 : seconds % 1 ? 1 : 0)}\u00a0s`;
  const least = seconds < 3599.5 ? 1 : seconds < 86370 ? 60 : 3600;
  let rest = Math.round(seconds / least) * least;
  const parts = [];
  for (const [unit, length] of TIMES) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count) parts.push(`${plain(count, 0)}\u00a0${unit}`);
  }
  return parts.slice(0, 2).join("\u00a0");
}

// A value of a KPI, or a bound of its interval, in its unit; a `least` of 0 digits leaves zeros out, as targets do.
export function number(value, kpi, least = undefined) {
  if (value === null || value === undefined) return NONE;
  if (kpi.unit === "seconds") return duration(value);
  if (kpi.stat === "count") return plain(value, 0);
  if (kpi.stat === "score") return `${value > 0 ? "+" : value < 0 ? "−" : ""}${plain(Math.abs(value), 1, least)}`;
  if (kpi.stat === "share") return `${plain(100 * value, 1, least)}\u00a0%`;
  const said = plain(value, 2, least).replace("-", "−");
  return ["ratio", "count", "points"].includes(kpi.unit) ? said : `${said}\u00a0${kpi.unit}`;
}

export function target(bound, kpi) {
  if (!bound) return "";
  return "at_most" in bound ? `at most ${number(bound.at_most, kpi, 0)}` : `at least ${number(bound.at_least, kpi, 0)}`;
}

export const count = (value) => plain(value, 0);

// A calendar window in words, in its own time zone: "Sun 1 Mar 2026, 11:00–12:00 UTC".
export function span({ size, start, end, tz }) {
  if (size === "now") return "Now";
  const first = new Date(start), last = new Date(end);
  const format = (options, date) => new Intl.DateTimeFormat("en-GB", { timeZone: tz, ...options }).format(date);
  const day = { day: "numeric", month: "short", year: "numeric" }, clock = { hour: "2-digit", minute: "2-digit" };
  if (size === "1mo") return format({ month: "long", year: "numeric" }, first);
  if (size === "1d") return format({ weekday: "short", ...day }, first);
  if (size === "1w" || size === "1q") return `${format(day, first)} – ${format(day, new Date(last - 1))}`;
  return `${format({ weekday: "short", ...day }, first)}, ${format(clock, first)}–${format(clock, last)} ${tz}`;
}
