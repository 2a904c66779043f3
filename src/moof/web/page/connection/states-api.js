// @ts-check
/** The states of the Mac, over the server's HTTP API; for owners. */

import { requestJson } from "./request-json.js";
import { ResumableUpload } from "./resumable-upload.js";

/** @import { UploadProgress } from "./resumable-upload.js" */

/**
 * One of `GET /api/states`.
 * @typedef {object} StateEntry
 * @property {string} name
 * @property {number} size of its file in bytes
 * @property {number} saved seconds since 1970
 */

/**
 * What can be done with states, `GET /api/state-functions`.
 * @typedef {object} StateFunctions
 * @property {boolean} save the emulator that runs saves and loads states
 * @property {boolean} back it goes back a minute
 * @property {boolean} files states are uploaded and downloaded
 */

/** The routes about states. Methods throw RequestError with the server's sentence. */
export class StatesApi {
  /**
   * Return the states with names, the newest first. 404: this Mac has none.
   * @returns {Promise<StateEntry[]>}
   */
  async list() {
    return /** @type {StateEntry[]} */ (await requestJson("GET", "api/states"));
  }

  /**
   * Return what can be done with states.
   * @returns {Promise<StateFunctions>}
   */
  async functions() {
    return /** @type {StateFunctions} */ (await requestJson("GET", "api/state-functions"));
  }

  /**
   * Return the address of a state's picture; another one when another state has got the name.
   * @param {StateEntry} entry
   * @returns {string}
   */
  picture({ name, saved }) {
    return `${address(name)}/picture?saved=${saved}`;
  }

  /**
   * Save the Mac under a new name.
   * @param {string} name
   */
  async save(name) {
    await requestJson("POST", "api/states", { action: "save", name });
  }

  /**
   * Let the Mac go on from a state.
   * @param {string} name
   */
  async load(name) {
    await requestJson("POST", "api/states", { action: "load", name });
  }

  /** Let the Mac go on from a minute ago. */
  async back() {
    await requestJson("POST", "api/states", { action: "back" });
  }

  /**
   * @param {string} name
   * @param {string} newName
   */
  async rename(name, newName) {
    await requestJson("POST", "api/states", { action: "rename", name, new_name: newName });
  }

  /**
   * Return the address of a state's file; the server says under which name it is saved.
   * @param {string} name
   * @returns {string}
   */
  file(name) {
    return address(name);
  }

  /**
   * Store the file of a state under a new name, if it is a whole one. 409: the name is taken.
   * @param {string} name
   * @param {Blob} content
   * @param {(progress: UploadProgress) => void} progress
   * @returns {Promise<void>}
   */
  async store(name, content, progress) {
    await new ResumableUpload("states", name, content, { progress }).run();
  }

  /** @param {string} name */
  async delete(name) {
    await requestJson("DELETE", address(name));
  }
}

/** @param {string} name */
const address = (name) => `api/states/${encodeURIComponent(name)}`;
