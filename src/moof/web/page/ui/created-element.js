// @ts-check
/** Creates elements. */

/**
 * Return a new element with these properties.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} properties
 * @returns {HTMLElementTagNameMap[T]}
 */
export const created = (tag, properties) => Object.assign(document.createElement(tag), properties);
