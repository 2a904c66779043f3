// @ts-check
/** The documents of the built-in Mac's disk, over the server's HTTP API; for owners. */

import { requestJson } from "./fetch-json.js";
import { uploadFile } from "./file-upload.js";

/**
 * One of `GET /api/documents`.
 * @typedef {object} DocumentEntry
 * @property {string} name
 * @property {number} size in bytes
 * @property {number} modified seconds since 1970
 */

/** The routes about documents. */
export class DocumentsApi {
  /** @returns {Promise<DocumentEntry[]>} */
  async list() {
    return /** @type {DocumentEntry[]} */ (await requestJson("GET", "api/documents"));
  }

  /**
   * Return the address of a document; the server says under which name it is saved.
   * @param {string} name
   * @returns {string}
   */
  address(name) {
    return `api/documents/${encodeURIComponent(name)}`;
  }

  /**
   * Store a document under a name that no other has. Throws RequestError with the server's sentence: 409 if the name is taken.
   * @param {string} name
   * @param {Blob} content
   * @param {(part: number) => void} progress is called with the part that is sent, 0 to 1
   * @returns {Promise<void>}
   */
  store(name, content, progress) {
    return uploadFile(this.address(name), content, progress);
  }
}
