// @ts-check
/** Hides controls that a person's role has no use for, and says why the Mac's switches are missing. */

import { elementById } from "../controls/elements.js";

/** Controls of input and power, which a viewer does not have. */
const PLAYERS_CONTROLS = ["mouse-mode", "touch-mode", "command-key", "keys", "keyboard", "power"];

/** The controls that depend on the role. */
export class RoleControls {
  /**
   * Set whether the Mac gets no input from this page.
   * @param {boolean} viewOnly
   */
  set viewOnly(viewOnly) {
    for (const id of PLAYERS_CONTROLS) elementById(id, HTMLElement).classList.toggle("not-mine", viewOnly);
  }

  /**
   * Set whether this person may switch the Mac.
   * @param {boolean} allowed
   */
  set power(allowed) {
    elementById("power-note", HTMLElement).hidden = allowed;
    elementById("power-panel", HTMLElement).classList.toggle("not-allowed", !allowed);
  }
}
