// @ts-check
/** Tells what a gamepad does when it is connected, and lets people choose. */

import { GamepadInput } from "../../input/gamepad.js";
import { t } from "../../language/text.js";
import { elementById } from "../controls/elements.js";

/** @import { GamepadMode } from "../../input/gamepad-state.js" */
/** @import { PadKeyboard } from "../../input/gamepad.js" */
/** @import { Pointer } from "../../input/pointer.js" */
/** @import { Hint } from "../notices.js" */
/** @import { Settings } from "./settings.js" */

const HINT_DURATION = 8_000;

/** @type {Record<GamepadMode, string>} */
const HINTS = {
  keys: t("The gamepad presses keys: arrows, A is Space, B Return. “Keys” has the choice, under Options."),
  mouse: t("The gamepad moves the mouse: A is its button. “Keys” has the choice, under Options."),
};

/** The choice, which is shown from the first connected gamepad on. */
export class GamepadChoice {
  #row = elementById("gamepad-row", HTMLElement);
  #mouse = elementById("gamepad-mouse", HTMLInputElement);
  #keys = elementById("gamepad-keys", HTMLInputElement);

  /**
   * @param {PadKeyboard} keyboard
   * @param {Pick<Pointer, "moveBy" | "setButtons">} pointer
   * @param {Settings} settings
   * @param {Hint} hint
   */
  constructor(keyboard, pointer, settings, hint) {
    const input = new GamepadInput(keyboard, pointer);
    input.mode = settings.get("gamepadMode");
    this.#mouse.checked = input.mode === "mouse";
    this.#keys.checked = !this.#mouse.checked;
    for (const choice of [this.#mouse, this.#keys]) {
      choice.addEventListener("change", () => {
        input.mode = this.#mouse.checked ? "mouse" : "keys";
        settings.set("gamepadMode", input.mode);
      });
    }
    input.addEventListener("connected", () => {
      this.#row.hidden = false;
      hint.show(HINTS[input.mode], HINT_DURATION);
    });
  }
}
