// @ts-check
/**
 * What the Mac's screen says, for screen readers: a hidden region with the menus, windows and dialogs of the Mac, which
 * follows the Mac while it is switched on, in the settings or by Control-Alt-R. Costs nothing while it is off.
 */

import { t } from "../language/text.js";
import { elementById } from "./elements.js";
import { describeFront, elementsOf, patch } from "./screen-text-elements.js";

/** @import { ScreenTextChangedMessage, ScreenTextStatusMessage } from "../connection/screen-messages.js" */
/** @import { MacMessage } from "../connection/signaling-messages.js" */
/** @import { Settings } from "./settings.js" */

/**
 * @typedef {object} ScreenTextActions
 * @property {(message: MacMessage) => void} send
 * @property {() => void} done the focus goes back to the Mac
 */

/** The region, and the choice. */
export class ScreenText {
  #settings;
  #actions;
  #option = elementById("read-screen-option", HTMLElement);
  #box = elementById("read-screen", HTMLInputElement);
  #region = elementById("screen-text", HTMLElement);
  #news = elementById("screen-text-news", HTMLElement);
  #readable = false;

  /**
   * @param {Pick<Settings, "get" | "set">} settings
   * @param {ScreenTextActions} actions
   */
  constructor(settings, actions) {
    this.#settings = settings;
    this.#actions = actions;
    this.#box.checked = settings.get("readScreen");
    this.#box.addEventListener("change", () => this.#choose());
    window.addEventListener("keydown", (event) => this.#onKey(event), { capture: true });
  }

  /**
   * Take a message of the server: the status comes at the beginning of each session and with each emulator.
   * @param {ScreenTextStatusMessage | ScreenTextChangedMessage} message
   */
  receive(message) {
    if (message.type === "screen-text") this.#show(message);
    else {
      this.#readable = message.readable;
      this.#option.hidden = !message.readable;
      this.#apply();
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isKey = event.code === "KeyR" && event.ctrlKey && event.altKey && !event.getModifierState("AltGraph");
    if (!isKey || !this.#readable) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // it is not the Mac's
    if (event.repeat) return;
    this.#box.checked = !this.#box.checked;
    this.#choose();
    if (this.#box.checked) this.#region.focus();
    else this.#actions.done();
  }

  #choose() {
    this.#settings.set("readScreen", this.#box.checked);
    if (this.#readable && !this.#box.checked) this.#actions.send({ type: "screen-text", wanted: false });
    this.#apply();
  }

  #apply() {
    const on = this.#readable && this.#box.checked;
    this.#region.hidden = !on;
    if (on) this.#actions.send({ type: "screen-text", wanted: true });
    else {
      this.#region.replaceChildren();
      this.#news.textContent = "";
    }
  }

  /** @param {ScreenTextChangedMessage} message */
  #show({ parts }) {
    if (this.#region.hidden) return; // it was switched off meanwhile
    patch(this.#region, elementsOf(parts));
    const front = describeFront(parts);
    const news = front === null ? t("The Mac’s desktop")
      : front.isDialog ? t("The Mac asks: {text}", { text: front.text }) : t("Window on the Mac: {text}", { text: front.text });
    if (this.#news.textContent !== news) this.#news.textContent = news; // said once, not at each key
  }
}
