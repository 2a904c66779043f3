// @ts-check
/**
 * The parts of the Mac's screen as elements with ARIA roles, changed in place: a reader's position in them stays. What a key
 * of the Mac chooses has the places of the keys as its `data-keys`.
 */

import { t } from "../../language/text.js";

/** @import { ScreenTextPart } from "../../connection/screen-messages.js" */

/**
 * An element: its role, attributes, and either a text or children.
 * @typedef {object} Spec
 * @property {string} role
 * @property {Record<string, string>} attributes
 * @property {string} text
 * @property {Spec[]} children
 */

/** Kinds of parts that have others. */
export const CONTAINERS = /** @type {readonly string[]} */ (["window", "dialog", "desktop"]);

/**
 * Return the elements of a description: windows from front to back, the desktop, and the menus, which are the longest part.
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
      const open = /** @type {Record<string, string>} */ (part.active ? { "aria-expanded": "true" } : {});
      bar.children.push({ ...spec("menuitem", { "aria-label": part.text, ...open }), children: [menu] });
    } else if (part.kind === "item") menu.children.push(itemOf(part));
    else if (CONTAINERS.includes(part.kind)) {
      container = containerOf(part, parts[index + 1]);
      found.push(container);
    } else if (container !== bar) {
      if (part.kind === "option") listIn(container).children.push(optionOf(part));
      else container.children.push(controlOf(part, container));
    }
  }
  return bar.children.length ? [...found, bar] : found;
}

/**
 * Return the list at the end of a container, which gets one if it has none there.
 * @param {Spec} container
 */
function listIn({ children }) {
  const last = children.at(-1);
  if (last?.role === "list") return last;
  const list = spec("list");
  children.push(list);
  return list;
}

/**
 * Return a button's name, and the key that presses it.
 * @param {ScreenTextPart} button
 */
export function buttonName({ text, active }) {
  return active ? t("{button} (Return)", { button: text }) : text;
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
  const place = key === undefined ? null : placeOf(key);
  if (place && !disabled) attributes["data-keys"] = `MetaLeft ${place}`;
  return spec(checked ? "menuitemcheckbox" : "menuitem", attributes, key ? `${name} ⌘${key}` : name);
}

/**
 * Return the place of a letter or a digit; null for other characters, which layouts have at various places.
 * @param {string} character
 */
function placeOf(character) {
  if (/^[A-Z]$/i.test(character)) return `Key${character.toUpperCase()}`;
  return /^\d$/.test(character) ? `Digit${character}` : null;
}

/**
 * Return the key that presses a button of a dialog (guest/src/alert.c); "" if none does.
 * @param {ScreenTextPart} button
 */
function keyOf({ text, active, disabled }) {
  if (disabled) return "";
  if (active) return "Enter";
  return text === "Cancel" ? "Escape" : placeOf(text.charAt(0)) ?? "";
}

/**
 * An icon or a row; the Mac's keys select another one.
 * @param {ScreenTextPart} part
 */
function optionOf({ text, active }) {
  return spec("listitem", active ? { "aria-current": "true" } : {}, text);
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
function controlOf(part, container) {
  const { kind, text, disabled, checked } = part;
  switch (kind) {
    case "button": {
      const key = container.role === "dialog" ? keyOf(part) : "";
      const keys = /** @type {Record<string, string>} */ (key ? { "data-keys": key } : {});
      return spec("button", { "aria-disabled": String(disabled), ...keys }, buttonName(part));
    }
    case "radio": return spec("radio", { "aria-disabled": String(disabled), "aria-checked": String(checked) }, text);
    case "field": return spec("textbox", {
      "aria-label": container.attributes["aria-label"] ?? "", "readonly": "", "tabindex": "-1",
    }, text);
    default: return spec("paragraph", {}, text);
  }
}
