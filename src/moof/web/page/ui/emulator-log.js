// @ts-check
/** Shows the emulator's last lines of output, for owners: below a notice, and in the settings. */

import { fetchJson } from "../connection/fetch-json.js";
import { t } from "../language/text.js";
import { elementById } from "./controls/elements.js";

/** An expandable log; it is loaded when a person opens it. */
export class EmulatorLogView {
  #details;
  #lines;

  /** @param {string} id of its details element; that of its lines ends in "-lines" */
  constructor(id) {
    this.#details = elementById(id, HTMLDetailsElement);
    this.#lines = elementById(`${id}-lines`, HTMLElement);
    this.#details.addEventListener("toggle", () => {
      if (this.#details.open) void this.#load();
    });
  }

  /**
   * Show or hide the log; it is closed at first.
   * @param {boolean} available
   */
  setAvailable(available) {
    if (this.#details.hidden !== available) return;
    this.#details.hidden = !available;
    this.#details.open = false;
  }

  async #load() {
    this.#lines.textContent = await fetchLog().catch(
      (/** @type {unknown} */ error) => t("The log cannot be loaded: {error}", { error: String(error) }),
    );
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}

/** @returns {Promise<string>} */
async function fetchLog() {
  const { lines } = /** @type {{lines: string[]}} */ (await fetchJson("api/output"));
  return lines.join("\n") || t("No output.");
}
