// @ts-check
/** What is asked about a new Mac, and the answers; without elements. Answers stay whatever else is answered. */

import { t } from "../../language/text.js";

/** @import { Macs, Question, SetUpEmulator } from "../../connection/macs-api.js" */

export const EMULATOR = "emulator";
export const NAME = "name";
export const ROM = "rom";
const DISK_MB = "500";

/** The questions and the answers. */
export class NewMacAnswers {
  #macs;
  /** @type {Question} */ #which;
  /** @type {Record<string, string>} */ #given = {};

  /** @param {Macs} macs */
  constructor(macs) {
    this.#macs = macs;
    const installedFirst = macs.emulators.toSorted((a, b) => Number(b.installed) - Number(a.installed));
    this.#which = {
      name: EMULATOR, text: t("Emulator"), help: t("The program that becomes the Mac. It runs on the server’s computer."),
      choices: installedFirst.map(({ name }) => name),
    };
  }

  /** @returns {SetUpEmulator | undefined} that was chosen */
  get emulator() {
    const chosen = this.valueOf(this.#which);
    return this.#macs.emulators.find(({ name }) => name === chosen);
  }

  /** @returns {Question[]} in their order; a disk that exists has no size to be asked for */
  get questions() {
    const asked = (this.emulator?.questions ?? []).filter(({ name }) => name !== "disk-size" || !this.#given["disk"]);
    const help = t("Small letters, digits and hyphens. The Mac’s folder has this name, too.");
    return [this.#which, ...asked, { name: NAME, text: t("Name of the Mac"), help, choices: [] }];
  }

  /**
   * @param {Question} question
   * @param {string} value
   */
  give({ name }, value) {
    this.#given[name] = value;
  }

  /**
   * Return an answer, the best one if there is none that fits.
   * @param {Question} question
   * @returns {string}
   */
  valueOf({ name, choices }) {
    const value = this.#given[name] ?? "";
    const [best] = choices;
    if (best !== undefined) return choices.includes(value) ? value : best;
    if (value !== "") return value;
    if (name === NAME) return this.#freeName();
    return name === "disk-size" ? DISK_MB : "";
  }

  /**
   * Return what the server wants to know.
   * @param {string[]} rom the names of its files
   */
  collect(rom) {
    const asked = this.questions.map((question) => /** @type {const} */ ([question.name, this.valueOf(question)]));
    const { [EMULATOR]: emulator = "", [NAME]: name = "", ...rest } = Object.fromEntries(asked);
    const answers = Object.fromEntries(Object.entries(rest).filter(([question]) => question !== ROM));
    return { name, emulator, rom, answers };
  }

  /** Return the emulator's name, with a number if a Mac has it. */
  #freeName() {
    const wanted = this.emulator?.name ?? "";
    const taken = new Set(this.#macs.macs.map(({ name }) => name));
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}-${number}`;
      if (!taken.has(name)) return name;
    }
  }
}
