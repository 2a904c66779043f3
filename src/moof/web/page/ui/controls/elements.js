// @ts-check
/** Access to the elements of index.html, and what buttons have in common. */

/**
 * Return the element with that id. Throws if there is none, or one of another class.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type such as HTMLSelectElement
 * @returns {T}
 */
export function elementById(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return element;
}

/**
 * Set the icon of a button.
 * @param {HTMLElement} button
 * @param {string} name a symbol of icons.svg
 */
export function setIcon(button, name) {
  button.querySelector("use")?.setAttribute("href", `static/icons/icons.svg#${name}`);
}

/**
 * Set the accessible name and the tooltip of a button.
 * @param {HTMLElement} button
 * @param {string} label
 */
export function setLabel(button, label) {
  button.setAttribute("aria-label", label);
  button.title = label;
}
