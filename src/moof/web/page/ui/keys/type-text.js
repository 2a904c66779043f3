// @ts-check
/** The panel "Type a text": the server types it into the Mac, at the pace of the Mac. */

import { t, translated } from "../../language/text.js";
import { elementById } from "../controls/elements.js";

/** @import { MacMessage, TextProgressMessage } from "../../connection/signaling-messages.js" */

/** The server takes no longer text, in characters. */
const MAX_TEXT = 20_000;

/** Text that was pasted or dropped is typed at once, unless it is longer, in characters: the panel shows it first. */
const MAX_AT_ONCE = 500;

const HINT_DURATION = 5_000;

/**
 * @typedef {object} TypeTextActions
 * @property {(message: MacMessage) => void} send
 * @property {(text: string) => string} describeMissing a sentence about what the Mac cannot type, or ""
 * @property {(text: string, duration?: number) => void} tell the person
 * @property {() => void} before a text is typed: keys that are down are released
 * @property {() => void} done the focus goes back to the Mac
 */

/** The panel, and the texts that are being typed: the server types one after the other. */
export class TypeText {
  #actions;
  #panel = elementById("type-panel", HTMLElement);
  #text = elementById("type-text", HTMLTextAreaElement);
  #missing = elementById("type-missing", HTMLElement);
  #progress = elementById("type-progress", HTMLProgressElement);
  #count = elementById("type-count", HTMLElement);
  #start = elementById("type-start", HTMLButtonElement);
  #stop = elementById("type-stop", HTMLButtonElement);
  #number = 0;
  /**
   * Ids of the texts that are being typed, and whether the server has accepted them.
   * @type {Map<string, boolean>}
   */
  #texts = new Map();

  /** @param {TypeTextActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#text.addEventListener("input", () => this.#show());
    this.#start.addEventListener("click", () => this.type(this.#text.value));
    this.#stop.addEventListener("click", () => this.stop());
    this.#show();
  }

  /**
   * Open the panel.
   * @param {string} [text] that it shows; without one, what was written last
   */
  open(text) {
    if (text !== undefined) this.#text.value = text;
    this.#panel.showPopover();
    this.#text.focus();
    this.#show();
  }

  /**
   * Type a text that was pasted or dropped, or show it if it is long.
   * @param {string} text
   */
  take(text) {
    if (text.length > MAX_AT_ONCE) this.open(text);
    else this.type(text);
  }

  /**
   * Type a text.
   * @param {string} text
   */
  type(text) {
    if (text === "" || text.length > MAX_TEXT) return;
    this.#actions.before();
    this.#number += 1;
    const id = `text ${this.#number}`;
    this.#texts.set(id, false);
    // Half of a surrogate pair is no JSON for the server, which would refuse the whole text.
    this.#actions.send({ type: "text", id, text: text.toWellFormed() });
    if (this.#texts.size === 1) this.#showProgress(0, text.length);
  }

  /**
   * Stop typing.
   * @returns {boolean} a text was being typed
   */
  stop() {
    for (const id of this.#texts.keys()) this.#actions.send({ type: "text-stop", id });
    return this.#texts.size > 0;
  }

  /**
   * Take a message about a text.
   * @param {TextProgressMessage} progress
   */
  receive({ id, typed, total, missing, state, message }) {
    if (!this.#texts.has(id)) return;
    this.#texts.set(id, true);
    if (typed > 0 || this.#texts.size === 1) this.#showProgress(typed, total); // others wait
    if (state === "typing") return;
    this.#texts.delete(id);
    this.#end(state === "done", translated(message) || this.#actions.describeMissing(missing) || describeEnd(state, typed, total));
  }

  /**
   * Take the server's refusal of a message, which may be that of a text.
   * @param {string} message
   */
  refused(message) {
    const waiting = [...this.#texts].find(([, accepted]) => !accepted);
    if (!waiting) return;
    this.#texts.delete(waiting[0]);
    this.#end(false, message);
  }

  /** The server knows nothing of the texts any more. */
  lost() {
    if (this.#texts.size === 0) return;
    this.#texts.clear();
    this.#end(false, t("The connection was lost. A part of the text has not been typed."));
  }

  get #isOpen() {
    return this.#panel.matches(":popover-open");
  }

  /**
   * @param {boolean} done
   * @param {string} sentence
   */
  #end(done, sentence) {
    if (done && this.#isOpen) {
      this.#text.value = "";
      this.#panel.hidePopover();
      this.#actions.done();
    }
    this.#show();
    this.#actions.tell(sentence, HINT_DURATION);
  }

  /** Show the text's length, and what it has that the Mac cannot type. */
  #show() {
    const typing = this.#texts.size > 0;
    const { value } = this.#text;
    const tooLong = value.length > MAX_TEXT;
    this.#text.readOnly = typing;
    this.#start.hidden = typing;
    this.#start.disabled = value === "" || tooLong;
    this.#stop.hidden = this.#progress.hidden = !typing;
    this.#missing.textContent = tooLong ? t("At most {n} characters", { n: MAX_TEXT }) : this.#actions.describeMissing(value);
    if (!typing) this.#count.textContent = value === "" ? "" : t("{n} characters", { n: value.length });
  }

  /**
   * @param {number} typed
   * @param {number} total
   */
  #showProgress(typed, total) {
    this.#show();
    this.#progress.max = Math.max(total, 1);
    this.#progress.value = typed;
    this.#count.textContent = t("{typed} of {total}", { typed, total });
    if (!this.#isOpen) this.#actions.tell(t("Typing {typed} of {total}. Esc stops.", { typed, total }));
  }
}

/**
 * @param {TextProgressMessage["state"]} state
 * @param {number} typed
 * @param {number} total
 */
function describeEnd(state, typed, total) {
  if (state === "done") return t("Typed {n} characters", { n: total });
  return t("Stopped after {typed} of {total} characters", { typed, total });
}
