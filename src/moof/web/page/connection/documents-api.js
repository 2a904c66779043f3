// @ts-check
/** The documents of the built-in Mac's disk, over the server's HTTP API; for owners. */

import { requestJson } from "./request-json.js";
import { ResumableUpload } from "./resumable-upload.js";

/** @import { UploadProgress } from "./resumable-upload.js" */

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
   * Return the address of a document as a MacBinary file.
   * @param {string} name
   * @returns {string}
   */
  macBinaryAddress(name) {
    return `${this.address(name)}/macbinary`;
  }

  /**
   * Store a document. Throws RequestError with the server's sentence: 409 if the name is taken.
   * @param {string} name
   * @param {Blob} content
   * @param {object} options
   * @param {(progress: UploadProgress) => void} options.progress
   * @param {AbortSignal} [options.signal] ends it
   * @param {boolean} [options.replace] what has this name
   * @returns {Promise<void>}
   */
  async store(name, content, options) {
    await new ResumableUpload("documents", name, content, options).run();
  }
}
