// @ts-check
/** The disk images of the server, and which ones the present Mac gets, over the server's HTTP API; for owners. */

import { requestJson } from "./request-json.js";
import { ResumableUpload } from "./resumable-upload.js";

/** @import { UploadProgress } from "./resumable-upload.js" */

/** @typedef {"disk" | "cd"} ImageUse */

/**
 * @typedef {object} ImageEntry the sentence says what it is; it has values in braces
 * @property {string} name
 * @property {number} size in bytes
 * @property {number} modified seconds since 1970
 * @property {string} sentence
 * @property {Record<string, string>} values
 * @property {ImageUse[]} uses what the present Mac can use it for
 * @property {ImageUse | null} attached what the present Mac has it as, null for nothing
 * @property {boolean} read_only
 * @property {boolean} [missing] it is attached, and its file is not there any more; older servers do not send it
 */

/**
 * @typedef {object} ImageElsewhere an image that the present Mac gets from another folder
 * @property {string} path
 * @property {ImageUse} attached
 * @property {boolean} read_only
 */

/**
 * `GET /api/images`.
 * @typedef {object} Images
 * @property {ImageUse[]} takes what images the present Mac can get, [] for none
 * @property {boolean} locks whether it can get disks that it only reads
 * @property {ImageEntry[]} images
 * @property {ImageElsewhere[]} elsewhere
 */

/** The routes. Methods throw RequestError with the server's sentence. */
export class ImagesApi {
  /** @returns {Promise<Images>} */
  async list() {
    return /** @type {Images} */ (await requestJson("GET", "api/images"));
  }

  /**
   * Attach an image to the present Mac, or detach it; it takes effect at the Mac's next start.
   * @param {string} name
   * @param {ImageUse | null} attached null: detach it
   * @param {boolean} readOnly
   * @returns {Promise<Images>} all images then
   */
  async attach(name, attached, readOnly) {
    const body = { attached, read_only: readOnly };
    return /** @type {Images} */ (await requestJson("PUT", `api/images/${encodeURIComponent(name)}`, body));
  }

  /**
   * Make an empty, formatted disk. 409: the name is taken.
   * @param {string} name of the image
   * @param {number} size MB
   * @param {string} volume the disk's name on the Mac's desktop
   */
  async create(name, size, volume) {
    await requestJson("POST", "api/disks", { name, size_mb: size, volume });
  }

  /**
   * Store an image under a name that no other has. 409: the name is taken.
   * @param {string} name
   * @param {Blob} content
   * @param {(progress: UploadProgress) => void} progress
   * @param {AbortSignal} signal ends it
   */
  async store(name, content, progress, signal) {
    await new ResumableUpload("disks", name, content, { progress, signal }).run();
  }

  /**
   * Return the address of an image's file.
   * @param {string} name
   * @returns {string}
   */
  address(name) {
    return `api/disks/${encodeURIComponent(name)}`;
  }

  /** @param {string} name */
  async delete(name) {
    await requestJson("DELETE", this.address(name));
  }
}
