// @ts-check
/** Decides which key presses are not the Mac's: those in the controls, Ctrl+Alt+M, and some of the browser's own. */

import { browserKeyGroup } from "../input/browser-keys.js";
import { isFullScreen, toggleFullScreen } from "./fullscreen.js";

/** @import { BrowserKeyGroup } from "../input/browser-keys.js" */

/** Elements whose keys are the Mac's while they have the focus; those of all others are the page's: notices have buttons, too. */
const OF_THE_MAC = "#screen, #mac-keyboard";
/** In the screen, but read by people. */
const READABLE = "#screen-text";

/** The keys of the page and of the browser. */
export class PageKeys {
  #screen;
  #apple;
  #showControls;
  /**
   * Combinations that stay with the browser. In full screen only that of full screen does.
   * @type {readonly BrowserKeyGroup[]}
   */
  browserKeys = [];

  /**
   * @param {HTMLElement} screen the Mac's, which gets the focus on Esc in the controls
   * @param {() => void} showControls on Ctrl+Alt+M
   * @param {boolean} apple the browser runs on macOS or iPadOS
   */
  constructor(screen, showControls, apple) {
    this.#screen = screen;
    this.#showControls = showControls;
    this.#apple = apple;
  }

  /**
   * Handle a key press that is not the Mac's.
   * @param {KeyboardEvent} event
   * @returns {boolean} it is not
   */
  take(event) {
    if (isControlsShortcut(event)) {
      this.#showControls();
      event.preventDefault();
      return true;
    }
    return this.#isBrowsers(event) || this.#isInControls(event);
  }

  /** @param {KeyboardEvent} event */
  #isInControls({ target, key }) {
    const inControls = target instanceof Element && isControl(target);
    if (inControls && key === "Escape") this.#screen.focus();
    return inControls;
  }

  /**
   * The page enters full screen itself: in the browser's own one there is no Keyboard Lock API.
   * @param {KeyboardEvent} event
   */
  #isBrowsers(event) {
    const group = browserKeyGroup(event, this.#apple);
    if (group === null || !this.browserKeys.includes(group)) return false;
    if (group !== "fullScreen") return !isFullScreen();
    event.preventDefault();
    if (!event.repeat) void toggleFullScreen();
    return true;
  }
}

/**
 * Return whether this is Control-Alt-M; not with AltGr, which some keyboards report as both.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
function isControlsShortcut(event) {
  return event.code === "KeyM" && event.ctrlKey && event.altKey && !event.getModifierState("AltGraph");
}

/**
 * Return whether an element is one of the page's controls; nothing has the focus where it is the body.
 * @param {Element} element
 */
function isControl(element) {
  if (element === document.body || element === document.documentElement) return false;
  return element.closest(OF_THE_MAC) === null || element.closest(READABLE) !== null;
}
