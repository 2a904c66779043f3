// @ts-check
/** The part of the panel "People" about those who are here: who has the mouse, how it is passed on, and one's own name. */

import { t, translated } from "../language/text.js";
import { elementById } from "./elements.js";
import { colourOf, describePerson } from "./floor.js";
import { textElement } from "./people-lists.js";

/** @import { FloorMode, PeopleMessage, Person } from "../connection/signaling-messages.js" */

/** @typedef {{ mode: FloorMode, minutes: number }} FloorRules */

/**
 * @typedef {object} PeopleHereActions
 * @property {(viewer: string) => void} give somebody the mouse
 * @property {(name: string) => void} rename this page's person
 * @property {(rules: FloorRules) => void} setRules for owners
 */

/** The list, the rules and the name. */
export class PeopleHere {
  #actions;
  #list = elementById("here", HTMLElement);
  #name = elementById("my-name", HTMLInputElement);
  #rules = elementById("floor-rules", HTMLElement);
  #mode = elementById("floor-mode", HTMLSelectElement);
  #minutes = elementById("floor-minutes", HTMLInputElement);
  #turn = elementById("floor-turn", HTMLElement);
  #shown = "";

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
    const content = JSON.stringify([message.people, message.holder, message.waiting, mayGive]);
    if (content === this.#shown) return; // a button keeps the focus
    this.#shown = content;
    this.#list.replaceChildren(...message.people.map((person) => this.#row(message, person, me, mayGive)));
  }

  /**
   * @param {PeopleMessage} message
   * @param {Person} person
   * @param {string} me
   * @param {boolean} mayGive
   */
  #row(message, person, me, mayGive) {
    const { viewer, name, plays, present } = person;
    const item = Object.assign(document.createElement("li"), { className: "person" });
    item.dataset["colour"] = String(colourOf(message, viewer));
    item.dataset["present"] = String(present);
    const texts = document.createElement("div");
    texts.append(textElement("strong", name || t("Somebody")));
    if (viewer === me) texts.append(textElement("em", t("you")));
    if (viewer === message.holder) texts.append(textElement("em", t("has the mouse")));
    texts.append(Object.assign(textElement("span", describePerson(message, person, translated(person.role))), { className: "facts" }));
    item.append(texts);
    if (mayGive && plays && viewer !== message.holder) {
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
