// @ts-check
/** The list of the emulators of the server's machine, in the tab "The Mac" of the settings. */

import { t } from "../language/text.js";

/** @import { EmulatorChoices, InstalledEmulator } from "../connection/config-api.js" */

/** The built-in Mac's name in moof.toml; it is the default, which is "" in the list. */
const BUILT_IN = "mac";

/** The list; its row is hidden while there is nothing to choose. */
export class EmulatorChoice {
  #row;
  #list;
  /** @type {readonly InstalledEmulator[]} */ #emulators = [];

  /**
   * @param {HTMLElement} row
   * @param {HTMLSelectElement} list
   */
  constructor(row, list) {
    this.#row = row;
    this.#list = list;
    row.hidden = true;
  }

  /**
   * Offer what is installed; null: this server does not say.
   * @param {EmulatorChoices | null} choices
   */
  offer(choices) {
    this.#emulators = choices?.follows_file ? choices.emulators : [];
    this.#row.hidden = this.#emulators.length < 2;
    this.#list.replaceChildren(...this.#emulators.map((emulator) => {
      const option = new Option(describe(emulator), valueOf(emulator.name));
      option.disabled = emulator.missing !== "";
      option.title = emulator.missing || emulator.about;
      return option;
    }));
  }

  /**
   * Return whether the choice of an emulator takes effect at a restart of the Mac, and not only of Moof.
   * @param {string} value of the list
   * @returns {boolean}
   */
  isChangedByRestart(value) {
    return this.#emulators.find(({ name }) => valueOf(name) === value)?.at_restart ?? false;
  }
}

/**
 * Return an emulator's value in the list.
 * @param {string} name in moof.toml
 * @returns {string}
 */
export function valueOf(name) {
  return name === BUILT_IN ? "" : name;
}

/** @param {InstalledEmulator} emulator */
function describe({ name, about, missing }) {
  // What a recipe says of itself begins with the program's name.
  const label = name === BUILT_IN ? t("Built-in Mac") : about.split(":", 1)[0] ?? name;
  return missing ? t("{name}, not set up", { name: label }) : label;
}
