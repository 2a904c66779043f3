// @ts-check
/** Uploads of files whose names may be taken, and what is said meanwhile. */

import { RequestError } from "../../connection/request-json.js";
import { t } from "../../language/text.js";

/** @import { UploadProgress } from "../../connection/resumable-upload.js" */

const NAME_TAKEN = 409;
const MAX_COPIES = 99;

/**
 * Store a file under its name, or a numbered one if that is taken; return the name. Throws what `store` throws.
 * @param {string} wanted
 * @param {(name: string) => Promise<void>} store
 * @returns {Promise<string>}
 */
export async function storeNumbered(wanted, store) {
  for (let copy = 1; ; copy++) {
    const name = copy === 1 ? wanted : numbered(wanted, copy);
    try {
      await store(name);
      return name;
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== NAME_TAKEN || copy >= MAX_COPIES) throw error;
    }
  }
}

/**
 * Return how far an upload is.
 * @param {string} name
 * @param {UploadProgress} progress
 * @returns {string}
 */
export function progressText(name, { part, cut }) {
  const values = { name, part: Math.round(part * 100) };
  return cut
    ? t("The line is cut. {name} goes on at {part} % when it is back.", values)
    : t("Copying {name}: {part} %", values);
}

/**
 * Return a name with a number before its extension.
 * @param {string} name
 * @param {number} number
 * @returns {string}
 */
export function numbered(name, number) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} ${number}${name.slice(dot)}` : `${name} ${number}`;
}
