// The box with exact figures beside what is hovered or focused. A detail is `{ title, lines: [[name, text]], command }`.

/** The detail in one line, for screen readers. */
function spoken(detail) {
  return [detail.title, ...detail.lines.map(([name, text]) => `${name} ${text}`), `made by ${detail.command}`].join("; ");
}

let hiding = 0;

function showDetail(near, detail) {
  clearTimeout(hiding);
  const box = document.getElementById("detail");
  box.replaceChildren(
    html("strong", {}, detail.title),
    html("dl", {}, detail.lines.map(([name, text]) => [html("dt", {}, name), html("dd", {}, text)])),
    html("code", {}, detail.command));
  box.hidden = false;
  const at = near.getBoundingClientRect();
  const own = box.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left + Math.min(at.width, 300) + 12), innerWidth - own.width - 8);
  const below = at.bottom + 10;
  // On a phone the box lies at the lower edge, unless the mark is below it there.
  box.classList.toggle("above", at.bottom > innerHeight - own.height - 16);
  box.style.left = `${left}px`;
  box.style.top = `${below + own.height < innerHeight ? below : Math.max(8, at.top - own.height - 10)}px`;
}

/** Hides the box after a moment, so that the pointer can go to the box and select its text. */
function hideDetail() {
  clearTimeout(hiding);
  hiding = setTimeout(() => { document.getElementById("detail").hidden = true; }, 200);
}

/** The last place of the pointer. A focus that scrolls the page brings marks under a pointer that rests, and a user of the
    keyboard wants to read about the mark that has the focus. */
let pointer = "";
const pointerAt = (event) => `${event.screenX} ${event.screenY}`;

/** Shows the detail while the node is hovered or focused. */
function explain(node, detail) {
  node.addEventListener("pointerenter", (event) => { if (pointerAt(event) !== pointer) showDetail(node, detail); });
  node.addEventListener("pointerleave", hideDetail);
  node.addEventListener("focus", () => showDetail(node, detail));
  node.addEventListener("blur", hideDetail);
}

function startDetail() {
  const box = document.getElementById("detail");
  box.addEventListener("pointerenter", () => clearTimeout(hiding));
  box.addEventListener("pointerleave", hideDetail);
  document.addEventListener("pointermove", (event) => { pointer = pointerAt(event); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") box.hidden = true; });
}
