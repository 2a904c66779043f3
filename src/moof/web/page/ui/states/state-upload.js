// @ts-check
/** The button of the tab "States" that takes files of states. */

import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { reasonOf } from "../controls/failed-request.js";
import { progressText, storeNumbered } from "../files/numbered-upload.js";
import { MAX_STATE_NAME } from "./state-item.js";

/** @import { UploadProgress } from "../../connection/resumable-upload.js" */
/** @import { StatesApi } from "../../connection/states-api.js" */

const SUFFIX = ".moofstate";
const FORBIDDEN = /[/\\:*?"<>|]|^[.-]+/gu;

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
    const tell = (/** @type {UploadProgress} */ progress) => this.#listener.progress(progressText(wanted, progress));
    tell({ part: 0, cut: false });
    try {
      const name = await storeNumbered(wanted, (free) => this.#api.store(free, file, tell));
      await this.#listener.stored();
      this.#listener.progress(t("{name} is saved", { name }));
    } catch (error) {
      const reason = reasonOf(error);
      this.#listener.progress("");
      this.#listener.refused(t("{name} was not copied: {reason}", { name: wanted, reason }));
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
