// @ts-check
/**
 * What is said of the Mac's screen without being asked for: another front window, what a dialog asks, a selected icon or row at
 * once; typed and deleted text after a pause, so that a word is said and not each of its letters.
 */

import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { CONTAINERS, buttonName } from "./screen-text-elements.js";

/** @import { ScreenTextPart } from "../../connection/screen-messages.js" */

/** A text has stayed as it is for this time, ms, before its change is said. */
const PAUSE = 800;
/** While somebody types on, it is said at the latest after so many pauses. */
const MAX_PAUSES = 4;
/** Of a change with more characters, only their number is said. */
const MAX_SAID = 300;
/** So many sentences are kept, the newest last. */
const MAX_KEPT = 5;

/**
 * What is in front.
 * @typedef {object} Front
 * @property {string} title a sentence
 * @property {boolean} isDialog
 * @property {string} option the selected icon or row; "" if there is none
 * @property {string | null} field the text of the field with the focus
 */

/**
 * Return what is in front: a dialog, else the active window, else the desktop.
 * @param {readonly ScreenTextPart[]} parts
 * @returns {Front}
 */
export function frontOf(parts) {
  const index = (/** @type {string} */ wanted) => parts.findIndex(({ kind, active }) => kind === wanted && (active || kind === "desktop"));
  const start = [index("dialog"), index("window"), index("desktop")].find((each) => each >= 0) ?? parts.length;
  const next = parts.findIndex(({ kind }, place) => place > start && CONTAINERS.includes(kind));
  const inside = parts.slice(start + 1, next < 0 ? undefined : next);
  const active = (/** @type {string} */ wanted) => inside.find((each) => each.kind === wanted && each.active)?.text;
  return {
    title: titleOf(parts[start], inside), isDialog: parts[start]?.kind === "dialog",
    option: active("option") ?? "", field: active("field") ?? null,
  };
}

/**
 * @param {ScreenTextPart | undefined} front
 * @param {readonly ScreenTextPart[]} inside
 */
function titleOf(front, inside) {
  if (front?.kind === "window") return t("Window on the Mac: {text}", { text: front.text });
  if (front?.kind !== "dialog") return t("The Mac’s desktop");
  const texts = inside.filter(({ kind }) => kind === "text").map(({ text }) => text);
  const buttons = inside.filter(({ kind }) => kind === "button").map(buttonName);
  return t("The Mac asks: {text}", { text: [...texts, buttons.join(", ")].join(" ").trim() });
}

/**
 * Return what is said of a text that has changed: the words that were typed, or what was deleted; "" if nothing is.
 * @param {string} before
 * @param {string} after
 * @returns {string}
 */
export function describeChange(before, after) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const added = after.slice(start, after.length - end);
  if (added === "") return t("Deleted: {text}", { text: shortened(before.slice(start, before.length - end)) });
  if (added.trim() === "") return added.includes("\n") ? t("New line") : "";
  return shortened(wholeWords(after, start, after.length - end));
}

/**
 * Return a piece of a text with the words whole that it begins and ends in.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 */
function wholeWords(text, start, end) {
  const piece = text.slice(start, end);
  const before = /^\s/.test(piece) ? "" : /\S*$/.exec(text.slice(Math.max(0, start - MAX_SAID), start))?.[0] ?? "";
  const behind = /\s$/.test(piece) ? "" : /^\S*/.exec(text.slice(end, end + MAX_SAID))?.[0] ?? "";
  return before + piece + behind;
}

/**
 * Return a text to which words were added, without the one at its end that may go on; not less than it was before.
 * @param {string} before
 * @param {string | null} after
 * @returns {string | null}
 */
export function withoutBegunWord(before, after) {
  if (!after?.startsWith(before)) return after;
  return before + after.slice(before.length).replace(/\S+$/, "");
}

/** @param {string} text */
const shortened = (text) => (text.length > MAX_SAID ? t("{n} characters", { n: text.length }) : text.trim());

/** Says what changes in front of the Mac's screen in a log, whose new entries a screen reader reads out. */
export class ScreenNews {
  #pause;
  /** Where it is said. */
  log = created("div", { id: "screen-text-news", className: "visually-hidden", role: "log" });
  /** @type {Front | null} */ #said = null;
  /** @type {Front | null} */ #front = null;
  #timer = 0;
  #waitingSince = 0;

  /** @param {number} [pause] ms */
  constructor(pause = PAUSE) {
    this.#pause = pause;
  }

  /**
   * Say what differs from what was said before.
   * @param {readonly ScreenTextPart[]} parts
   */
  show(parts) {
    const [said, front] = [this.#said, frontOf(parts)];
    this.#front = front;
    if (said?.title !== front.title) {
      this.#say(front.title);
      if (front.isDialog) this.#say(front.field ?? "");
      this.#heard(front);
    } else if (said.option !== front.option) {
      this.#say(front.option);
      this.#said = { ...said, option: front.option };
    }
    if (this.#said?.field !== front.field) this.#wait();
  }

  /** Say nothing of what was before, and begin anew. */
  clear() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#said = this.#front = null;
    this.log.replaceChildren();
  }

  #wait() {
    const now = performance.now();
    if (this.#timer === 0) this.#waitingSince = now;
    clearTimeout(this.#timer);
    const left = this.#waitingSince + MAX_PAUSES * this.#pause - now;
    const typesOn = left <= this.#pause;
    this.#timer = setTimeout(() => this.#sayChange(typesOn), Math.max(0, typesOn ? left : this.#pause));
  }

  /** @param {boolean} typesOn somebody may be in the middle of a word, which is said with its end */
  #sayChange(typesOn) {
    const [said, front] = [this.#said, this.#front];
    if (!said || !front) return;
    const before = said.field ?? "";
    const field = typesOn ? withoutBegunWord(before, front.field) : front.field;
    this.#heard({ ...front, field });
    if (said.field !== null && field !== null && before !== field) this.#say(describeChange(before, field));
    if (field !== front.field) this.#wait();
  }

  /**
   * Note what needs not be said any more.
   * @param {Front} front
   */
  #heard(front) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#said = front;
  }

  /** @param {string} text */
  #say(text) {
    if (text === "") return;
    this.log.append(created("p", { textContent: text })); // another element, so that the same text is said again
    while (this.log.children.length > MAX_KEPT) this.log.firstElementChild?.remove();
  }
}
