// @ts-check
/** Setting up real Macs, over the server's HTTP API; for owners. */

import { RequestError, requestJson } from "./fetch-json.js";

const NAME_TAKEN = 409;
const MAX_COPIES = 99;

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
 * @property {string} install a sentence if it is not installed
 * @property {Question[]} questions
 */

/**
 * `GET /api/macs`.
 * @typedef {object} Macs
 * @property {SetUpEmulator[]} emulators
 * @property {{name: string, emulator: string}[]} macs
 * @property {string | null} current null for Moof's own
 * @property {boolean} switches whether another one can be used at once
 */

/**
 * @typedef {object} RomAnswer the sentence has values in braces
 * @property {boolean} accepted
 * @property {boolean} half whether the file of another chip is missing
 * @property {string} sentence
 * @property {Record<string, string>} values
 */

/** @typedef {{name: string | null, started: boolean}} UsedMac */

/** The routes about Macs, and the folders for their files. */
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
   * @param {string} emulator
   * @param {string[]} rom
   * @param {Record<string, string>} answers
   * @returns {Promise<UsedMac>}
   */
  async add(emulator, rom, answers) {
    return /** @type {UsedMac} */ (await requestJson("POST", "api/macs", { emulator, rom, answers }));
  }

  /**
   * Use another Mac.
   * @param {string | null} name null for Moof's own
   * @returns {Promise<UsedMac>}
   */
  async choose(name) {
    return /** @type {UsedMac} */ (await requestJson("PUT", "api/macs/current", { name }));
  }

  /**
   * List the names of the disk images.
   * @returns {Promise<string[]>}
   */
  async disks() {
    const entries = /** @type {{name: string}[]} */ (await requestJson("GET", "api/disks"));
    return entries.map(({ name }) => name);
  }

  /**
   * Store a file under its name, or a numbered one if that is taken; return the name.
   * @param {"roms" | "disks"} folder
   * @param {File} file
   * @param {(part: number) => void} progress is called with the part that is sent, 0 to 1
   * @returns {Promise<string>}
   */
  async store(folder, file, progress) {
    for (let copy = 1; ; copy++) {
      const name = copy === 1 ? file.name : `${copy} ${file.name}`;
      try {
        await send(`api/${folder}/${encodeURIComponent(name)}`, file, progress);
        return name;
      } catch (error) {
        if (!(error instanceof RequestError) || error.status !== NAME_TAKEN || copy >= MAX_COPIES) throw error;
      }
    }
  }
}

/**
 * PUT a file. Throws RequestError with the server's sentence.
 * @param {string} address
 * @param {Blob} content
 * @param {(part: number) => void} progress
 * @returns {Promise<void>}
 */
function send(address, content, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of what is sent
    request.open("PUT", address);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total > 0 ? loaded / total : 0));
    request.addEventListener("load", () => {
      const { detail } = /** @type {{detail?: string} | null} */ (request.response) ?? {};
      if (request.status < 300) resolve();
      else reject(new RequestError(detail ?? `HTTP status ${request.status}`, request.status));
    });
    request.addEventListener("error", () => reject(new Error("the connection is lost")));
    request.send(content);
  });
}
