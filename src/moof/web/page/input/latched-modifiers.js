// @ts-check
/**
 * Modifier keys that stay down after they were pressed: for one key or click (latched), or until they are pressed
 * again (locked). For the keyboard on the screen and menus of key combinations: one finger is enough for ⌘C.
 */

/** @import { HeldKeys } from "./held-keys.js" */

/** @typedef {"command" | "option" | "control" | "shift"} ModifierName the Mac's modifiers */
/** @typedef {"off" | "latched" | "locked"} LatchState */

/** ADB key codes, as in the server's table (keymap.py). */
const ADB_CODES = Object.freeze({ command: 0x37, option: 0x3a, control: 0x36, shift: 0x38 });

/** All of them, in the order in which they stand on an Apple keyboard. */
export const MODIFIER_NAMES = Object.freeze(/** @type {const} */ (["shift", "control", "option", "command"]));

/** A second press this soon after the first one, ms, locks the modifier; a later one releases it. */
const LOCK_INTERVAL = 400;

/**
 * Latches modifiers. They are down in the Mac from the press on, so they count for clicks, too, and stand in the list
 * of held keys. Dispatches "change".
 */
export class LatchedModifiers extends EventTarget {
  #keys;
  /** @type {Map<ModifierName, "latched" | "locked">} */ #states = new Map();
  /**
   * Modifiers that are held, and whether another key was pressed meanwhile.
   * @type {Map<ModifierName, boolean>}
   */
  #held = new Map();
  /** @type {{name: ModifierName, time: number} | null} */ #lastPress = null;
  /** A key is down that the latched modifiers are for. */
  #inUse = false;
  /** A mouse button is down that the latched modifiers are for. */
  #inClick = false;

  /** @param {HeldKeys} keys */
  constructor(keys) {
    super();
    this.#keys = keys;
    keys.addEventListener("press", () => this.#keyPressed());
    keys.addEventListener("release", () => {
      if (this.#inUse) this.used();
    });
    keys.addEventListener("clear", () => this.#clear());
  }

  /**
   * Return the state of a modifier.
   * @param {ModifierName} name
   * @returns {LatchState}
   */
  state(name) {
    return this.#states.get(name) ?? "off";
  }

  /**
   * Return whether a modifier is down: latched, locked or held.
   * @param {ModifierName} name
   * @returns {boolean}
   */
  isDown(name) {
    return this.#states.has(name) || this.#held.has(name);
  }

  /**
   * Press and release a modifier: it is latched, locked by a second press soon after that, released by a later one.
   * @param {ModifierName} name
   * @param {number} [now] ms
   */
  press(name, now = performance.now()) {
    this.hold(name);
    this.letGo(name, now);
  }

  /**
   * Hold a modifier down, as on a keyboard.
   * @param {ModifierName} name
   */
  hold(name) {
    this.#held.set(name, false);
    this.#update(name);
  }

  /**
   * End `hold`: that was a press unless another key was pressed meanwhile.
   * @param {ModifierName} name
   * @param {number} [now] ms
   */
  letGo(name, now = performance.now()) {
    const chord = this.#held.get(name);
    if (chord === undefined) return;
    this.#held.delete(name);
    if (chord) this.#states.delete(name);
    else this.#advance(name, now);
    this.#update(name);
  }

  /** A mouse button is down: what is latched by now is for this click. */
  clickBegins() {
    this.#inClick = true;
  }

  /** All mouse buttons are up. A tap's are up later than the finger, when the next modifier may be latched already. */
  clickEnds() {
    if (this.#inClick) this.used();
    this.#inClick = false;
  }

  /** Release the latched modifiers: a key or a click was made with them. */
  used() {
    this.#inUse = false;
    const used = [...this.#states].filter(([, state]) => state === "latched");
    for (const [name] of used) {
      this.#states.delete(name);
      this.#update(name);
    }
  }

  /**
   * @param {ModifierName} name
   * @param {number} now ms
   */
  #advance(name, now) {
    const again = this.#lastPress?.name === name && now - this.#lastPress.time <= LOCK_INTERVAL;
    if (!this.#states.has(name)) this.#states.set(name, "latched");
    else if (this.#states.get(name) === "latched" && again) this.#states.set(name, "locked");
    else this.#states.delete(name);
    this.#lastPress = { name, time: now };
    this.#inUse = this.#inClick = false; // keys and buttons that are down already were pressed without it
  }

  /** Latched modifiers are for one key alone: a second one that is pressed before the first is up has none. */
  #keyPressed() {
    for (const name of this.#held.keys()) this.#held.set(name, true);
    if (this.#inUse) this.used();
    this.#inUse = true;
  }

  #clear() {
    this.#states.clear();
    this.#held.clear();
    this.#inUse = this.#inClick = false;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {ModifierName} name */
  #update(name) {
    const id = `latched ${name}`;
    if (!this.isDown(name)) this.#keys.release(id);
    else if (!this.#keys.has(id)) this.#keys.press(id, { adb: ADB_CODES[name], modifiers: [], virtual: true });
    this.dispatchEvent(new Event("change"));
  }
}
