// @ts-check
/** Texts that tell how keys and mouse come back from the Mac. */

import { t } from "../language/text.js";
import { isFullScreen, isKeyboardLocked, watchEntered, watchFullScreen } from "./fullscreen.js";

/** @import { Hint } from "./notices.js" */

const HINT_DURATION = 5_000;

/**
 * Return the keys that move the focus to the controls (page-keys.js).
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @returns {string}
 */
export const controlsKeys = (apple) => (apple ? "⌃⌥M" : `${t("Ctrl")}+Alt+M`);

/**
 * Return the browser's keys for full screen (browser-keys.js).
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @returns {string}
 */
export const fullScreenKeys = (apple) => (apple ? "⌃⌘F" : "F11");

/**
 * Return the hint for when the Mac takes the keyboard.
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @returns {string}
 */
export const describeKeyboard = (apple) => t("Your keys go to the Mac. {keys}: controls.", { keys: controlsKeys(apple) });

/**
 * Return the hint for when the Mac captures the mouse. While all keys are the Mac's, Esc is, too.
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @param {boolean} keyboardLocked all keys are the Mac's
 * @returns {string}
 */
export function describeCapture(apple, keyboardLocked) {
  return t("The Mac has captured the mouse. {keys} releases it.", { keys: keyboardLocked ? controlsKeys(apple) : "Esc" });
}

/**
 * Return the hint for full screen.
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @param {boolean} keyboardLocked all keys are the Mac's
 * @returns {string}
 */
export function describeFullScreen(apple, keyboardLocked) {
  const keys = controlsKeys(apple);
  if (keyboardLocked) return t("All keys go to the Mac. Hold Esc to leave full screen. {keys}: controls.", { keys });
  return t("Esc leaves full screen. {keys}: controls. They have an Esc for the Mac, under Keys.", { keys });
}

/**
 * Show the hint for full screen while it begins.
 * @param {Hint} hint
 * @param {boolean} apple the browser runs on macOS or iPadOS
 */
export function explainFullScreen(hint, apple) {
  watchEntered(() => hint.show(describeFullScreen(apple, isKeyboardLocked()), HINT_DURATION));
  watchFullScreen(() => {
    if (!isFullScreen()) hint.hide(describeFullScreen(apple, true), describeFullScreen(apple, false));
  });
}

/**
 * Return the text of the panel "Keys".
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @returns {string}
 */
export const describeWayOut = (apple) => t(
  "{keys}: to the controls; Esc: back to the Mac. Release the mouse: Esc. Leave full screen: hold Esc.",
  { keys: controlsKeys(apple) },
);
