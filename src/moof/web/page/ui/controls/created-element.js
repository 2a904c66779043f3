// @ts-check
/** Creates elements that index.html does not have, since few people need them and all would load them with the page. */

/**
 * Return a new element with these properties.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} properties
 * @returns {HTMLElementTagNameMap[T]}
 */
export const created = (tag, properties) => Object.assign(document.createElement(tag), properties);
