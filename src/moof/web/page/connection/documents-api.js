// @ts-check
/** The documents of the built-in Mac's disk, over the server's HTTP API; for owners. */

import { RequestError, requestJson } from "./fetch-json.js";

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
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch tells nothing of what is sent
      request.open("PUT", this.address(name));
      request.upload.addEventListener("progress", ({ loaded, total }) => progress(total > 0 ? loaded / total : 0));
      request.addEventListener("load", () => {
        if (request.status < 300) resolve();
        else reject(new RequestError(sentence(request), request.status));
      });
      request.addEventListener("error", () => reject(new Error("the connection is lost")));
      request.send(content);
    });
  }
}

/** @param {XMLHttpRequest} request */
function sentence(request) {
  try {
    /** @type {unknown} */
    const answer = JSON.parse(request.responseText);
    const { detail } = /** @type {{detail?: string}} */ (answer ?? {});
    if (detail) return detail;
  } catch { /* a proxy's page, for example */ }
  return `HTTP status ${request.status}`;
}
