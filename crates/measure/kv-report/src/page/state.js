// The state of the page: its data, and the choices of its user.

const DATA = JSON.parse(document.getElementById("data").textContent);

const KINDS = { traffic: "traffic", work: "handlers that compute", life: "actors that come and crash" };

/** The figures that can be shown of a row: the field, the format, and from which size on it counts as a difference. */
const METRICS = {
  ratio: { name: "ratio to plain tokio", of: (row) => row.ratio, show: ratio, axis: short, reference: 1, isRatio: true },
  mutex: { name: "ratio to the mutex", of: (row) => row.mutex, show: ratio, axis: short, reference: 1, isRatio: true },
  cost: { name: "cost beyond the mutex", of: (row) => row.cost, show: wholeNanos, axis: wholeNanos, reference: 0 },
  time: { name: "time per command", of: (row) => row.time, show: nanos, axis: shortNanos, reference: null },
  rate: { name: "commands per second", of: (row) => inverse(row.time), show: rate, axis: short, reference: null },
};

const state = {
  lane: DATA.tables[0]?.lane,
  mailbox: DATA.tables[0]?.mailbox,
  workload: "all:traffic",
  metric: "ratio",
  scale: "log",
  sort: "table",
  hidden: new Set(),
};

/** Commands per second from nanoseconds per command; the ends of the interval change places. */
function inverse(time) {
  return { ...time, value: 1e9 / time.value, low: 1e9 / time.high, high: 1e9 / time.low };
}

const isShown = (row) => !state.hidden.has(row.label);
const inLane = (table) => table.lane === state.lane && table.mailbox === state.mailbox;
const tablesInLane = () => DATA.tables.filter(inLane);

/** The tables of the chosen workload, or of all of a kind. */
function chosen() {
  const kind = state.workload.startsWith("all:") && state.workload.slice(4);
  return tablesInLane().filter((table) => (kind ? table.kind === kind : table.workload === state.workload));
}

/** What a figure says, in words; `metric` is one of the METRICS. */
function verdict(row, metric, figure) {
  if (!figure) return "no mutex took part";
  if (metric === METRICS.ratio && row.baseline) return "the baseline";
  if (figure.noisy) return "too noisy to conclude";
  if (!metric.isRatio) return row.control ? "control" : "";
  if (figure.about) return "no difference to speak of";
  return figure.value < 1 ? "less time" : "more time";
}

/** The exact figures of a row. */
function detailOf(table, row, where) {
  const lines = Object.values(METRICS).flatMap((metric) => {
    const figure = metric.of(row);
    return figure ? [[metric.name, `${about(figure)}${metric.show(figure.value)} (${interval(figure, metric.show)})`]] : [];
  });
  const said = row.ratio ? verdict(row, METRICS.ratio, row.ratio) : verdict(row, METRICS.time, row.time);
  const rest = [["in words", said], ["threads", row.threads]].filter(([, text]) => text);
  return { title: `${row.label}, ${where}`, lines: [...lines, ...rest], command: table.command };
}

const about = (figure) => (figure.about ? "≈ " : "");

/** Tells screen readers what is shown now. */
function say(text) {
  document.getElementById("status").textContent = text;
}

/** A section with its heading; `draw` fills what is below its text, now and whenever something else is chosen. */
function section(id, heading, text, draw) {
  const drawn = html("div");
  const node = html("section", { id, "aria-labelledby": `${id}-h` }, html("h2", { id: `${id}-h` }, heading), html("p", { class: "note" }, text), drawn);
  document.getElementById("main").append(node);
  document.getElementById("sections").append(html("li", {}, html("a", { href: `#${id}` }, heading)));
  const redraw = () => drawn.replaceChildren(...[draw(Math.max(280, drawn.clientWidth))].flat(Infinity).filter(Boolean));
  redraws.push(redraw);
}

const redraws = [];

/** Draws everything again but what holds the focus within a section's own controls. */
function redrawAll() {
  redraws.forEach((redraw) => redraw());
}

/** The command under a chart. */
function madeBy(commands) {
  const all = distinct(commands);
  const list = all.map((it, index) => [index ? ", " : "", html("code", {}, it)]);
  // Marks and rows name their own commands; a dozen together would be longer than the table.
  if (all.length > 2) return html("details", { class: "note" }, html("summary", {}, `Made by ${all.length} commands`), html("p", {}, list));
  return html("p", { class: "note" }, "Made by ", list);
}
