// @ts-check
/** The question for the ROM of a new Mac: one file, or those of its two chips; what they are is said at once. */

import { said } from "../../language/said.js";
import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { FileButton } from "../controls/file-button.js";

/** @import { ImageFolder, RomAnswer } from "../../connection/macs-api.js" */

/**
 * What a question asks of add-mac.js.
 * @typedef {object} NewMacWork
 * @property {(act: () => Promise<void>) => Promise<void>} run do something that takes long, and tell why it failed
 * @property {(folder: ImageFolder) => Promise<string[]>} files none if they cannot be listed, which is told
 * @property {(folder: ImageFolder, file: File) => Promise<string>} upload returns the name of the file there
 * @property {(files: string[]) => Promise<RomAnswer>} checkRom
 * @property {(sentence: string, good: boolean) => void} tell
 */

/** The question. Its files stay when a person goes back, and are looked at again for another emulator. */
export class RomQuestion {
  element = document.createElement("div");
  /** @type {string[]} */ #files = [];
  /** @type {RomAnswer | null} */ #answer = null;
  #work;
  #list = created("select", { ariaLabel: "ROM", autocomplete: "off", hidden: true });
  #button;

  /** @param {NewMacWork} work */
  constructor(work) {
    this.#work = work;
    this.#button = new FileButton(t("Upload a file…"), (file) => {
      void work.run(async () => {
        const name = await work.upload("roms", file);
        this.#list.add(new Option(name, name));
        await this.#take(name);
      });
    });
    this.#list.addEventListener("change", () => {
      if (this.#list.value !== "") void work.run(() => this.#take(this.#list.value));
    });
    this.element.append(this.#list, this.#button.element);
  }

  /** The names of the files. */
  get files() {
    return this.#files;
  }

  /** Whether the emulator takes them. */
  get accepted() {
    return this.#answer?.accepted ?? false;
  }

  /** Show what can be chosen, and what the chosen files are. */
  async show() {
    if (this.#files.length > 0) await this.#work.run(() => this.#check());
    const names = await this.#work.files("roms");
    this.#list.replaceChildren(new Option("", ""), ...names.map((name) => new Option(name, name)));
    this.#render();
  }

  get #wantsOther() {
    return this.#files.length === 1 && (this.#answer?.half ?? false);
  }

  #render() {
    const [first] = this.#list.options;
    if (first) first.text = this.#wantsOther ? t("The other file…") : t("A file that is there…");
    this.#list.value = this.#wantsOther ? "" : this.#files.at(-1) ?? "";
    this.#list.hidden = this.#list.length < 2;
    this.#button.text = this.#wantsOther ? t("Upload the other file…") : t("Upload a file…");
  }

  /** @param {string} name of a file */
  async #take(name) {
    this.#files = this.#wantsOther ? [...this.#files, name] : [name];
    await this.#check();
    this.#render();
  }

  async #check() {
    this.#answer = null;
    this.#answer = await this.#work.checkRom(this.#files);
    this.#work.tell(said(this.#answer), this.#answer.accepted);
  }
}
