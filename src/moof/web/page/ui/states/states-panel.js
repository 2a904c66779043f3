// @ts-check
/**
 * The tab "States" of the settings: the Mac is saved under a name, and goes on from a state. What is in the tab is created
 * here, since few people need it and all would load it with the page. An emulator may lack a part of it, or all.
 */

import { RequestError } from "../../connection/request-json.js";
import { NewestRequest } from "../../connection/newest-request.js";
import { t } from "../../language/text.js";
import { Attempts, sentenceIn } from "../controls/attempts.js";
import { confirmClicks } from "../controls/confirmed-button.js";
import { created } from "../controls/created-element.js";
import { elementById } from "../controls/elements.js";
import { RowList } from "../controls/row-list.js";
import { MAX_STATE_NAME, stateItem } from "./state-item.js";
import { StateUpload } from "./state-upload.js";

/** @import { ForkLink, ForkLinks, ForksApi } from "../../connection/forks-api.js" */
/** @import { StateEntry, StateFunctions, StatesApi } from "../../connection/states-api.js" */
/** @import { Hint } from "../notices.js" */
/** @import { StateActions } from "./state-item.js" */
/** @import { Tabs } from "../settings/mac-settings.js" */

/**
 * A row of the list.
 * @typedef {object} ListedState
 * @property {StateEntry} entry
 * @property {ForkLink | undefined} link
 * @property {boolean} shared whether states can have links
 * @property {boolean} loaded whether they can be loaded
 * @property {boolean} downloaded whether they can be downloaded
 */

const TAB = "states-tab";
const HINT_DURATION = 5_000;
const NOTE = t(
  "A state is the whole Mac at one moment. “Go back a minute” also leads back from a loaded one; what it leaves is “Before going back”.",
);
const NOTE_WITHOUT_BACK = t(
  "A state is the whole Mac at one moment. This emulator saves none by itself: save before you load one, and before the end.",
);
const NOTE_WITHOUT_FILES = t("The states stay on this computer, with the disks to which they belong.");
const NO_STATES = t("This emulator saves no states.");

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
  #tell = sentenceIn(this.#error);
  #attempts = new Attempts(this.#tell);
  #allowed = false;
  /** @type {StateFunctions} */
  #functions = { save: true, back: true, files: true };
  #upload;
  #newest = new NewestRequest();
  /** The list could not be loaded, which the note says until it is. */ #isStale = false;
  #rows = new RowList(this.#list, (/** @type {ListedState} */ { entry, link }) => stateItem(entry, this.#api, this.#actions, link));
  #forks;
  /** @type {StateActions} */
  #actions = {
    load: null,
    files: true,
    delete: (name) => void this.#delete(name),
    rename: (name, newName) => this.#rename(name, newName),
    share: null,
    withdraw: ({ id, state }) => void this.#changeLink(() => this.#forks.remove(id), `${t("Link")}: ${state}`),
  };

  /**
   * @param {StatesApi} api
   * @param {ForksApi} forks
   * @param {Tabs} tabs
   * @param {Hint} hint
   * @param {() => void} done the Mac goes on from a state: close the settings
   */
  constructor(api, forks, tabs, hint, done) {
    this.#api = api;
    this.#forks = forks;
    this.#tabs = tabs;
    this.#hint = hint;
    this.#done = done;
    tabs.offer(TAB, false);
    tabs.addEventListener("shown", () => {
      if (tabs.shownTab !== TAB) return;
      this.#note.textContent = this.#about();
      void this.#load();
    });
    this.#form.append(this.#name, created("button", { type: "submit", textContent: t("Save") }));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    const buttons = created("div", { className: "panel-buttons" });
    this.#upload = new StateUpload(api, {
      progress: (text) => { this.#note.textContent = text; },
      refused: this.#tell,
      stored: () => this.#load(),
    });
    buttons.append(this.#upload.button, this.#back);
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
    try {
      const found = await this.#newest.answer(
        () => Promise.all([this.#api.list(), this.#forks.list(), this.#api.functions()]),
      );
      if (!found) return; // a newer list is on its way, or there
      this.#show(...found);
      this.#tabs.offer(TAB, this.#allowed);
      if (this.#isStale) this.#note.textContent = this.#about();
      this.#isStale = false;
    } catch (error) {
      if (error instanceof RequestError) this.#tabs.offer(TAB, false); // this Mac has no states
      else {
        this.#isStale = true;
        this.#note.textContent = t("The list cannot be loaded: {error}", { error: String(error) });
      }
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
    this.#focus(""); // the button that had the focus is gone
  }

  /**
   * @param {string} name
   * @param {string} newName
   */
  async #rename(name, newName) {
    if (!await this.#ask(() => this.#api.rename(name, newName))) return false;
    await this.#load();
    this.#focus(`${t("Rename")}: ${newName}`);
    return true;
  }

  /**
   * Make or withdraw a link.
   * @param {() => Promise<void>} request
   * @param {string} focused the label of what has the focus then: the button that had it is gone
   */
  async #changeLink(request, focused) {
    if (!await this.#ask(request)) return;
    await this.#load();
    this.#focus(focused);
  }

  /**
   * Focus what has a label in the list; if nothing has it any more, the first of what is there.
   * @param {string} label
   */
  #focus(label) {
    const listed = [...this.#list.querySelectorAll(/** @type {"button"} */ ("button, input"))];
    const rest = [this.#name, this.#upload.button, this.#back].filter((element) => !element.closest("#states-settings [hidden]"));
    const element = listed.find(({ ariaLabel }) => ariaLabel === label) ?? listed[0] ?? rest[0] ?? elementById(TAB, HTMLElement);
    element.focus();
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
    return await this.#attempts.change(request) !== null;
  }

  /**
   * @param {StateEntry[]} entries
   * @param {ForkLinks} forks
   * @param {StateFunctions} functions
   */
  #show(entries, { most, links }, functions) {
    this.#offer(functions);
    this.#actions.share = most > 0
      ? (name) => void this.#changeLink(() => this.#forks.add(name), `${t("Link")}: ${name}`)
      : null;
    this.#rows.show(entries.map((entry) => ({
      entry,
      link: links.find(({ state }) => state === entry.name),
      shared: most > 0,
      loaded: functions.save,
      downloaded: functions.files,
    })));
  }

  /**
   * Show the buttons for what the emulator can do; say in the note what it cannot.
   * @param {StateFunctions} functions
   */
  #offer(functions) {
    const before = this.#about();
    this.#functions = functions;
    if (this.#note.textContent === before) this.#note.textContent = this.#about();
    this.#form.hidden = !functions.save;
    this.#back.hidden = !functions.back;
    this.#upload.button.hidden = !functions.files;
    this.#actions.files = functions.files;
    this.#actions.load = functions.save
      ? (name) => void this.#goOn(() => this.#api.load(name), t("The Mac goes on from {name}", { name }))
      : null;
  }

  /** Return what the note says about states. */
  #about() {
    if (!this.#functions.save) return NO_STATES;
    const note = this.#functions.back ? NOTE : NOTE_WITHOUT_BACK;
    return this.#functions.files ? note : `${note} ${NOTE_WITHOUT_FILES}`;
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
