// @ts-check
/** The people at the Mac: shows who is here, who has mouse and keyboard, and where the others point. */

import { FloorNotice } from "./floor-notice.js";
import { OthersPointers } from "./others-pointers.js";
import { PeopleHere } from "./people-here.js";

/** @import { MacMessage, PeopleMessage, PointersMessage } from "../../connection/signaling-messages.js" */
/** @import { FloorRules } from "./people-here.js" */

/**
 * @typedef {object} PresenceActions
 * @property {(message: MacMessage) => void} send
 * @property {(rules: FloorRules) => void} setRules
 * @property {(name: string) => void} keepName between visits
 * @property {(has: boolean) => void} floorChanged this page has got, or lost, mouse and keyboard
 */

/** Everything of a page that shows other people. */
export class Presence {
  #actions;
  #notice;
  #here;
  #pointers;
  #name;
  #me = "";
  #hasFloor = true;
  /** @type {PeopleMessage | null} */ #people = null;

  /**
   * @param {HTMLElement} screen
   * @param {{ width: number, height: number }} size of the Mac's screen, pixels
   * @param {string} name of this page's person
   * @param {PresenceActions} actions
   */
  constructor(screen, size, name, actions) {
    this.#actions = actions;
    this.#name = name;
    this.#pointers = new OthersPointers(screen, size);
    this.#notice = new FloorNotice((action) => {
      actions.send(action === "take" ? { type: "floor", action: "give", to: this.#me } : { type: "floor", action });
    });
    this.#here = new PeopleHere(name, {
      give: (viewer) => actions.send({ type: "floor", action: "give", to: viewer }),
      rename: (chosen) => this.#rename(chosen),
      setRules: actions.setRules,
    });
  }

  /**
   * Show a message of the server.
   * @param {PeopleMessage | PointersMessage} message
   * @param {string} me this page's viewer
   * @param {boolean} mayPlay whether this page may get the mouse
   */
  receive(message, me, mayPlay) {
    if (message.type === "pointers") {
      if (this.#people) this.#pointers.show(message.pointers, this.#people);
      return;
    }
    if (me !== this.#me && this.#name) this.#actions.send({ type: "name", name: this.#name }); // a new session has none
    this.#me = me;
    this.#people = message;
    this.#pointers.keep(message);
    this.#notice.show(message, me, mayPlay);
    this.#here.show(message, me);
    const has = message.mode === "free" || message.holder === me;
    if (has !== this.#hasFloor) this.#actions.floorChanged(has);
    this.#hasFloor = has;
  }

  /** @param {string} name */
  #rename(name) {
    this.#name = name;
    this.#actions.keepName(name);
    this.#actions.send({ type: "name", name });
  }
}
