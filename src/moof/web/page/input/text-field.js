// @ts-check
/**
 * The text field that lets the browser compose characters for the Mac: dead keys, input methods, dictation, the
 * keyboards of telephones. Browsers do so in fields alone, so this one lies over the screen and has the focus in
 * its place. It is invisible, except while something is being composed.
 *
 * What appears in it is typed: at once where the keyboard is on the screen, otherwise when its composition ends.
 */

import { editsBetween } from "./text-edits.js";

/**
 * Stands before the caret, or telephones would not report a Backspace. They may take letters for a part of the next
 * word: these are zero-width spaces.
 */
const SENTINEL = "\u200b".repeat(4);

/** Text of a keyboard on the screen is kept, so that it can be corrected; longer text, in characters, is removed. */
const MAX_KEPT = 200;

/**
 * @typedef {object} TextFieldEvents
 * @property {(text: string) => void} text a text was composed
 * @property {(text: string) => number} count how many of these characters the Mac has typed
 * @property {(key: "Backspace" | "Enter", count: number) => void} key a key was pressed that many times
 */

/** Controls the field. Dispatches "change" when the keyboard on the screen was opened or closed. */
export class TextField extends EventTarget {
  #field;
  #screen;
  #events;
  /** The part of the field's text that has been typed. */
  #typed = "";
  #composing = false;
  #isOpen = false;
  #enabled = true;

  /**
   * @param {HTMLTextAreaElement} field
   * @param {HTMLElement} screen the Mac's, which takes the focus where the field should not
   * @param {TextFieldEvents} events
   */
  constructor(field, screen, events) {
    super();
    this.#field = field;
    this.#screen = screen;
    this.#events = events;
    screen.addEventListener("focus", () => this.#takeFocus());
    screen.addEventListener("pointerdown", (event) => this.#pressed(event));
    field.addEventListener("blur", () => this.#left());
    field.addEventListener("beforeinput", (event) => this.#before(event));
    field.addEventListener("input", () => this.#changed());
    field.addEventListener("compositionstart", () => this.#setComposing(true));
    field.addEventListener("compositionend", () => {
      this.#setComposing(false);
      this.#changed();
    });
    this.reset();
  }

  /**
   * The field takes the focus from the screen. Off: the browser composes nothing.
   * @param {boolean} enabled
   */
  set enabled(enabled) {
    this.#enabled = enabled;
    if (this.#isOpen) return;
    if (this.#isFocused && !this.#isWanted) this.#screen.focus({ preventScroll: true });
    else if (document.activeElement === this.#screen) this.#takeFocus();
  }

  /** The keyboard on the screen is open, as far as the browser tells. */
  get isOpen() {
    return this.#isOpen;
  }

  /**
   * Return whether the browser composes: its field has the focus.
   * @returns {boolean}
   */
  get composes() {
    return this.#isFocused && this.#isWanted;
  }

  /** A composition has begun in the field, and not ended. */
  get isComposing() {
    return this.#composing;
  }

  /** Open the keyboard on the screen. Browsers do so only in the handler of a touch or click. */
  open() {
    this.#field.blur(); // or a browser that has the focus here already would open none
    this.#isOpen = true;
    this.#field.inputMode = "text";
    this.#field.focus({ preventScroll: true });
    this.dispatchEvent(new Event("change"));
  }

  /** Close the keyboard on the screen. */
  close() {
    if (!this.#isOpen) return;
    this.#setClosed();
    this.#field.blur();
    this.#screen.focus({ preventScroll: true });
  }

  /** Something else was typed on the Mac: what the keyboard on the screen may correct is no longer before the caret. */
  forget() {
    if (this.#isOpen) this.reset();
  }

  /** Empty the field: what was typed before is no longer before the caret. */
  reset() {
    this.#typed = "";
    this.#field.value = SENTINEL;
    this.#field.setSelectionRange(SENTINEL.length, SENTINEL.length);
  }

  get #isFocused() {
    return document.activeElement === this.#field;
  }

  /** On a touch screen the focus in a field opens the keyboard, unless it has `inputmode`; not all heed that. */
  get #isWanted() {
    return this.#isOpen || (this.#enabled && !window.matchMedia("(pointer: coarse) and (hover: none)").matches);
  }

  #takeFocus() {
    if (!this.#isWanted) return;
    this.#screen.classList.toggle("focus-visible", this.#screen.matches(":focus-visible"));
    if (!this.#isOpen) this.#field.inputMode = "none";
    this.#field.focus({ preventScroll: true });
  }

  /**
   * The field is where the Mac's pointer was pressed, for the windows of input methods. It takes the focus by itself:
   * in a window without the focus, Firefox does not tell the screen that it has it.
   * @param {PointerEvent} event
   */
  #pressed({ clientX, clientY }) {
    if (!this.#composing) this.reset();
    if (!this.#isFocused) this.#takeFocus();
    const { left, top } = this.#screen.getBoundingClientRect();
    this.#field.style.left = `${Math.round(clientX - left)}px`;
    this.#field.style.top = `${Math.round(clientY - top)}px`;
  }

  #left() {
    this.#screen.classList.remove("focus-visible");
    this.#setComposing(false);
    this.reset();
    if (document.hasFocus()) this.#setClosed(); // otherwise the whole window has lost the focus
  }

  #setClosed() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#field.inputMode = "none";
    this.dispatchEvent(new Event("change"));
  }

  /** @param {boolean} composing */
  #setComposing(composing) {
    this.#composing = composing;
    this.#field.classList.toggle("composing", composing);
  }

  /** @param {InputEvent} event */
  #before(event) {
    const isLineBreak = event.inputType === "insertLineBreak" || event.inputType === "insertParagraph";
    if (!isLineBreak || !event.cancelable) return; // one that cannot be cancelled appears in the field
    event.preventDefault();
    this.#events.key("Enter", 1);
    this.reset();
  }

  #changed() {
    if (this.#composing && !this.#isOpen) return;
    const value = this.#field.value.normalize("NFC");
    const isBefore = !value.startsWith(SENTINEL); // Backspace before the first character
    const text = isBefore ? value.replaceAll("\u200b", "") : value.slice(SENTINEL.length);
    this.#type(text, isBefore ? 1 : 0);
    const isKept = this.#composing || (this.#isOpen && !isBefore && text.length < MAX_KEPT);
    if (!isKept) this.reset();
  }

  /**
   * @param {string} text of the field
   * @param {number} more characters that were deleted before it
   */
  #type(text, more) {
    const { deleted, inserted } = editsBetween(this.#typed, text);
    const count = this.#events.count(deleted) + more;
    if (count > 0) this.#events.key("Backspace", count);
    if (inserted) this.#events.text(inserted);
    this.#typed = text;
  }
}
