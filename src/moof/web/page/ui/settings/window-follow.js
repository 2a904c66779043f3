// @ts-check
/** "The Mac's screen follows the window": asks the server for a screen that fits, in the panel "Settings". */

import { elementById } from "../controls/elements.js";

/** @import { WindowStatusMessage } from "../../connection/screen-messages.js" */
/** @import { MacMessage } from "../../connection/signaling-messages.js" */
/** @import { Size } from "../../video/scaling.js" */
/** @import { Settings } from "./settings.js" */

/** The window has kept its size for this time, ms, before the Mac's screen changes. */
const QUIET = 400;

const NOTHING = { width: 0, height: 0 };

/**
 * @typedef {object} FollowActions
 * @property {(message: MacMessage) => void} send
 * @property {() => boolean} mayChange this person may change the Mac
 */

/**
 * The choice, and what it sends: one request when it is switched on, one for each later size of this window. A size that
 * the screen gets otherwise (in the Mac, or by the window of somebody else) is never answered, so that two pages do not
 * change it in turn.
 */
export class WindowFollow {
  #area;
  #settings;
  #actions;
  #quiet;
  #option = elementById("follow-window-option", HTMLElement);
  #box = elementById("follow-window", HTMLInputElement);
  #followable = false;
  #timer = 0;
  /** @type {Size} */ #sent = NOTHING;

  /**
   * @param {EventTarget & {readonly whole: Size}} area dispatches "change"
   * @param {Pick<Settings, "get" | "set">} settings
   * @param {FollowActions} actions
   * @param {number} [quiet] ms
   */
  constructor(area, settings, actions, quiet = QUIET) {
    this.#area = area;
    this.#settings = settings;
    this.#actions = actions;
    this.#quiet = quiet;
    this.#box.checked = settings.get("followWindow");
    this.#box.addEventListener("change", () => this.#choose());
    area.addEventListener("change", () => this.#wait());
  }

  /**
   * Take the server's message, at the beginning of each session and with each emulator.
   * @param {WindowStatusMessage} message
   */
  receive({ followable }) {
    this.#followable = followable && this.#actions.mayChange();
    this.#option.hidden = !this.#followable;
    this.#sent = NOTHING;
    this.#follow();
  }

  #choose() {
    this.#settings.set("followWindow", this.#box.checked);
    if (this.#box.checked) this.#follow();
    else this.#send(NOTHING);
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(), this.#quiet);
  }

  #follow() {
    const { width, height } = this.#area.whole;
    if (this.#followable && this.#box.checked) this.#send({ width: Math.floor(width), height: Math.floor(height) });
  }

  /** @param {Size} size */
  #send(size) {
    clearTimeout(this.#timer);
    if (size.width === this.#sent.width && size.height === this.#sent.height) return;
    this.#sent = size;
    this.#actions.send({ type: "window", ...size });
  }
}
