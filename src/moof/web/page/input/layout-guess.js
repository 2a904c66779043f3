// @ts-check
/** Finds the Mac's keyboard layout that is most like the keyboard of the browser. */

import { characterOf } from "./characters.js";

/** @import { KeyMap } from "./keyboard.js" */
/** @import { MacLayout } from "./mac-layout.js" */

/** So many keys must have been seen, since most layouts differ in few. */
const MIN_KEYS = 12;

const PLAIN = Object.freeze({ shift: false, option: false, capsLock: false });

/**
 * Return the layout that has the most of a keyboard's characters at the same keys; of several, the first one.
 * @param {Iterable<readonly [code: string, character: string]>} keys KeyboardEvent.code, and the character without
 *   modifiers
 * @param {ReadonlyMap<string, MacLayout>} layouts
 * @param {KeyMap} map
 * @returns {string | null} its name; null if there are too few keys
 */
export function likeliestLayout(keys, layouts, map) {
  const known = [...keys].flatMap(([code, character]) => (map[code] === undefined ? [] : [{ adb: map[code], character }]));
  if (known.length < MIN_KEYS) return null;
  /** @param {MacLayout} layout */
  const same = (layout) => known.filter(({ adb, character }) => layout.character(adb, PLAIN) === character).length;
  const counts = [...layouts.values()].map((layout) => ({ name: layout.name, count: same(layout) }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).name;
}

/**
 * Return the characters of the keyboard, from the browser (W3C Keyboard Map; Chromium alone has it).
 * @returns {Promise<Map<string, string>>} by KeyboardEvent.code; empty if the browser does not tell
 */
export async function keyboardCharacters() {
  const { keyboard } = /** @type {{keyboard?: {getLayoutMap?: () => Promise<Iterable<[string, string]>>}}} */ (navigator);
  try {
    return new Map(await keyboard?.getLayoutMap?.());
  } catch {
    return new Map(); // a policy forbids it
  }
}

/** Collects the characters of the keyboard from key presses. */
export class ObservedKeys {
  /** @type {Map<string, string>} */ characters = new Map();

  /**
   * Note the character of a key that was pressed without modifiers.
   * @param {KeyboardEvent} event
   */
  observe(event) {
    const character = characterOf(event);
    const modified = event.shiftKey || event.ctrlKey || event.altKey || event.metaKey;
    if (character === null || modified || event.getModifierState("AltGraph") || event.getModifierState("CapsLock")) return;
    this.characters.set(event.code, character);
  }
}
