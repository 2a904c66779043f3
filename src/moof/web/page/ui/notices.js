// @ts-check
/** Explains why there is no picture, and shows short hints while there is one. */

import { elementById } from "./elements.js";
import { EmulatorLogView } from "./emulator-log.js";

/** @import { SessionState } from "../connection/session.js" */

/** @typedef {"retry" | "connect" | "restart" | "resume"} Action */

/**
 * @typedef {object} Notice
 * @property {"busy" | "off" | "error"} kind
 * @property {string} title
 * @property {string} [detail]
 * @property {{label: string, name: Action}} [action] for a button
 * @property {boolean} [log] the emulator's log may explain it
 */

/**
 * Return the notice for a state.
 * @param {SessionState} state
 * @returns {Notice | null} null while there is a picture and nothing to explain
 */
export function describeState(state) {
  return describeSignaling(state) ?? describeMac(state) ?? describeMedia(state);
}

/**
 * @param {SessionState} state
 * @returns {Notice | null}
 */
function describeSignaling({ signaling, byeMessage, serverSeen, hasFrame }) {
  if (hasFrame && signaling !== "idle") return null; // media work without the WebSocket
  const title = byeMessage || (serverSeen ? "The connection is lost" : "The server does not answer");
  const detail = "Trying again…";
  switch (signaling) {
    case "open":
      return null;
    case "idle":
      return { kind: "off", title: byeMessage || "Not connected", action: { label: "Connect again", name: "connect" } };
    case "waiting":
      return { kind: "error", title, detail, action: { label: "Try now", name: "retry" } };
    case "connecting":
      return serverSeen || byeMessage ? { kind: "busy", title, detail } : { kind: "busy", title: "Connecting…" };
  }
}

/**
 * @param {SessionState} state
 * @returns {Notice | null}
 */
function describeMac({ emulator, note, off, viewOnly }) {
  if (!emulator) return null;
  if (!emulator.connected || emulator.state === "stopped") {
    const log = note !== "" && !viewOnly;
    if (note && !off) return { kind: "busy", title: note, log };
    const title = note || "The Mac is off";
    return viewOnly ? { kind: "off", title } : { kind: "off", title, action: { label: "Start it again", name: "restart" }, log };
  }
  if (emulator.state === "paused") {
    return { kind: "off", title: "The Mac is paused", detail: note, action: { label: "Go on", name: "resume" } };
  }
  return null;
}

/**
 * @param {SessionState} state
 * @returns {Notice | null}
 */
function describeMedia({ peer, hasFrame }) {
  if (peer === "failed" || peer === "disconnected") {
    return { kind: "error", title: "The picture is interrupted", detail: "No data is arriving. Trying again…" };
  }
  if (peer !== "connected") return { kind: "busy", title: "Connecting the picture…" };
  return hasFrame ? null : { kind: "busy", title: "Waiting for the first picture…" };
}

/** The notice over the Mac's screen. */
export class NoticeView {
  #section = elementById("notice", HTMLElement);
  #title = elementById("notice-title", HTMLElement);
  #detail = elementById("notice-detail", HTMLElement);
  #button = elementById("notice-action", HTMLButtonElement);
  #log = new EmulatorLogView();
  /** @type {Notice | null} */ #notice = null;

  /** @param {(name: Action) => void} onAction the button was clicked */
  constructor(onAction) {
    this.#button.addEventListener("click", () => {
      if (this.#notice?.action) onAction(this.#notice.action.name);
    });
  }

  /**
   * Show a notice, or none.
   * @param {Notice | null} notice
   */
  show(notice) {
    // Screen readers read an element again when the same text is written to it.
    if (JSON.stringify(notice) === JSON.stringify(this.#notice)) return;
    this.#notice = notice;
    document.documentElement.classList.toggle("no-picture", notice !== null);
    this.#section.hidden = notice === null;
    if (!notice) return;
    this.#section.dataset["kind"] = notice.kind;
    this.#title.textContent = notice.title;
    this.#detail.textContent = notice.detail ?? "";
    this.#button.hidden = !notice.action;
    this.#button.textContent = notice.action?.label ?? "";
    this.#log.setAvailable(notice.log ?? false);
  }
}

/** One line of text above the toolbar. */
export class Hint {
  #line = elementById("hint", HTMLElement);
  #timer = 0;

  /**
   * Show a text.
   * @param {string} text
   * @param {number} [duration] ms; without it until another text is shown
   */
  show(text, duration) {
    clearTimeout(this.#timer);
    this.#line.textContent = text;
    this.#line.hidden = false;
    if (duration !== undefined) this.#timer = setTimeout(() => this.hide(text), duration);
  }

  /**
   * Hide this text, if it is the one that is shown.
   * @param {string} text
   */
  hide(text) {
    if (this.#line.textContent === text) this.#line.hidden = true;
  }
}
