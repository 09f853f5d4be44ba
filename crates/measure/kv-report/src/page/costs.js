// Tables of the counted costs, and of the overloads.

function startCosts() {
  if (DATA.overload.length > 0) section("overload", "More than can be done",
    "Each is offered more than it can do for a while. Medians over launches; the box beside a row has the least and the most.", drawOverload);
  if (DATA.memory.length > 0) section("memory", "Memory",
    `Bytes that live in the heap per idle key, counted by the allocator, at ${count(DATA.memory[0].keys)} keys. The difference is the actor.`, drawMemory);
  if (DATA.costs.length > 0) section("costs", "What else it costs",
    "Per call on one thread, and once per project. Counted, but for the compiler's time.", drawCosts);
}

const text = (name, get) => ({ name, text: (row) => get(row) ?? "-", value: (row) => get(row) ?? null });
const number = (name, get, show = count) => ({ name, numeric: true, text: (row) => (get(row) == null ? "-" : show(get(row))), value: (row) => get(row) ?? null });
const detailFrom = (title, columns) => (row) => ({ title: title(row), lines: columns.slice(1).map((column) => [column.name, column.text(row)]), command: row.command || DATA.run.command });
const byBackend = (row) => !state.hidden.has(row.backend);

function drawOverload() {
  const over = (name, key, show) => ({ ...number(name, (row) => row[key].value, show), key, show });
  const columns = [
    text("backend", (row) => row.label), text("lane", (row) => row.lane), text("mailbox", (row) => row.mailbox),
    number("work", (row) => row.work_ns, nanos), number("offered", (row) => row.share, percent),
    over("can do", "capacity", rate), over("refused", "refused", percent), over("wait, median", "wait_p50", nanos), over("wait, longest", "wait_max", nanos),
    over("until empty", "recovery", nanos), over("heap grew", "grown", bytes), over("schedule behind", "behind", nanos),
  ];
  const line = (column, row) => [column.name, column.key ? `${column.text(row)} (${interval(row[column.key], column.show)})` : column.text(row)];
  const detail = (row) => ({ title: `${row.label}, ${row.mailbox}, ${row.launches} launches`, lines: columns.slice(1).map((column) => line(column, row)), command: row.command });
  const rows = DATA.overload.filter(isShown);
  return [sortable({ caption: "More than can be done", columns, rows, detail }), madeBy(rows.map((row) => row.command))];
}

function drawMemory() {
  const columns = [
    text("backend", (row) => row.backend), number("one actor for all", (row) => row.shared, bytes),
    number("an actor per key", (row) => row.own, bytes), number("the actor itself", (row) => (row.own == null ? null : row.own - row.shared), bytes),
  ];
  const rows = DATA.memory.filter(byBackend);
  return [sortable({ caption: "Heap per idle key", columns, rows, detail: detailFrom((row) => row.backend, columns) }), madeBy(rows.map((row) => row.command || DATA.run.command))];
}

function drawCosts() {
  const spread = (call) => (call.instructions ? `${count(call.instructions.median)} ± ${count(call.instructions.spread / 2)}` : "-");
  const per = (name, key) => [
    number(`${name}: allocations`, (row) => row[key].allocations), number(`${name}: bytes`, (row) => row[key].bytes, bytes),
    { ...number(`${name}: instructions`, (row) => row[key].instructions?.median), text: (row) => spread(row[key]) },
  ];
  const age = (date) => date?.slice(0, 10);
  const calls = [text("backend", (row) => row.backend), ...per("ask", "ask"), ...per("tell", "tell"), number("our lines", (row) => row.our_lines)];
  const projects = [
    text("backend", (row) => row.backend), text("framework", (row) => `${row.framework.name} ${row.framework.version}`),
    text("published", (row) => age(row.framework.published)), text("newest", (row) => row.framework.newest && row.framework.newest.map((it) => age(it) ?? "").join(" ").trim()),
    number("dependencies", (row) => row.framework.dependencies), number("lines", (row) => row.framework.lines), number("unsafe lines", (row) => row.framework.unsafe_lines),
    number("cold build, CPU s", (row) => row.framework.build?.cold_cpu_s), number("change, CPU s", (row) => row.framework.build?.incremental_cpu_s), number("binary", (row) => row.framework.build?.binary_bytes, bytes),
  ];
  const rows = DATA.costs.filter(byBackend);
  const framed = rows.filter((row) => row.framework);
  const table = (caption, columns, own) => sortable({ caption, columns, rows: own, detail: detailFrom((row) => row.backend, columns) });
  return [table("Per call", calls, rows), framed.length > 0 && table("Per project", projects, framed), madeBy(rows.map((row) => row.command || DATA.run.command))];
}
