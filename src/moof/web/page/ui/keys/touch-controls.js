// @ts-check
/** The controls of a touch screen: what a finger on the picture is, and the zoom. */

import { TouchInput } from "../../input/touch-input.js";
import { t } from "../../language/text.js";
import { elementById, setIcon, setLabel } from "../controls/elements.js";
import { ZoomButton } from "../zoom-button.js";

/** @import { TouchMode } from "../../input/one-finger.js" */
/** @import { Pointer } from "../../input/pointer.js" */
/** @import { ZoomableDisplay } from "../../input/touch-input.js" */
/** @import { Cursor } from "../../video/frame-metadata.js" */
/** @import { Hint } from "../notices.js" */
/** @import { Settings } from "../settings/settings.js" */
/** @import { Zoomed } from "../zoom-button.js" */

const HINT_DURATION = 5_000;
const HINTS = {
  trackpad: t("Your finger moves the pointer from where it is. Tap to click; tap, then drag; two fingers scroll."),
  direct: t("Your finger is the mouse. Two fingers scroll, or click the right button; pinch to zoom."),
};

/** @typedef {ZoomableDisplay & Zoomed & {follow: (pixel: {x: number, y: number}) => void}} TouchDisplay see Display */

/**
 * @typedef {object} TouchActions
 * @property {() => void} release all keys and buttons
 * @property {() => void} done a click has been handled: the focus goes back to the Mac
 */

/** Chooses the touch mode. */
export class TouchControls {
  #button = elementById("touch-mode", HTMLButtonElement);
  #pointer;
  #display;
  #settings;
  #input;

  /**
   * @param {HTMLElement} viewport where touches count
   * @param {Pointer} pointer
   * @param {TouchDisplay} display
   * @param {{settings: Settings, hint: Hint, actions: TouchActions}} page
   */
  constructor(viewport, pointer, display, { settings, hint, actions }) {
    this.#pointer = pointer;
    this.#display = display;
    this.#settings = settings;
    this.#input = new TouchInput(viewport, elementById("screen", HTMLElement), pointer, display);
    new ZoomButton(display);
    this.#button.addEventListener("click", ({ detail }) => {
      actions.release();
      settings.set("touchMode", settings.get("touchMode") === "direct" ? "trackpad" : "direct");
      this.update();
      hint.show(HINTS[this.#input.mode], HINT_DURATION);
      if (detail > 0) actions.done();
    });
    this.update();
  }

  /** Take the modes of touch and mouse: while the Mac captures the mouse, fingers move the pointer, too. */
  update() {
    const mode = this.#pointer.mode === "relative" ? "trackpad" : this.#settings.get("touchMode");
    this.#input.mode = mode;
    this.#show(mode);
  }

  /** Forget the fingers on the picture, without messages: the server has received a release message, or is gone. */
  clear() {
    this.#input.clear();
  }

  /**
   * Keep the Mac's pointer in the window when it moves, where the picture is larger. A finger or mouse that points at
   * the picture points into the window.
   * @param {Cursor | null} cursor of a frame
   */
  follow(cursor) {
    const before = this.#pointer.macCursor;
    this.#pointer.macCursor = cursor;
    const moved = cursor && (cursor.x !== before?.x || cursor.y !== before.y);
    if (moved && this.#input.mode === "trackpad") this.#display.follow(cursor);
  }

  /** @param {TouchMode} mode */
  #show(mode) {
    setIcon(this.#button, mode === "direct" ? "touch" : "trackpad");
    setLabel(this.#button, mode === "direct"
      ? t("Your finger is on the Mac’s screen. Tap to use it as on a trackpad.")
      : t("Your finger is on a trackpad. Tap to touch the Mac’s screen itself."));
  }
}
