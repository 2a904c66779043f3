// @ts-check
/** Real Macs: setting one up, and which one is used, over the server's HTTP API; for owners. */

import { requestJson } from "./request-json.js";
import { ResumableUpload } from "./resumable-upload.js";

/** @import { UploadProgress } from "./resumable-upload.js" */

/**
 * @typedef {object} Question the first of its choices is the best
 * @property {string} name
 * @property {string} text
 * @property {string} help
 * @property {string[]} choices
 */

/**
 * @typedef {object} SetUpEmulator
 * @property {string} name
 * @property {string} title
 * @property {boolean} installed
 * @property {string} install how it is installed, "" if it is
 * @property {Question[]} questions
 */

/**
 * @typedef {object} ShelvedMac
 * @property {string} name
 * @property {string} emulator
 * @property {number} pictured when its picture was taken, seconds since 1970, 0 for never
 */

/**
 * `GET /api/macs`.
 * @typedef {object} Macs
 * @property {SetUpEmulator[]} emulators
 * @property {ShelvedMac[]} macs
 * @property {ShelvedMac[]} removed can be brought back
 * @property {boolean} running whether the present one is switched on
 * @property {string | null} current null for another one
 * @property {string} current_emulator that moof.toml names
 * @property {boolean} switches whether another one can be used at once
 */

/**
 * @typedef {object} RomAnswer the sentence has values in braces
 * @property {boolean} accepted
 * @property {boolean} half whether the file of another chip is missing
 * @property {string} sentence
 * @property {Record<string, string>} values
 */

/**
 * @typedef {object} NewMac the answers by the question's name; a name that is "" is chosen by the server
 * @property {string} name
 * @property {string} emulator
 * @property {string[]} rom
 * @property {Record<string, string>} answers
 */

/** @typedef {{name: string | null, started: boolean}} UsedMac */

/** @typedef {"roms" | "disks"} ImageFolder */

/** The routes about Macs, and the folders for their files. Methods throw RequestError with the server's sentence. */
export class MacsApi {
  /** @returns {Promise<Macs>} */
  async list() {
    return /** @type {Macs} */ (await requestJson("GET", "api/macs"));
  }

  /**
   * Say what files of the folder of ROMs are.
   * @param {string} emulator
   * @param {string[]} files
   * @returns {Promise<RomAnswer>}
   */
  async checkRom(emulator, files) {
    return /** @type {RomAnswer} */ (await requestJson("POST", "api/macs/rom", { emulator, files }));
  }

  /**
   * Set up a Mac and use it.
   * @param {NewMac} mac
   * @returns {Promise<UsedMac>}
   */
  async add(mac) {
    return /** @type {UsedMac} */ (await requestJson("POST", "api/macs", mac));
  }

  /**
   * Use another Mac: one that was set up, an emulator with settings of its own, or, with neither, Moof's own.
   * @param {{name?: string, emulator?: string}} mac
   * @returns {Promise<UsedMac>}
   */
  async choose(mac) {
    return /** @type {UsedMac} */ (await requestJson("PUT", "api/macs/current", mac));
  }

  /** Switch the present Mac on. */
  async start() {
    await requestJson("POST", "api/start");
  }

  /** Switch the present Mac off. */
  async stop() {
    await requestJson("POST", "api/stop");
  }

  /**
   * Copy a Mac with its disks; the server names the copy.
   * @param {string} name
   */
  async duplicate(name) {
    await requestJson("POST", "api/macs/duplicate", { name });
  }

  /**
   * Remove a Mac, which can be brought back.
   * @param {string} name
   */
  async remove(name) {
    await requestJson("DELETE", `api/macs/${encodeURIComponent(name)}`);
  }

  /**
   * Bring a removed Mac back.
   * @param {string} name
   */
  async restore(name) {
    await requestJson("POST", "api/macs/restore", { name });
  }

  /**
   * Return the address of a Mac's picture, another one for each picture; "" if there is none.
   * @param {ShelvedMac} mac
   * @returns {string}
   */
  picture({ name, pictured }) {
    return pictured > 0 ? `api/macs/${encodeURIComponent(name)}/picture?taken=${pictured}` : "";
  }

  /**
   * Return the names of the files in a folder.
   * @param {ImageFolder} folder
   * @returns {Promise<string[]>}
   */
  async files(folder) {
    const entries = /** @type {{name: string}[]} */ (await requestJson("GET", `api/${folder}`));
    return entries.map(({ name }) => name);
  }

  /**
   * Store a file under a name that no other has: 409 if it is taken.
   * @param {ImageFolder} folder
   * @param {string} name
   * @param {Blob} content
   * @param {(progress: UploadProgress) => void} progress
   * @param {AbortSignal} signal ends it
   * @returns {Promise<void>}
   */
  async store(folder, name, content, progress, signal) {
    await new ResumableUpload(folder, name, content, { progress, signal }).run();
  }
}
