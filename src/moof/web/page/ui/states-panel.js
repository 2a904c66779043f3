// @ts-check
/**
 * The tab "States" of the settings: the built-in Mac is saved under a name, and goes on from a state. What is in the tab
 * is created here, since few people need it and all would load it with the page.
 */

import { RequestError } from "../connection/fetch-json.js";
import { t, translated } from "../language/text.js";
import { confirmClicks } from "./confirmed-button.js";
import { created } from "./created-element.js";
import { elementById } from "./elements.js";
import { MAX_STATE_NAME, stateItem } from "./state-item.js";
import { StateUpload } from "./state-upload.js";

/** @import { StateEntry, StatesApi } from "../connection/states-api.js" */
/** @import { Hint } from "./notices.js" */
/** @import { StateActions } from "./state-item.js" */
/** @import { Tabs } from "./mac-settings.js" */

const TAB = "states-tab";
const HINT_DURATION = 5_000;
const NOTE = t("A state is the whole Mac at one moment. To go back after loading one, use “Go back a minute”.");

/** The tab. */
export class StatesPanel {
  #api;
  #tabs;
  #hint;
  #done;
  #list = created("ul", { id: "states-list", ariaLabel: t("Saved states") });
  #name = created("input", {
    id: "states-name", maxLength: MAX_STATE_NAME, autocomplete: "off", spellcheck: false,
    placeholder: t("Name of the state"), ariaLabel: t("Name of the state"),
  });
  #form = created("form", { id: "states-form", className: "panel-buttons" });
  #back = created("button", { id: "states-back", type: "button" });
  #note = created("p", { id: "states-note", role: "status" });
  #error = created("p", { id: "states-error", role: "alert", hidden: true });
  #allowed = false;
  #busy = false;
  #lists = 0;
  #shown = "";
  /** @type {StateActions} */
  #actions = {
    load: (name) => void this.#goOn(() => this.#api.load(name), t("The Mac goes on from {name}", { name })),
    delete: (name) => void this.#delete(name),
    rename: (name, newName) => this.#rename(name, newName),
  };

  /**
   * @param {StatesApi} api
   * @param {Tabs} tabs
   * @param {Hint} hint
   * @param {() => void} done the Mac goes on from a state: close the settings
   */
  constructor(api, tabs, hint, done) {
    this.#api = api;
    this.#tabs = tabs;
    this.#hint = hint;
    this.#done = done;
    tabs.offer(TAB, false);
    tabs.addEventListener("shown", () => {
      if (tabs.shownTab !== TAB) return;
      this.#note.textContent = NOTE;
      void this.#load();
    });
    this.#form.append(this.#name, created("button", { type: "submit", textContent: t("Save") }));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    const buttons = created("div", { className: "panel-buttons" });
    const upload = new StateUpload(api, {
      progress: (text) => { this.#note.textContent = text; },
      refused: (text) => this.#refuse(text),
      stored: () => this.#load(),
    });
    buttons.append(upload.button, this.#back);
    elementById("states-settings", HTMLElement).replaceChildren(this.#form, this.#error, this.#list, this.#note, buttons);
    confirmClicks(this.#back, {
      text: t("Go back a minute"),
      question: t("Really?"),
      act: () => void this.#goOn(() => api.back(), t("The Mac goes on from a minute ago")),
    });
  }

  /**
   * Set whether this person may save and load; the tab is offered if the Mac has states.
   * @param {boolean} allowed
   */
  set allowed(allowed) {
    this.#allowed = allowed;
    this.#tabs.offer(TAB, false);
    if (allowed) void this.#load();
  }

  async #load() {
    const number = ++this.#lists;
    try {
      const entries = await this.#api.list();
      if (number === this.#lists) this.#show(entries); // else a newer list is on its way, or there
      this.#tabs.offer(TAB, this.#allowed);
    } catch (error) {
      if (error instanceof RequestError) this.#tabs.offer(TAB, false); // this Mac has no states
      else this.#note.textContent = t("The list cannot be loaded: {error}", { error: String(error) });
    }
  }

  async #save() {
    const name = this.#name.value.trim() || timeAsName(new Date());
    if (!await this.#ask(() => this.#api.save(name))) return;
    this.#name.value = "";
    await this.#load();
    this.#note.textContent = t("{name} is saved", { name });
  }

  /** @param {string} name */
  async #delete(name) {
    if (!await this.#ask(() => this.#api.delete(name))) return;
    await this.#load();
    (this.#list.querySelector("button") ?? this.#back).focus(); // the button that had the focus is gone
  }

  /**
   * @param {string} name
   * @param {string} newName
   */
  async #rename(name, newName) {
    if (!await this.#ask(() => this.#api.rename(name, newName))) return false;
    await this.#load();
    const label = `${t("Rename")}: ${newName}`;
    const buttons = [...this.#list.querySelectorAll("button")];
    (buttons.find(({ ariaLabel }) => ariaLabel === label) ?? this.#back).focus();
    return true;
  }

  /**
   * @param {() => Promise<void>} request
   * @param {string} outcome
   */
  async #goOn(request, outcome) {
    if (!await this.#ask(request)) return;
    this.#hint.show(outcome, HINT_DURATION);
    this.#done();
  }

  /**
   * Send one request at a time; tell why one is refused.
   * @param {() => Promise<void>} request
   * @returns {Promise<boolean>} whether it was done
   */
  async #ask(request) {
    if (this.#busy) return false;
    this.#busy = true;
    this.#error.hidden = true;
    try {
      await request();
      return true;
    } catch (error) {
      this.#refuse(error instanceof RequestError ? translated(error.message) : t("The server does not answer."));
      return false;
    } finally {
      this.#busy = false;
    }
  }

  /** @param {string} text */
  #refuse(text) {
    this.#error.textContent = text;
    this.#error.hidden = false;
  }

  /**
   * Show the list. Nothing happens if it is the same: a button keeps the focus, and its question.
   * @param {StateEntry[]} entries
   */
  #show(entries) {
    const content = JSON.stringify(entries);
    if (content === this.#shown) return;
    this.#shown = content;
    this.#list.replaceChildren(...entries.map((entry) => stateItem(entry, this.#api, this.#actions)));
  }
}

/**
 * Return the name of a state that was given none.
 * @param {Date} date local time
 * @returns {string} without a colon, which names of states cannot have
 */
export function timeAsName(date) {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
}
