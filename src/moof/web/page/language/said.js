// @ts-check
/** Sentences of the server with values in them, in the person's language. */

import { fill, translated } from "./text.js";

/** @import { Said } from "../connection/request-json.js" */

/**
 * Return a sentence of the server with its values, in the person's language.
 * @param {Said} from the value "found" is itself translated
 * @returns {string}
 */
export function said({ sentence, values }) {
  /** @type {Record<string, string>} */
  const texts = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "object") texts[name] = said(/** @type {Said} */ (value));
    else texts[name] = name === "found" ? translated(value) : value;
  }
  return fill(translated(sentence), texts);
}
