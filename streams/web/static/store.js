// The records that the page holds: read once, then kept up to date by server-sent events.

const LIMIT = 5000, AGAIN = 5000;

const place = (record) => JSON.stringify([record.kpi, record.labels, record.window.size, record.window.start]);
export const seriesOf = (kpi, size, label) => JSON.stringify([kpi, size, label ?? ""]);
const labelOf = (record) => Object.entries(record.labels).map(([dim, value]) => `${dim}=${value}`)[0] ?? "";

// Calls `changed()` when records have come or gone, `state(state, words)` about the connection, `note(words)` about limits.
export class Store {
  constructor({ changed, state, note }) {
    Object.assign(this, { changed, state, note });
    this.records = new Map();
    this.waiting = null; // records that arrive while the values are read
    this.loads = 0;
    this.updated = null;
  }

  // What to hold: `live` is the query of the stream, `reads` those of the values; `keep` windows of each series stay.
  // Without `live` nothing is followed: what is past is read once.
  follow(live, reads, keep) {
    Object.assign(this, { live, reads, keep });
    this.records = new Map();
    this.connect();
  }

  connect() {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
    if (!this.live) {
      this.load();
      return;
    }
    const mine = new EventSource(`/api/events?${this.live}`);
    this.source = mine;
    const load = () => this.load();
    mine.onopen = load;
    mine.addEventListener("values", (event) => this.arrive(JSON.parse(event.data)));
    mine.addEventListener("gone", load); // the windows before are needed
    mine.addEventListener("lost", load);
    mine.onerror = () => {
      this.state("reconnecting", "Reconnecting");
      if (mine.readyState === EventSource.CLOSED && mine === this.source) this.retry = setTimeout(() => this.connect(), AGAIN);
    };
  }

  arrive(values) {
    this.updated = new Date();
    if (this.waiting) this.waiting.push(...values);
    else {
      for (const record of values) put(this.records, record);
      this.show();
    }
  }

  async load() {
    const mine = ++this.loads;
    this.waiting = [];
    try {
      const answers = await Promise.all(this.reads.map(read));
      if (mine !== this.loads) return;
      this.records = new Map();
      for (const record of [...answers.flatMap((answer) => answer.values), ...this.waiting]) put(this.records, record);
      this.waiting = null;
      const left = answers.reduce((sum, answer) => sum + answer.left, 0);
      this.note(left > 0 ? `${left.toLocaleString("en-GB")} older or further values are left out here.` : "");
      this.updated ??= this.records.size ? new Date() : null;
      this.state(...(this.live ? ["live", "Live"] : ["past", "Earlier"]));
      this.show();
    } catch (error) {
      if (mine !== this.loads) return;
      this.state("reconnecting", "Reconnecting");
      this.note(`The values could not be read: ${error.message}.`);
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.connect(), AGAIN);
    }
  }

  show() {
    this.series = new Map();
    for (const record of this.records.values()) {
      const key = seriesOf(record.kpi, record.window.size, labelOf(record));
      this.series.set(key, [...(this.series.get(key) ?? []), record]);
    }
    for (const list of this.series.values()) {
      list.sort((a, b) => (a.window.start < b.window.start ? 1 : -1));
      for (const record of list.splice(this.keep)) this.records.delete(place(record));
    }
    this.changed();
  }

  // The records of a series, newest first.
  of(kpi, size, label = "") {
    return this.series?.get(seriesOf(kpi, size, label)) ?? [];
  }
}

function put(into, record) {
  const known = into.get(place(record));
  if (!known || known.revision <= record.revision) into.set(place(record), record);
}

async function read(query) {
  const response = await fetch(`/api/values?${query}&limit=${LIMIT}`);
  const values = await response.json();
  if (!response.ok) throw new Error(values.errors.join("; "));
  return { values, left: Number(response.headers.get("X-Total-Count")) - values.length };
}
