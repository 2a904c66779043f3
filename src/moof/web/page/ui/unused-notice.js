// @ts-check
/** A notice that the Mac is saved and ends soon, since nobody uses it, with a button that keeps it. */

import { t } from "../language/text.js";
import { created } from "./controls/created-element.js";
import { describeTime } from "./people/floor.js";

/** @import { UnusedMessage } from "../connection/idle-messages.js" */

/** The notice; it makes its elements when they are needed. */
export class UnusedNotice {
  #keep;
  /** @type {HTMLElement | null} */ #section = null;
  #timer = 0;

  /** @param {() => void} keep tell the server that somebody is here */
  constructor(keep) {
    this.#keep = keep;
  }

  /**
   * Show or hide it.
   * @param {UnusedMessage} message
   * @param {boolean} mayPlay who only watches cannot keep the Mac
   */
  show({ seconds }, mayPlay) {
    clearInterval(this.#timer);
    this.#section?.remove();
    this.#section = null;
    if (seconds !== null && mayPlay) this.#open(performance.now() + 1000 * seconds);
  }

  /** @param {number} end ms of performance.now() */
  #open(end) {
    const text = created("p", { textContent: t("Is somebody still here? This Mac is saved and ends soon.") });
    text.setAttribute("role", "alert");
    const time = document.createElement("time");
    const count = () => { time.textContent = describeTime((end - performance.now()) / 1000); };
    count();
    this.#timer = setInterval(count, 1000);
    const button = created("button", { type: "button", textContent: t("Go on") });
    button.addEventListener("click", () => this.#keep());
    this.#section = created("section", { id: "unused-notice", ariaLabel: t("The Mac ends soon") });
    document.body.append(this.#section);
    this.#section.append(text, time, button); // after it is in the page: an alert is read when it is added
  }
}
