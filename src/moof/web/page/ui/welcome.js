// @ts-check
/** A first visit: three lines that say what this is and what to click, until they are dismissed for ever. */

import { t } from "../language/text.js";
import { elementById } from "./controls/elements.js";

/** @import { SessionState } from "../connection/session-state.js" */
/** @import { Settings } from "./settings/settings.js" */

/**
 * Return the three lines.
 * @param {boolean} viewOnly
 * @param {boolean} touch the person has a touch screen and no mouse
 * @returns {readonly [string, string, string]}
 */
export function welcomeLines(viewOnly, touch) {
  const what = t("This is a classic Macintosh. It is on, and it runs on the server.");
  const controls = touch
    ? t("Touch the small bar at the lower edge for the controls.")
    : t("Move to the lower edge for the controls: sound, pictures, full screen.");
  if (viewOnly) return [what, t("You are watching: somebody else may be using it."), controls];
  const use = touch
    ? t("Touch the picture to click in it; keep the finger there for menus.")
    : t("Click in the picture and type: its mouse and keyboard are yours.");
  return [what, use, controls];
}

/** Shown with the first picture. Using the Mac hides it for this visit, its button for ever. */
export class Welcome {
  #settings;
  #section = elementById("welcome", HTMLElement);
  #lines = elementById("welcome-lines", HTMLElement);
  /** Hidden for this visit. */
  #used = false;

  /**
   * @param {Settings} settings
   * @param {HTMLElement} screen
   * @param {() => void} done the focus goes back to the Mac
   */
  constructor(settings, screen, done) {
    this.#settings = settings;
    elementById("welcome-close", HTMLButtonElement).addEventListener("click", () => {
      settings.set("welcomed", true);
      this.#section.hidden = true;
      done();
    });
    screen.addEventListener("pointerdown", () => {
      if (this.#section.hidden) return;
      this.#used = true;
      this.#section.hidden = true;
    });
  }

  /**
   * Show the lines if this is a first visit and there is a picture.
   * @param {Readonly<Pick<SessionState, "hasFrame" | "viewOnly">>} state
   */
  show({ hasFrame, viewOnly }) {
    const hidden = this.#used || !hasFrame || this.#settings.get("welcomed");
    if (hidden === this.#section.hidden) return;
    this.#section.hidden = hidden;
    const touch = window.matchMedia("(pointer: coarse) and (hover: none)").matches;
    this.#lines.replaceChildren(...welcomeLines(viewOnly, touch).map((line) => {
      return Object.assign(document.createElement("p"), { textContent: line });
    }));
  }
}
