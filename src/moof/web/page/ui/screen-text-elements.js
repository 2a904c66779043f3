// @ts-check
/** The parts of the Mac's screen as elements with ARIA roles, changed in place: a reader's position in them stays. */

import { t } from "../language/text.js";

/** @import { ScreenTextPart } from "../connection/screen-messages.js" */

/**
 * An element: its role, attributes, and either a text or children.
 * @typedef {object} Spec
 * @property {string} role
 * @property {Record<string, string>} attributes
 * @property {string} text
 * @property {Spec[]} children
 */

const CONTAINERS = /** @type {readonly string[]} */ (["window", "dialog", "desktop"]);

/**
 * Return the elements of a description.
 * @param {readonly ScreenTextPart[]} parts
 * @returns {Spec[]}
 */
export function elementsOf(parts) {
  const bar = spec("menubar", { "aria-label": t("The Mac’s menus") });
  const found = /** @type {Spec[]} */ ([]);
  let menu = bar;
  let container = bar;
  for (const [index, part] of parts.entries()) {
    if (part.kind === "menu") {
      menu = spec("menu", { "aria-label": part.text });
      const title = { "aria-label": part.text, "aria-haspopup": "menu", "aria-expanded": String(part.active) };
      bar.children.push({ ...spec("menuitem", title), children: [menu] });
    } else if (part.kind === "item") menu.children.push(itemOf(part));
    else if (CONTAINERS.includes(part.kind)) {
      container = containerOf(part, parts[index + 1]);
      found.push(container);
    } else if (container !== bar) container.children.push(controlOf(part, container));
  }
  return bar.children.length ? [bar, ...found] : found;
}

/**
 * Return what is in front: a dialog with its texts, or the active window with its title; null: the desktop.
 * @param {readonly ScreenTextPart[]} parts
 * @returns {{ isDialog: boolean, text: string } | null}
 */
export function describeFront(parts) {
  const dialog = parts.findIndex(({ kind }) => kind === "dialog");
  if (dialog >= 0) {
    const end = parts.findIndex(({ kind }, index) => index > dialog && CONTAINERS.includes(kind));
    const inside = parts.slice(dialog + 1, end < 0 ? undefined : end);
    return { isDialog: true, text: inside.filter(({ kind }) => kind === "text").map(({ text }) => text).join(" ") };
  }
  const front = parts.find(({ kind, active }) => kind === "window" && active);
  return front ? { isDialog: false, text: front.text } : null;
}

/**
 * Make an element's children those of the description; those that stay are the same elements as before.
 * @param {Element} parent
 * @param {readonly Spec[]} specs
 */
export function patch(parent, specs) {
  for (const [index, wanted] of specs.entries()) {
    const element = childWithRole(parent, index, wanted.role);
    setAttributes(element, { role: wanted.role, ...wanted.attributes });
    if (wanted.children.length || element.children.length) {
      if (!element.children.length) element.textContent = "";
      patch(element, wanted.children);
    }
    if (!wanted.children.length) setText(element, wanted.text);
  }
  while (parent.children.length > specs.length) parent.lastElementChild?.remove();
}

/**
 * Return the child at that place if it has the role, else another one in its place.
 * @param {Element} parent
 * @param {number} index
 * @param {string} role
 */
function childWithRole(parent, index, role) {
  const present = parent.children[index];
  if (present?.getAttribute("role") === role) return present;
  const created = document.createElement(role === "textbox" ? "textarea" : "div"); // only a real field has a value
  if (present) present.replaceWith(created);
  else parent.append(created);
  return created;
}

/**
 * @param {Element} element
 * @param {string} text
 */
function setText(element, text) {
  if (element instanceof HTMLTextAreaElement) {
    if (element.value !== text) element.value = text;
  } else if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {Record<string, string>} attributes
 */
function setAttributes(element, attributes) {
  for (const name of element.getAttributeNames()) if (!(name in attributes)) element.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

/**
 * @param {string} role
 * @param {Record<string, string>} [attributes]
 * @param {string} [text]
 * @returns {Spec}
 */
function spec(role, attributes = {}, text = "") {
  return { role, attributes, text, children: [] };
}

/** @param {ScreenTextPart} part */
function itemOf({ text, disabled, checked }) {
  const [name = "", key] = text.split("\t");
  const attributes = /** @type {Record<string, string>} */ ({ "aria-disabled": String(disabled) });
  if (checked) attributes["aria-checked"] = "true";
  return spec(checked ? "menuitemcheckbox" : "menuitem", attributes, key ? `${name} ⌘${key}` : name);
}

/**
 * @param {ScreenTextPart} part
 * @param {ScreenTextPart | undefined} first what it contains
 */
function containerOf({ kind, text, active }, first) {
  if (kind === "desktop") return spec("group", { "aria-label": t("The Mac’s desktop") });
  const attributes = /** @type {Record<string, string>} */ (active ? { "aria-current": "true" } : {});
  if (kind === "window") return spec("group", { "aria-label": text || t("Window"), ...attributes });
  return spec("dialog", { "aria-label": (first?.kind === "text" && first.text) || t("Dialog") });
}

/**
 * @param {ScreenTextPart} part
 * @param {Spec} container
 */
function controlOf({ kind, text, disabled, checked }, container) {
  switch (kind) {
    case "button": return spec("button", { "aria-disabled": String(disabled) }, text);
    case "radio": return spec("radio", { "aria-disabled": String(disabled), "aria-checked": String(checked) }, text);
    case "field": return spec("textbox", {
      "aria-label": container.attributes["aria-label"] ?? "", "readonly": "", "tabindex": "-1",
    }, text);
    default: return spec("paragraph", {}, text);
  }
}
