// @ts-check
/**
 * The Mac's clipboard: what was copied in the Mac comes onto this computer's, and a text of the panel "Type a text"
 * goes onto the Mac's.
 */

import { writeClipboard } from "../../input/clipboard-writer.js";
import { t } from "../../language/text.js";
import { CopiedNotice, quote } from "./copied-notice.js";
import { elementById } from "../controls/elements.js";

/** @import { ClipboardMessage, MacMessage } from "../../connection/signaling-messages.js" */

/** Bytes of UTF-8 that the server takes. */
const MAX_BYTES = 60_000;
const HINT_DURATION = 5_000;
const TOO_LONG = t("What was copied in the Mac is too long to come here: it has more than 60,000 bytes");

/**
 * @typedef {object} ClipboardActions
 * @property {(message: MacMessage) => void} send
 * @property {(text: string, duration?: number) => void} tell the person
 * @property {() => void} done the focus goes back to the Mac
 */

/** Both directions. */
export class MacClipboard {
  #actions;
  #panel = elementById("type-panel", HTMLElement);
  #text = elementById("type-text", HTMLTextAreaElement);
  #button = elementById("type-to-clipboard", HTMLButtonElement);
  #notice;
  /** What was copied and is not on this computer's clipboard yet. */
  #waiting = "";

  /** @param {ClipboardActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#notice = new CopiedNotice({
      copy: () => void this.#copy(),
      close: () => this.#forget(),
    });
    this.#button.addEventListener("click", () => this.put(this.#text.value));
    this.#text.addEventListener("input", () => this.#showButton());
    this.#panel.addEventListener("toggle", () => this.#showButton());
  }

  /**
   * Take a message about the clipboard.
   * @param {ClipboardMessage} message
   */
  receive(message) {
    if (message.type === "clipboard-status") {
      this.#button.hidden = !message.shared;
      this.#showButton();
    } else if (message.text === "") this.#actions.tell(TOO_LONG, HINT_DURATION);
    else void this.#receiveText(message.text);
  }

  /**
   * Put a text on the Mac's clipboard.
   * @param {string} text
   */
  put(text) {
    if (text === "" || isTooLong(text)) return;
    // Half of a surrogate pair is no JSON for the server.
    this.#actions.send({ type: "clipboard", text: text.toWellFormed() });
    this.#panel.hidePopover();
    this.#actions.tell(t("On the Mac’s clipboard: {text}", { text: quote(text) }), HINT_DURATION);
    this.#actions.done();
  }

  /**
   * Put a text onto this computer's clipboard, if this person has just used the page: of two players, the other one may
   * have copied it. Else a notice asks.
   * @param {string} text
   */
  async #receiveText(text) {
    this.#waiting = text;
    if (isInUse() && await writeClipboard(text)) this.#written(text);
    else if (this.#waiting === text) this.#notice.show(text);
  }

  /** Copy what waits, within a click. */
  async #copy() {
    const text = this.#waiting;
    if (await writeClipboard(text)) this.#written(text);
    else this.#actions.tell(t("This browser does not let the page copy"), HINT_DURATION);
    this.#actions.done();
  }

  /** @param {string} text */
  #written(text) {
    if (this.#waiting !== text) return; // another one has come meanwhile
    this.#waiting = "";
    this.#notice.hide();
    this.#actions.tell(t("Copied from the Mac: {text}", { text: quote(text) }), HINT_DURATION);
  }

  #forget() {
    this.#waiting = "";
    this.#notice.hide();
    this.#actions.done();
  }

  #showButton() {
    const { value } = this.#text;
    this.#button.disabled = value === "" || isTooLong(value);
    this.#button.title = isTooLong(value) ? t("The clipboard takes at most 60,000 bytes") : t("Then ⌘V pastes it in the Mac");
  }
}

/** Return whether a person has used the page within the last seconds; older browsers do not say. */
function isInUse() {
  const { userActivation } = /** @type {{ userActivation?: UserActivation }} */ (navigator);
  return document.hasFocus() && (userActivation?.isActive ?? true);
}

/** @param {string} text */
function isTooLong(text) {
  return text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES;
}
