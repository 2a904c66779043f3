// @ts-check
/**
 * A kiosk's attract screen: one sentence above the Mac's picture while nobody uses it. A touch, a click or a key begins,
 * and is not the Mac's. What else a visitor's page lacks, style/kiosk.css says, which the server adds to it.
 */

import { t } from "../../language/text.js";

/** @import { KioskStatusMessage } from "../../connection/kiosk-messages.js" */

/**
 * @typedef {object} KioskActions
 * @property {() => void} start tell the server that a visitor begins
 * @property {() => void} releaseAll keys and buttons
 * @property {() => void} done the focus goes back to the Mac
 */

/** The attract screen; it makes its element when the server says that there is a kiosk. */
export class Kiosk {
  #actions;
  /** @type {HTMLButtonElement | null} */ #screen = null;

  /** @param {KioskActions} actions */
  constructor(actions) {
    this.#actions = actions;
  }

  /**
   * Show or hide it.
   * @param {KioskStatusMessage} message
   * @param {boolean} mayPlay who only watches sees the picture alone
   */
  show({ attract }, mayPlay) {
    const shown = attract && mayPlay;
    if (!this.#screen && !shown) return;
    const screen = this.#screen ??= this.#create();
    if (screen.hidden === !shown) return;
    screen.hidden = !shown;
    if (!shown) {
      this.#actions.done();
      return;
    }
    document.exitPointerLock();
    this.#actions.releaseAll();
    screen.focus();
  }

  #create() {
    const screen = Object.assign(document.createElement("button"), { type: "button", id: "attract", hidden: true });
    const sentence = Object.assign(document.createElement("span"), {
      textContent: t("Touch the screen or press a key"),
    });
    screen.append(sentence);
    const begin = (/** @type {Event} */ event) => {
      event.preventDefault();
      event.stopPropagation();
      if (screen.hidden) return;
      screen.hidden = true;
      this.#actions.start();
      this.#actions.done();
    };
    screen.addEventListener("click", begin); // at its end: a touch that only began has no effect in the Mac
    screen.addEventListener("keydown", begin);
    document.body.append(screen);
    return screen;
  }
}
