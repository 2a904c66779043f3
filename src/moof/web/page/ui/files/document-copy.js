// @ts-check
/** Copies of files to the built-in Mac's disk: which files make one document, and under which name it is stored. */

import { storeNumbered } from "./numbered-upload.js";

/** @import { DocumentsApi } from "../../connection/documents-api.js" */
/** @import { UploadProgress } from "../../connection/resumable-upload.js" */
/** @import { FoundFile } from "./dropped-files.js" */

const APPLE_DOUBLE = "._";

/**
 * A document to be.
 * @typedef {object} DocumentCopy
 * @property {File} file
 * @property {File} [resources] its AppleDouble file: resource fork, type and creator
 */

/**
 * Return the documents that files become: an AppleDouble file `._NAME` belongs to the file NAME of the same folder.
 * @param {FoundFile[]} found
 * @returns {DocumentCopy[]}
 */
export function copiesOf(found) {
  const names = new Set(found.map(pathOf));
  const resources = new Map(found.filter((each) => isResources(each, names)).map((each) => [pathOf(each), each.file]));
  return found.filter((each) => !resources.has(pathOf(each))).map(({ file, folder }) => {
    const beside = resources.get(`${folder}/${APPLE_DOUBLE}${file.name}`);
    return beside ? { file, resources: beside } : { file };
  });
}

/**
 * Store a document under its file's name, or a numbered one if that is taken; then what belongs to it, under the same name.
 * @param {DocumentsApi} api
 * @param {DocumentCopy} copy
 * @param {(progress: UploadProgress) => void} progress of both files together
 * @param {AbortSignal} signal ends it
 * @returns {Promise<string>} the document's name
 */
export async function storeCopy(api, { file, resources }, progress, signal) {
  const whole = file.size + (resources?.size ?? 0) || 1;
  const tell = (/** @type {UploadProgress} */ { part, cut }) => progress({ part: part * file.size / whole, cut });
  const store = (/** @type {string} */ free) => api.store(free, file, { progress: tell, signal });
  if (file.name.startsWith(APPLE_DOUBLE)) {
    await store(file.name); // it says to which document these resources belong
    return file.name;
  }
  const name = await storeNumbered(file.name, store);
  if (resources) {
    const tellRest = (/** @type {UploadProgress} */ { part, cut }) =>
      progress({ part: (file.size + part * resources.size) / whole, cut });
    await api.store(APPLE_DOUBLE + name, resources, { progress: tellRest, signal, replace: true });
  }
  return name;
}

/** @param {FoundFile} found */
function pathOf({ file, folder }) {
  return `${folder}/${file.name}`;
}

/**
 * @param {FoundFile} found
 * @param {Set<string>} names all paths
 */
function isResources({ file, folder }, names) {
  return file.name.startsWith(APPLE_DOUBLE) && names.has(`${folder}/${file.name.slice(APPLE_DOUBLE.length)}`);
}
