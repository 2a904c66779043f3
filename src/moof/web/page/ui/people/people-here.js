// @ts-check
/** The part of the panel "People" about those who are here: who has the mouse, how it is passed on, and one's own name. */

import { t, translated } from "../../language/text.js";
import { elementById } from "../controls/elements.js";
import { colourOf, describePerson } from "./floor.js";
import { textElement } from "./people-lists.js";
import { RowList } from "../controls/row-list.js";

/** @import { FloorMode, PeopleMessage, Person } from "../../connection/signaling-messages.js" */

/** @typedef {{ mode: FloorMode, minutes: number }} FloorRules */

/**
 * @typedef {object} PeopleHereActions
 * @property {(viewer: string) => void} give somebody the mouse
 * @property {(name: string) => void} rename this page's person
 * @property {(rules: FloorRules) => void} setRules for owners
 */

/**
 * @typedef {object} PersonHere what a row shows beside the person
 * @property {number} colour
 * @property {string} facts
 * @property {boolean} me whether it is this page's person
 * @property {boolean} holds the mouse
 * @property {boolean} mayGet whether this page may give the mouse to this person
 */
/** @typedef {Person & PersonHere} PresentPerson */

/** The list, the rules and the name. */
export class PeopleHere {
  #actions;
  #name = elementById("my-name", HTMLInputElement);
  #rules = elementById("floor-rules", HTMLElement);
  #mode = elementById("floor-mode", HTMLSelectElement);
  #minutes = elementById("floor-minutes", HTMLInputElement);
  #turn = elementById("floor-turn", HTMLElement);
  #rows = new RowList(elementById("here", HTMLElement), (/** @type {PresentPerson} */ person) => this.#row(person));

  /**
   * @param {string} name of this page's person
   * @param {PeopleHereActions} actions
   */
  constructor(name, actions) {
    this.#actions = actions;
    this.#name.value = name;
    this.#name.autocomplete = "off";
    this.#name.spellcheck = false;
    const modes = { free: t("free for all"), request: t("one person at a time"), queue: t("in turns") };
    this.#mode.append(...Object.entries(modes).map(([mode, label]) => new Option(label, mode)));
    this.#name.addEventListener("change", () => actions.rename(this.#name.value.trim()));
    this.#mode.addEventListener("change", () => this.#setRules());
    this.#minutes.addEventListener("change", () => {
      if (this.#minutes.checkValidity()) this.#setRules();
      else this.#minutes.reportValidity();
    });
  }

  /**
   * Show who is here.
   * @param {PeopleMessage} message
   * @param {string} me this page's viewer
   */
  show(message, me) {
    const mine = message.people.find(({ viewer }) => viewer === me);
    this.#rules.hidden = mine?.role !== "owner";
    this.#turn.hidden = message.mode !== "queue";
    if (document.activeElement !== this.#mode) this.#mode.value = message.mode;
    if (document.activeElement !== this.#minutes) this.#minutes.value = String(message.minutes);
    const mayGive = message.mode !== "free" && (mine?.role === "owner" || message.holder === me);
    this.#rows.show(message.people.map((person) => ({
      ...person,
      colour: colourOf(message, person.viewer),
      facts: describePerson(message, person, translated(person.role)),
      me: person.viewer === me,
      holds: person.viewer === message.holder,
      mayGet: mayGive && person.plays && person.viewer !== message.holder,
    })));
  }

  /** @param {PresentPerson} person */
  #row({ viewer, name, present, colour, facts, me, holds, mayGet }) {
    const item = Object.assign(document.createElement("li"), { className: "person" });
    item.dataset["colour"] = String(colour);
    item.dataset["present"] = String(present);
    const texts = document.createElement("div");
    texts.append(textElement("strong", name || t("Somebody")));
    if (me) texts.append(textElement("em", t("you")));
    if (holds) texts.append(textElement("em", t("has the mouse")));
    texts.append(Object.assign(textElement("span", facts), { className: "facts" }));
    item.append(texts);
    if (mayGet) {
      const button = Object.assign(textElement("button", t("Give the mouse")), { type: "button" });
      button.setAttribute("aria-label", t("Give {name} the mouse", { name }));
      button.addEventListener("click", () => this.#actions.give(viewer));
      item.append(button);
    }
    return item;
  }

  #setRules() {
    const mode = /** @type {FloorMode} */ (this.#mode.value);
    this.#actions.setRules({ mode, minutes: Number(this.#minutes.value) });
  }
}
