// Points that a pointer can hover and arrow keys can walk through. A chart is one stop of the tab key, however many
// points it has.

/** A marker with an interval's ends as a line, at a place; what it shows is said when it gets the focus. */
function point({ label, noisy, x, y, whisker, detail, hit = 11, ring = false }) {
  const look = lookOf(label);
  const node = svg("g", { class: `mark point${noisy ? " noisy" : ""}`, style: look.style, role: "img", tabindex: -1, "aria-label": spoken(detail) },
    whisker && svg("path", { d: whisker, stroke: "currentColor", "stroke-width": 2, fill: "none" }),
    svg("g", { transform: `translate(${x} ${y})` },
      ring && svg("circle", { r: 9, fill: "none", stroke: "currentColor", "stroke-width": 2 }),
      markerShape(look.marker),
      svg("circle", { r: hit, class: "hit" })));
  explain(node, detail);
  return node;
}

/** Lets arrow keys go through series of points: left and right along one, up and down between them. */
function walkable(series) {
  const all = series.filter((points) => points.length > 0);
  if (all.length === 0) return;
  let [line, index] = [0, 0];
  const go = (toLine, toIndex) => {
    all[line][index].setAttribute("tabindex", -1);
    line = Math.min(Math.max(toLine, 0), all.length - 1);
    index = Math.min(Math.max(toIndex, 0), all[line].length - 1);
    all[line][index].setAttribute("tabindex", 0);
    all[line][index].focus();
  };
  all[0][0].setAttribute("tabindex", 0);
  const keys = {
    ArrowRight: () => (index + 1 < all[line].length ? go(line, index + 1) : go(line + 1, all[line].length > 1 ? 0 : index)),
    ArrowLeft: () => (index > 0 ? go(line, index - 1) : go(line - 1, index)),
    ArrowDown: () => go(line + 1, index),
    ArrowUp: () => go(line - 1, index),
    Home: () => go(0, 0),
    End: () => go(all.length - 1, Infinity),
  };
  all.forEach((points, ownLine) => points.forEach((node, ownIndex) => node.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (line !== ownLine || index !== ownIndex) all[line][index].setAttribute("tabindex", -1);
    [line, index] = [ownLine, ownIndex];
    keys[event.key]();
  })));
}
