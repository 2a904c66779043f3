// @ts-check
/** What is going on whenever there is no picture, in words for people. */

/** @typedef {import("../connection/session.js").SessionState} SessionState */

import { OutputView } from "./emulator-log.js";

/**
 * @typedef {object} Notice
 * @property {"busy" | "off" | "trouble"} mood
 * @property {string} title
 * @property {string} [detail]
 * @property {{label: string, name: Action}} [action]
 * @property {boolean} [output] what the emulator wrote may say why
 */

/** @typedef {"hurry" | "connect" | "restart" | "resume"} Action */

/**
 * @param {SessionState} state
 * @returns {Notice | null} null while there is a picture and nothing to say
 */
export function describe(state) {
  return describeLink(state) ?? describeMac(state) ?? describePicture(state);
}

/** @param {SessionState} state @returns {Notice | null} */
function describeLink({ link, farewell, met, picture }) {
  if (picture && link !== "idle") return null; // it goes on without
  const title = farewell || (met ? "The connection is lost" : "The server does not answer");
  switch (link) {
    case "open":
      return null;
    case "idle":
      return { mood: "off", title: farewell || "Not connected", action: { label: "Connect again", name: "connect" } };
    case "waiting":
      return { mood: "trouble", title, detail: "Trying again…", action: { label: "Try now", name: "hurry" } };
    case "connecting":
      return met || farewell ? { mood: "busy", title, detail: "Trying again…" } : { mood: "busy", title: "Connecting…" };
  }
}

/** @param {SessionState} state @returns {Notice | null} */
function describeMac({ emulator, note, off, watching }) {
  if (!emulator) return null;
  if (!emulator.connected || emulator.state === "stopped") {
    const output = note !== "" && !watching;
    if (note && !off) return { mood: "busy", title: note, output };
    const title = note || "The Mac is off";
    return watching ? { mood: "off", title } : { mood: "off", title, action: { label: "Start it again", name: "restart" }, output };
  }
  if (emulator.state === "paused") {
    return { mood: "off", title: "The Mac is paused", detail: note, action: { label: "Go on", name: "resume" } };
  }
  return null;
}

/** @param {SessionState} state @returns {Notice | null} */
function describePicture({ peer, picture }) {
  if (peer === "failed" || peer === "disconnected") {
    return { mood: "trouble", title: "The picture is held up", detail: "Nothing comes through at the moment. Trying again…" };
  }
  if (peer !== "connected") return { mood: "busy", title: "Connecting the picture…" };
  return picture ? null : { mood: "busy", title: "Waiting for the first picture…" };
}

/** Shows a notice over the screen, or none. */
export class NoticeView {
  #section = /** @type {HTMLElement} */ (document.getElementById("notice"));
  #title = /** @type {HTMLElement} */ (document.getElementById("notice-title"));
  #detail = /** @type {HTMLElement} */ (document.getElementById("notice-detail"));
  #action = /** @type {HTMLButtonElement} */ (document.getElementById("notice-action"));
  #output = new OutputView();
  /** @type {Notice | null} */ #notice = null;

  /** @param {(name: Action) => void} onAction */
  constructor(onAction) {
    this.#action.addEventListener("click", () => {
      if (this.#notice?.action) onAction(this.#notice.action.name);
    });
  }

  /** @param {Notice | null} notice */
  show(notice) {
    // Writing the same words again would make screen readers say them again.
    if (JSON.stringify(notice) === JSON.stringify(this.#notice)) return;
    this.#notice = notice;
    document.documentElement.classList.toggle("no-picture", notice !== null);
    this.#section.hidden = notice === null;
    if (!notice) return;
    this.#section.dataset.mood = notice.mood;
    this.#title.textContent = notice.title;
    this.#detail.textContent = notice.detail ?? "";
    this.#action.hidden = !notice.action;
    this.#action.textContent = notice.action?.label ?? "";
    this.#output.offer(notice.output ?? false);
  }
}

/** One line at the top that says something in passing. */
export class Hint {
  #line = /** @type {HTMLElement} */ (document.getElementById("hint"));
  #timer = 0;

  /** @param {string} text @param {number} [duration] ms; without it until something else is said */
  show(text, duration) {
    clearTimeout(this.#timer);
    this.#line.textContent = text;
    this.#line.hidden = false;
    if (duration !== undefined) this.#timer = setTimeout(() => this.hide(), duration);
  }

  /** @param {string} [text] only if this is what it says */
  hide(text) {
    if (text === undefined || this.#line.textContent === text) this.#line.hidden = true;
  }
}
