// @ts-check
/** In the tab "The Mac" of the settings: which Mac is used, and a button that sets up another one; for owners. */

import { RequestError } from "../connection/fetch-json.js";
import { t, translated } from "../language/text.js";
import { elementById } from "./elements.js";

/** @import { Macs, MacsApi, UsedMac } from "../connection/macs-api.js" */
/** @import { Tabs } from "./mac-settings.js" */

const TAB = "mac-tab";
const NEXT_START = t("It is used when Moof is started again.");

/** The list of Macs, and the place where another one is set up. */
export class MacChoice {
  #api;
  #tabs;
  #done;
  #tab = elementById("mac-settings", HTMLElement);
  #list = Object.assign(document.createElement("select"), { id: "mac-choice", autocomplete: "off", disabled: true });
  #note = Object.assign(document.createElement("p"), { id: "mac-choice-note", hidden: true });
  #add = Object.assign(document.createElement("button"), { id: "mac-add", type: "button", textContent: t("Add a Mac…") });
  /** @type {Macs | null} */ #macs = null;

  /**
   * @param {MacsApi} api
   * @param {Tabs} tabs
   * @param {() => void} done another Mac starts: close the settings
   */
  constructor(api, tabs, done) {
    this.#api = api;
    this.#tabs = tabs;
    this.#done = done;
    const label = Object.assign(document.createElement("label"), { htmlFor: this.#list.id, textContent: t("Mac") });
    const row = Object.assign(document.createElement("div"), { className: "choice-row setting" });
    row.append(label, this.#list);
    const buttons = Object.assign(document.createElement("div"), { className: "panel-buttons" });
    buttons.append(this.#add);
    this.#note.setAttribute("role", "status");
    this.#tab.prepend(row, this.#note, buttons);
    this.#list.addEventListener("change", () => void this.#choose(this.#list.value || null));
    this.#add.addEventListener("click", () => void this.#open());
    tabs.addEventListener("shown", () => {
      if (this.#tabs.shownTab === TAB) void this.#load();
    });
  }

  async #load() {
    const macs = await this.#try(() => this.#api.list());
    if (macs) this.#macs = macs;
    this.#show();
  }

  #show() {
    const { macs, current } = this.#macs ?? { macs: [], current: null };
    const options = macs.map(({ name, emulator }) => new Option(`${name} (${emulator})`, name));
    this.#list.replaceChildren(new Option(t("Moof’s own"), ""), ...options);
    this.#list.value = current ?? "";
    this.#list.disabled = this.#macs === null;
    this.#add.disabled = this.#macs === null;
  }

  /** @param {string | null} name */
  async #choose(name) {
    const used = await this.#try(() => this.#api.choose(name));
    if (used && this.#macs) this.#macs.current = used.name;
    this.#show();
    if (used) this.#used(used);
  }

  async #open() {
    if (!this.#macs) return;
    const { AddMac } = await import("./add-mac.js");
    const others = [...this.#tab.children].filter((each) => each instanceof HTMLElement && !each.hidden);
    for (const each of others) each.toggleAttribute("hidden", true);
    const close = (/** @type {UsedMac | null} */ used) => {
      wizard.element.remove();
      for (const each of others) each.toggleAttribute("hidden", false);
      this.#add.focus();
      void this.#load();
      if (used) this.#used(used);
    };
    const wizard = new AddMac(this.#api, this.#macs.emulators, close);
    this.#tab.append(wizard.element);
    wizard.focus();
  }

  /** @param {UsedMac} used */
  #used({ started }) {
    if (started) this.#done(); // the notice over the screen says how far it is
    else this.#tell(NEXT_START);
  }

  /** @param {string} sentence */
  #tell(sentence) {
    this.#note.textContent = sentence;
    this.#note.hidden = sentence === "";
  }

  /**
   * Do something, and tell the person if it fails.
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T | null>} null: it failed
   */
  async #try(act) {
    try {
      const result = await act();
      this.#tell("");
      return result;
    } catch (error) {
      this.#tell(error instanceof RequestError ? translated(error.message) : t("The server does not answer."));
      return null;
    }
  }
}
