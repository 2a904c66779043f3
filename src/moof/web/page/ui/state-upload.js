// @ts-check
/** The button of the tab "States" that takes files of states. */

import { RequestError } from "../connection/fetch-json.js";
import { t, translated } from "../language/text.js";
import { created } from "./created-element.js";
import { numbered } from "./documents-panel.js";
import { MAX_STATE_NAME } from "./state-item.js";

/** @import { StatesApi } from "../connection/states-api.js" */

const SUFFIX = ".moofstate";
const FORBIDDEN = /[/\\:*?"<>|]|^[.-]+/gu;
const NAME_TAKEN = 409;
const MAX_COPIES = 99;

/**
 * Is told how an upload goes on.
 * @typedef {object} UploadListener
 * @property {(text: string) => void} progress
 * @property {(text: string) => void} refused
 * @property {() => Promise<void>} stored
 */

/** The button, and the browser's own dialog for files. */
export class StateUpload {
  button = created("button", { id: "states-upload", type: "button", textContent: t("Upload…") });
  #api;
  #listener;
  /** Files are sent one after the other. */
  #sending = Promise.resolve();

  /**
   * @param {StatesApi} api
   * @param {UploadListener} listener
   */
  constructor(api, listener) {
    this.#api = api;
    this.#listener = listener;
    const files = created("input", { type: "file", accept: SUFFIX, multiple: true });
    this.button.addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      this.take([...files.files ?? []]);
      files.value = "";
    });
  }

  /**
   * Send files, after those that are being sent.
   * @param {File[]} files
   */
  take(files) {
    for (const file of files) this.#sending = this.#sending.then(() => this.#send(file));
  }

  /** @param {File} file */
  async #send(file) {
    const wanted = stateName(file.name);
    const tell = (/** @type {number} */ part) =>
      this.#listener.progress(t("Copying {name}: {part} %", { name: wanted, part: Math.round(part * 100) }));
    tell(0);
    try {
      const name = await this.#store(wanted, file, tell);
      await this.#listener.stored();
      this.#listener.progress(t("{name} is saved", { name }));
    } catch (error) {
      const reason = translated(error instanceof Error ? error.message : String(error));
      this.#listener.progress("");
      this.#listener.refused(t("{name} was not copied: {reason}", { name: wanted, reason }));
    }
  }

  /**
   * Store a state under its name, or a numbered one if that is taken; return the name.
   * @param {string} wanted
   * @param {File} file
   * @param {(part: number) => void} progress
   * @returns {Promise<string>}
   */
  async #store(wanted, file, progress) {
    for (let copy = 1; ; copy++) {
      const name = copy === 1 ? wanted : numbered(wanted, copy);
      try {
        await this.#api.store(name, file, progress);
        return name;
      } catch (error) {
        if (!(error instanceof RequestError) || error.status !== NAME_TAKEN || copy >= MAX_COPIES) throw error;
      }
    }
  }
}

/**
 * Return the name of a state that a file is of, in the characters that names of states have.
 * @param {string} fileName
 * @returns {string}
 */
export function stateName(fileName) {
  const base = fileName.endsWith(SUFFIX) ? fileName.slice(0, -SUFFIX.length) : fileName;
  return base.replaceAll(FORBIDDEN, "_").trim().slice(0, MAX_STATE_NAME - 4) || "_";
}
