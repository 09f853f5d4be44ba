// Tables that sort by a click or a key on a column's head.

/**
 * `columns` are `{ name, text, value }`: the cell's text, and the value by which it is sorted; a column with numbers is
 * `numeric`. A row whose value is null comes last in both directions. `sorted` is the column to begin with, or -1 for
 * the order of the rows.
 */
function sortable({ caption, columns, rows, detail = null, isNoisy = () => false, sorted = -1 }) {
  let [column, ascending] = [sorted, true];
  const body = html("tbody");
  const heads = columns.map((it, index) => html("th", { scope: "col", class: it.numeric && "number", "aria-sort": "none" },
    html("button", { type: "button", onclick: () => sortBy(index) }, it.name)));
  const line = (row) => {
    const cells = columns.map((it, index) => html(index ? "td" : "th", { class: it.numeric && "number", scope: index ? null : "row" }, it.text(row)));
    const node = html("tr", { class: isNoisy(row) && "noisy", tabindex: detail && -1 }, cells);
    if (detail) explain(node, detail(row));
    return node;
  };
  const fill = () => {
    heads.forEach((head, index) => head.setAttribute("aria-sort", index !== column ? "none" : ascending ? "ascending" : "descending"));
    const lines = (column < 0 ? rows : inOrder(rows, columns[column].value, ascending)).map(line);
    body.replaceChildren(...lines);
    if (detail) walkable(lines.map((it) => [it]));
  };
  const sortBy = (index) => {
    ascending = column === index ? !ascending : true;
    column = index;
    fill();
    say(`${caption}: sorted by ${columns[index].name}, ${ascending ? "ascending" : "descending"}.`);
  };
  fill();
  return html("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": caption },
    html("table", {}, html("caption", {}, caption), html("thead", {}, html("tr", {}, heads)), body));
}

/** The rows sorted by a value; rows without one come last in both directions. Equal rows keep their order. */
function inOrder(rows, value, ascending = true) {
  const compare = (one, other) => (typeof one === "string" ? one.localeCompare(other, "en", { numeric: true }) : one - other);
  const known = rows.filter((row) => value(row) !== null);
  known.sort((one, other) => (ascending ? 1 : -1) * compare(value(one), value(other)));
  return known.concat(rows.filter((row) => value(row) === null));
}
