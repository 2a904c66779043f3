// @ts-check
/** Which key presses are the browser's to compose a character of, in the text field that has the focus. */

import { characterOf } from "./characters.js";
import { hasCode } from "./key-places.js";
import { isTakenByInputMethod, modifiersOf } from "./modifiers.js";

/** @import { Typing } from "./characters.js" */

/** Follows the key presses of one text field. */
export class Composition {
  /**
   * Where the browser composes characters, and whether it does so now.
   * @type {{readonly composes: boolean, readonly isComposing: boolean} | null}
   */
  textField = null;
  /** A dead key was pressed: the next key's character is composed with it. */
  #afterDeadKey = false;

  /**
   * Return whether the browser makes a character of a key press, and maybe others, which the text field gets.
   * @param {KeyboardEvent} event
   * @param {Typing} typing
   * @returns {boolean}
   */
  takes(event, typing) {
    if (modifiersOf(event).length > 0) return false;
    const isDeadKeyOrAfter = this.#isDeadKeyOrAfter(event); // a key that an input method takes ends it, too
    if (!this.textField?.composes || (typing === "places" && hasCode(event))) return false;
    // WebKitGTK's events say so forever after the field has lost the focus while it composed.
    const isComposing = event.isComposing && this.textField.isComposing;
    return isTakenByInputMethod(event, isComposing) || isDeadKeyOrAfter || isOfScreenKeyboard(event);
  }

  /** @param {KeyboardEvent} event */
  #isDeadKeyOrAfter(event) {
    const after = this.#afterDeadKey;
    this.#afterDeadKey = event.key === "Dead";
    if (this.#afterDeadKey) return true;
    const isShortcut = event.ctrlKey || event.metaKey || (event.altKey && !event.getModifierState("AltGraph"));
    return after && characterOf(event) !== null && !isShortcut;
  }
}

/** @param {KeyboardEvent} event */
function isOfScreenKeyboard(event) {
  return !hasCode(event) && (event.key === "Backspace" || characterOf(event) !== null);
}
