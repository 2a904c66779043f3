// @ts-check
/** Access to the elements of index.html. */

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
