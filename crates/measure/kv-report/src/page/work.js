// The work charts: handlers that compute, and where the cost of carrying a command stops to matter.

let workClients = null;

function startWork() {
  if (!DATA.tables.some((table) => table.kind === "work")) return;
  section("work", "Handlers that compute",
    "Time per command as a ratio to the mutex's in the same round, by how long the handler computes. Where a line comes down to 1, carrying the command to an actor has stopped to matter; below 1, the lock costs more than the actor.",
    drawWork);
}

function drawWork(width) {
  const all = tablesInLane().filter((table) => table.work);
  const clients = distinct(all.map((table) => String(table.work.clients)));
  if (all.length === 0) return [html("p", {}, "None was measured on this lane with this mailbox.")];
  if (!clients.includes(workClients)) workClients = clients[0];
  const tables = inOrder(all.filter((table) => String(table.work.clients) === workClients), (table) => table.work.nanos);
  const name = (table) => (table.work.nanos ? shortNanos(table.work.nanos) : "none");
  const labels = distinct(tables.flatMap((table) => table.rows.filter((row) => row.mutex && isShown(row)).map((row) => row.label))).filter((label) => label !== "mutex");
  const where = (table) => `${name(table)} of work, ${workClients} clients, ${laneName()}`;
  const lines = tables.flatMap((table) => table.rows.filter((row) => labels.includes(row.label)).map((row) => ({ table, row })));
  if (lines.length === 0) return [html("p", {}, "Nothing of this is shown; choose a backend.")];
  return [
    clients.length > 1 && select("work-clients", "clients", clients.map((it) => [it, it]), workClients, (value) => {
      workClients = value;
      redrawAll();
      document.getElementById("work-clients").focus();
    }),
    legend(labels),
    lineChart({
      width, yLog: true, xLog: false, xName: "work of the handler", yName: "ratio to the mutex", showY: short, reference: 1,
      marks: tables.map((table, index) => [index, name(table)]),
      about: `Ratio to the mutex by work, ${workClients} clients; the table below has the same figures`,
      series: labels.map((label) => ({
        label,
        points: tables.flatMap((table, index) => table.rows.filter((row) => row.label === label && row.mutex).map((row) => (
          { ...row.mutex, x: index, y: row.mutex.value, detail: detailOf(table, row, where(table)) }))),
      })),
    }),
    sortable({
      caption: `Ratio to the mutex by work, ${workClients} clients, ${laneName()}`,
      rows: lines,
      isNoisy: ({ row }) => row.mutex.noisy,
      detail: ({ table, row }) => detailOf(table, row, where(table)),
      columns: [
        { name: "backend", text: ({ row }) => row.label, value: ({ row }) => row.label },
        { name: "work", numeric: true, text: ({ table }) => name(table), value: ({ table }) => table.work.nanos },
        { name: "ratio to the mutex", numeric: true, text: ({ row }) => `${about(row.mutex)}${ratio(row.mutex.value)}`, value: ({ row }) => (row.mutex.noisy ? null : row.mutex.value) },
        { name: "95 % interval", numeric: true, text: ({ row }) => interval(row.mutex, ratio), value: ({ row }) => row.mutex.high / row.mutex.low },
        { name: "beyond the mutex", numeric: true, text: ({ row }) => wholeNanos(row.cost.value), value: ({ row }) => (row.cost.noisy ? null : row.cost.value) },
        { name: "in words", text: ({ row }) => verdict(row, METRICS.mutex, row.mutex), value: ({ row }) => verdict(row, METRICS.mutex, row.mutex) },
      ],
    }),
    madeBy(tables.map((table) => table.command)),
  ];
}
