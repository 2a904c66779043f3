// @ts-check
/** In the tab "The Mac" of the settings: the Macs of this server, which one is used, and a button that sets up another one. */

import { NewestRequest } from "../../connection/newest-request.js";
import { t } from "../../language/text.js";
import { AddMac } from "./add-mac.js";
import { Attempts } from "../controls/attempts.js";
import { created } from "../controls/created-element.js";
import { elementById } from "../controls/elements.js";
import { createMacRow, plain } from "./mac-row.js";
import { RowList } from "../controls/row-list.js";

/** @import { ConfigApi, EmulatorChoices } from "../../connection/config-api.js" */
/** @import { Macs, MacsApi, UsedMac } from "../../connection/macs-api.js" */
/** @import { ListedMac } from "./mac-row.js" */
/** @import { Tabs } from "../settings/mac-settings.js" */

const TAB = "mac-tab";
/** The built-in Mac's name in moof.toml. */
const BUILT_IN = "mac";

/**
 * @typedef {object} MacListActions
 * @property {() => void} started another Mac starts: the settings are closed
 * @property {() => void} changed moof.toml has changed
 */

/** The list. It is hidden where the command line has chosen the emulator. */
export class MacList {
  #api;
  #config;
  #tabs;
  #actions;
  #tab = elementById("mac-settings", HTMLElement);
  #list = created("ul", { id: "macs-list", className: "macs", ariaLabel: t("Macs") });
  #others = created("ul", { id: "macs-others-list", className: "macs", ariaLabel: t("Other emulators") });
  #removed = created("ul", { id: "macs-removed-list", className: "macs", ariaLabel: t("Removed Macs") });
  #trash = created("details", { id: "macs-removed" });
  #details = created("details", { id: "macs-others" });
  #add = created("button", { id: "mac-add", type: "button", textContent: t("Add a Mac…") });
  #note = created("p", { id: "macs-note", role: "status" });
  #element = created("section", { id: "macs", hidden: true, ariaLabel: t("Macs") });
  #rows = new RowList(this.#list, (/** @type {ListedMac} */ mac) => this.#row(mac));
  #otherRows = new RowList(this.#others, (/** @type {ListedMac} */ mac) => this.#row(mac));
  #removedRows = new RowList(this.#removed, (/** @type {string} */ name) => this.#removedRow(name));
  #newest = new NewestRequest();
  #attempts = new Attempts((sentence) => { this.#note.textContent = sentence; });
  #running = false;
  /** @type {AddMac | null} */ #wizard = null;
  /** @type {Macs | null} */ #macs = null;

  /**
   * @param {MacsApi} api
   * @param {Pick<ConfigApi, "emulators">} config
   * @param {Tabs} tabs
   * @param {MacListActions} actions
   */
  constructor(api, config, tabs, actions) {
    this.#api = api;
    this.#config = config;
    this.#tabs = tabs;
    this.#actions = actions;
    const buttons = created("div", { className: "panel-buttons" });
    buttons.append(this.#add);
    this.#details.append(created("summary", { textContent: t("Other emulators") }), this.#others);
    this.#trash.append(created("summary", { textContent: t("Removed Macs") }), this.#removed);
    this.#element.append(this.#list, this.#details, this.#trash, this.#note, buttons);
    this.#tab.prepend(this.#element);
    this.#add.addEventListener("click", () => this.#open());
    tabs.addEventListener("shown", () => this.#refresh());
  }

  /**
   * Set whether the present Mac is switched on: its row has other buttons then.
   * @param {boolean} running
   */
  set running(running) {
    if (running === this.#running) return;
    this.#running = running;
    this.#refresh();
  }

  #refresh() {
    if (this.#tabs.shownTab === TAB && !this.#wizard && !this.#attempts.isBusy) void this.#load();
  }

  /** @param {string} [note] that stays to be read */
  async #load(note = "") {
    await this.#attempts.try(async () => {
      const found = await this.#newest.answer(() => Promise.all([this.#api.list(), this.#config.emulators()]));
      if (!found) return;
      const [macs, choices] = found;
      this.#macs = macs;
      this.#element.hidden = !choices?.follows_file;
      if (choices) this.#show(macs, choices);
    }, note);
  }

  /**
   * @param {Macs} macs
   * @param {EmulatorChoices} choices
   */
  #show(macs, choices) {
    const { running, current, current_emulator: emulator } = macs;
    const listed = (/** @type {Partial<ListedMac>} */ mac) =>
      ({ choice: {}, title: "", facts: "", used: false, running: running && mac.used === true, ready: true, picture: "", ...mac });
    const builtIn = { title: t("Built-in Mac"), facts: t("Moof’s own"), used: current === null && emulator === BUILT_IN };
    const named = macs.macs.map((mac) => listed({
      choice: { name: mac.name }, title: mac.name, facts: mac.emulator, used: mac.name === current, picture: this.#api.picture(mac),
    }));
    const others = choices.emulators.filter(({ name }) => name !== BUILT_IN).map(({ name, about, missing }) => ({
      choice: { emulator: name }, title: about.split(":", 1)[0] ?? name, // what a recipe says of itself begins with the program's name
      facts: missing || t("with settings of its own"), used: current === null && emulator === name, ready: missing === "",
    }));
    this.#rows.show([listed(builtIn), ...named]);
    this.#otherRows.show(others.map(listed));
    this.#removedRows.show(macs.removed.map(({ name }) => name));
    this.#trash.hidden = macs.removed.length === 0;
    this.#details.hidden = others.length === 0;
    this.#details.open ||= others.some(({ used }) => used);
  }

  /** @param {ListedMac} mac */
  #row(mac) {
    return createMacRow(mac, {
      start: ({ choice, used }) => void this.#change(async () => used ? this.#api.start() : this.#used(await this.#api.choose(choice))),
      stop: () => void this.#change(() => this.#api.stop()),
      duplicate: (name) => void this.#change(() => this.#api.duplicate(name), t("Copying {name}…", { name })),
      remove: (name) => void this.#change(() => this.#api.remove(name)),
    });
  }

  /** @param {string} name of a removed Mac */
  #removedRow(name) {
    const item = document.createElement("li");
    const texts = document.createElement("div");
    texts.append(created("strong", { textContent: name }));
    item.append(texts, plain(t("Bring back"), name, () => void this.#change(() => this.#api.restore(name))));
    return item;
  }

  /**
   * Change something about the Macs, one thing at a time, and show them then.
   * @param {() => Promise<void>} act
   * @param {string} [meanwhile] a sentence
   */
  async #change(act, meanwhile = "") {
    if (this.#attempts.isBusy) return;
    const done = await this.#attempts.change(act, meanwhile);
    if (done !== null) await this.#load(this.#note.textContent === meanwhile ? "" : this.#note.textContent);
    if (document.activeElement === document.body) this.#add.focus(); // the button that had the focus is gone
  }

  #open() {
    if (!this.#macs || this.#wizard) return;
    const others = [...this.#tab.children].filter((each) => each instanceof HTMLElement && !each.hidden);
    for (const each of others) each.toggleAttribute("hidden", true);
    const close = (/** @type {UsedMac | null} */ used) => {
      this.#wizard?.element.remove();
      this.#wizard = null;
      for (const each of others) each.toggleAttribute("hidden", false);
      this.#add.focus();
      if (used) this.#used(used);
      void this.#load(this.#note.textContent);
    };
    this.#wizard = new AddMac(this.#api, this.#macs, close);
    this.#tab.append(this.#wizard.element);
    this.#wizard.focus();
  }

  /** @param {UsedMac} used */
  #used({ started }) {
    this.#actions.changed();
    if (started) this.#actions.started(); // the notice over the screen says how far it is
    else this.#note.textContent = t("Saved. It takes effect when Moof itself is started again.");
  }
}
