// Functions that make elements.

/** Sets attributes, listeners (`onclick` and the like) and children. */
function complete(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

function html(name, attributes = {}, ...children) {
  return complete(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return complete(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

/** A labelled select; `options` are `[value, text]`, or `{ group, options }`. */
function select(id, label, options, value, onchange) {
  const option = ([own, text]) => html("option", { value: own, selected: own === value }, text);
  const each = options.map((it) => (Array.isArray(it) ? option(it) : html("optgroup", { label: it.group }, it.options.map(option))));
  const control = html("select", { id, onchange: () => onchange(control.value) }, each);
  return html("div", { class: "field" }, html("label", { for: id }, label), control);
}

/** The distinct values, in the order in which they come. */
const distinct = (values) => [...new Set(values)];
