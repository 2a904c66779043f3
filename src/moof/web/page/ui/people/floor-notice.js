// @ts-check
/** A notice that somebody has the mouse, with what this page's person can do about it. */

import { t } from "../../language/text.js";
import { colourOf, describeFloor, describeTime } from "./floor.js";

/** @import { PeopleMessage } from "../../connection/signaling-messages.js" */
/** @import { FloorButton } from "./floor.js" */

/** The notice; it makes its elements. */
export class FloorNotice {
  #act;
  #section = document.createElement("section");
  #text = document.createElement("p");
  #time = document.createElement("time");
  #buttons = document.createElement("div");
  #timer = 0;
  /** When the turn ends, ms of performance.now(). */
  #end = 0;
  #labels = "";

  /** @param {(action: FloorButton) => void} act */
  constructor(act) {
    this.#act = act;
    this.#section.id = "floor-notice";
    this.#section.hidden = true;
    this.#section.setAttribute("aria-label", t("Mouse and keyboard"));
    this.#text.setAttribute("role", "status");
    this.#section.append(this.#text, this.#time, this.#buttons);
    document.body.append(this.#section);
  }

  /**
   * Show who has the mouse.
   * @param {PeopleMessage} message
   * @param {string} me this page's viewer
   * @param {boolean} mayPlay whether this page may get the mouse
   */
  show(message, me, mayPlay) {
    const notice = describeFloor(message, me, mayPlay);
    clearInterval(this.#timer);
    this.#section.hidden = notice === null;
    if (!notice) return;
    this.#section.dataset["colour"] = String(colourOf(message, message.holder || me));
    if (this.#text.textContent !== notice.text) this.#text.textContent = notice.text; // it is read out
    const counted = notice.counts && message.left !== null;
    this.#time.hidden = !counted;
    if (counted) this.#count(message.left ?? 0);
    this.#showButtons(notice.buttons);
  }

  /** @param {number} seconds */
  #count(seconds) {
    this.#end = performance.now() + 1000 * seconds;
    const show = () => { this.#time.textContent = describeTime((this.#end - performance.now()) / 1000); };
    show();
    this.#timer = setInterval(show, 1000);
  }

  /**
   * Show buttons. Nothing happens if they are the same: one keeps the focus.
   * @param {readonly { action: FloorButton, label: string }[]} buttons
   */
  #showButtons(buttons) {
    const labels = JSON.stringify(buttons);
    if (labels === this.#labels) return;
    this.#labels = labels;
    this.#buttons.replaceChildren(...buttons.map(({ action, label }) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      button.dataset["action"] = action;
      button.addEventListener("click", () => this.#act(action));
      return button;
    }));
  }
}
