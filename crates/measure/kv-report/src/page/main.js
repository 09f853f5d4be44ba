// The controls, and the start.

function startHeader() {
  const { run } = DATA;
  const facts = [["measured", `${run.started}, profile ${run.profile}, seed ${run.seed}`], ["on", run.machine], ["versions", run.versions],
    ["built by", `${run.rustc}, ${run.build}, allocator: ${run.allocator}`], ["revision", run.revision ?? "not known"], ["command", html("code", {}, run.command)]];
  document.getElementById("run").append(...facts.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]));
  const themes = { "": "as the system", light: "light", dark: "dark" };
  const button = document.getElementById("theme");
  button.addEventListener("click", () => {
    const names = Object.keys(themes);
    const next = names[(names.indexOf(document.documentElement.dataset.theme ?? "") + 1) % names.length];
    document.documentElement.dataset.theme = next;
    button.textContent = `Theme: ${themes[next]}`;
    say(`Theme: ${themes[next]}.`);
  });
}

function startControls() {
  const form = document.getElementById("controls");
  form.addEventListener("submit", (event) => event.preventDefault());
  const labels = distinct([DATA.tables, DATA.latency, DATA.curves].flat().flatMap((table) => table.rows.map((row) => row.label))
    .concat(DATA.overload.map((row) => row.label), DATA.memory.map((row) => row.backend), DATA.costs.map((row) => row.backend)));
  labels.sort((one, other) => rank(one) - rank(other));
  if (DATA.tables.length > 0) form.append(html("div", { class: "selects" }, selects()));
  form.append(html("fieldset", { class: "backends" }, html("legend", {}, "backends"), labels.map((label) => html("label", { class: "backend" },
    html("input", { type: "checkbox", name: "backend", value: label, checked: true, onchange: (event) => {
      if (event.target.checked) state.hidden.delete(label);
      else state.hidden.add(label);
      changed();
    } }), swatch(label), label))));
}

/** The palette's order is that of the tables, a first backend before its whole one; labels without a look come last. */
const rank = (label) => ((placeOf(label) + 99) % 99) + (label.endsWith("-first") ? 0 : 0.5);

function selects() {
  const plain = (values) => values.map((value) => [value, value]);
  const choose = (id, label, options) => select(id, label, options, state[id], (value) => {
    state[id] = value;
    settle();
    changed();
  });
  return [
    choose("lane", "lane", plain(distinct(DATA.tables.map((table) => table.lane)))),
    choose("mailbox", "mailbox", plain(distinct(DATA.tables.map((table) => table.mailbox)))),
    choose("workload", "workload", workloads()),
    choose("metric", "figures", Object.entries(METRICS).map(([key, metric]) => [key, metric.name])),
    choose("scale", "scale", [["log", "logarithmic"], ["linear", "linear"]]),
    choose("sort", "order", [["table", "as in the tables"], ["name", "by name"], ["value", "by value"]]),
  ];
}

function workloads() {
  return Object.entries(KINDS).map(([kind, name]) => {
    const own = tablesInLane().filter((table) => table.kind === kind).map((table) => [table.workload, `${table.workload}: ${table.title}`]);
    return { group: name, options: own.length > 1 ? [[`all:${kind}`, `all: ${name}`], ...own] : own };
  }).filter(({ options }) => options.length > 0);
}

/** Corrects the choices after a change of lane or mailbox: what has no tables there is not chosen any more. */
function settle() {
  if (tablesInLane().length === 0) state.mailbox = DATA.tables.find((table) => table.lane === state.lane).mailbox;
  const groups = workloads();
  const values = groups.flatMap(({ options }) => options.map(([value]) => value));
  if (!values.includes(state.workload)) [state.workload] = values;
  const workload = document.getElementById("workload");
  workload?.replaceChildren(...groups.map(({ group, options }) => html("optgroup", { label: group }, options.map(([value, name]) => html("option", { value }, name)))));
  for (const id of ["mailbox", "workload"]) if (document.getElementById(id)) document.getElementById(id).value = state[id];
}

function changed() {
  redrawAll();
  if (DATA.tables.length === 0) return;
  const rows = chosen().reduce((sum, table) => sum + table.rows.filter(isShown).length, 0);
  const what = state.workload.replace(/^all:(.*)$/, (_, kind) => `all ${KINDS[kind]}`);
  const missing = METRICS[state.metric].reference === 0 && state.scale === "log" ? " A cost may be 0 or less; then the scale is linear." : "";
  say(`Showing ${what}, ${laneName()}: ${METRICS[state.metric].name}, ${rows} rows.${missing}`);
}

startHeader();
if (DATA.tables.length > 0) settle();
startControls();
startDetail();
startOverview();
startSpread();
startWork();
startLatency();
startCurves();
startCosts();
changed();
let width = innerWidth;
addEventListener("resize", () => {
  // A change of the height alone is ignored: a phone's bars come and go.
  if (innerWidth !== width) requestAnimationFrame(redrawAll);
  width = innerWidth;
});
