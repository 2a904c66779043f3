// @ts-check
/**
 * The tab "States" of the settings: the built-in Mac is saved under a name, and goes on from a state. What is in the tab
 * is created here, since few people need it and all would load it with the page.
 */

import { RequestError } from "../connection/fetch-json.js";
import { language, t, translated } from "../language/text.js";
import { confirmClicks } from "./confirmed-button.js";
import { created } from "./created-element.js";
import { elementById } from "./elements.js";
import { describeSize } from "./saved-file.js";

/** @import { StateEntry, StatesApi } from "../connection/states-api.js" */
/** @import { Hint } from "./notices.js" */
/** @import { Tabs } from "./mac-settings.js" */

const TAB = "states-tab";
const MAX_NAME = 80;
const HINT_DURATION = 5_000;
const NOTE = t("A state is the whole Mac at one moment. To go back after loading one, use “Go back a minute”.");
const TIME = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** The tab. */
export class StatesPanel {
  #api;
  #tabs;
  #hint;
  #done;
  #list = created("ul", { id: "states-list", ariaLabel: t("Saved states") });
  #name = created("input", {
    id: "states-name", maxLength: MAX_NAME, autocomplete: "off", spellcheck: false,
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
    buttons.append(this.#back);
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
      this.#error.textContent = error instanceof RequestError ? translated(error.message) : t("The server does not answer.");
      this.#error.hidden = false;
      return false;
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Show the list. Nothing happens if it is the same: a button keeps the focus, and its question.
   * @param {StateEntry[]} entries
   */
  #show(entries) {
    const content = JSON.stringify(entries);
    if (content === this.#shown) return;
    this.#shown = content;
    this.#list.replaceChildren(...entries.map((entry) => this.#item(entry)));
  }

  /** @param {StateEntry} entry */
  #item(entry) {
    const { name, saved, size } = entry;
    const picture = created("img", { src: this.#api.picture(entry), alt: "" });
    const facts = `${TIME.format(saved * 1000)} · ${describeSize(size)}`;
    const buttons = created("div", { className: "panel-buttons" });
    buttons.append(
      confirmed(t("Load"), name, () =>
        void this.#goOn(() => this.#api.load(name), t("The Mac goes on from {name}", { name }))),
      confirmed(t("Delete"), name, () => void this.#delete(name)),
    );
    const texts = document.createElement("div");
    texts.append(
      created("strong", { textContent: name }),
      created("span", { className: "facts", textContent: facts }),
      buttons,
    );
    const item = document.createElement("li");
    item.append(picture, texts);
    return item;
  }
}

/**
 * Return a button that asks before it acts.
 * @param {string} text
 * @param {string} name of the state
 * @param {() => void} act
 */
function confirmed(text, name, act) {
  const button = created("button", { type: "button" });
  confirmClicks(button, { text, question: t("Really?"), name, act });
  return button;
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
