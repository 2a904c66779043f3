// @ts-check
/** Explains why there is no picture, and shows short hints while there is one. */

import { canDecodeOpus } from "../connection/websocket-media.js";
import { t, translated } from "../language/text.js";
import { elementById } from "./controls/elements.js";
import { EmulatorLogView } from "./emulator-log.js";

/** @import { SessionState } from "../connection/session-state.js" */
/** @import { WebRtcFailure } from "../connection/webrtc-peer.js" */

/** @typedef {"retry" | "connect" | "restart" | "resume" | "sign in"} Action */

/**
 * @typedef {object} Notice
 * @property {"busy" | "off" | "error"} kind
 * @property {string} title
 * @property {string} [detail]
 * @property {{label: string, name: Action}} [action] for a button
 * @property {boolean} [log] the emulator's log may explain it
 */

const VIEW_ONLY = t("You are only watching: the Mac gets no input from this page");
const VIEW_ONLY_DURATION = 5_000;
const FALLBACK_DURATION = 10_000;

/** @type {readonly Action[]} */
const POWER_ACTIONS = ["restart", "resume"];

/** @type {Notice} */
const SIGNED_OUT = {
  kind: "off",
  title: t("You are signed out"),
  detail: t("Your sign-in has ended, or the link that you used was withdrawn."),
  action: { label: t("Sign in"), name: "sign in" },
};

/**
 * Return the notice for a state.
 * @param {SessionState} state
 * @returns {Notice | null} null while there is a picture and nothing to explain
 */
export function describeState(state) {
  return describeSignaling(state) ?? describeSilence(state) ?? describeMac(state) ?? describeMedia(state);
}

/**
 * @param {SessionState} state
 * @returns {Notice | null}
 */
function describeSignaling(state) {
  const { signaling, signedOut, byeMessage, serverSeen, hasFrame, diagnosis } = state;
  if (signedOut) return SIGNED_OUT;
  if (hasFrame && signaling !== "idle") return null; // media work without the WebSocket
  switch (signaling) {
    case "open":
      return null;
    case "idle":
      return { kind: "off", title: translated(byeMessage) || t("Not connected"), action: { label: t("Connect again"), name: "connect" } };
    case "waiting":
      return { kind: "error", ...describeLoss(state), action: { label: t("Try now"), name: "retry" } };
    case "connecting":
      if (serverSeen || byeMessage || diagnosis) return { kind: "busy", ...describeLoss(state) };
      return { kind: "busy", title: t("Connecting…") };
  }
}

/**
 * @param {SessionState} state
 * @returns {{title: string, detail: string}}
 */
function describeLoss({ byeMessage, serverSeen, diagnosis }) {
  const again = t("Trying again…");
  if (byeMessage) return { title: translated(byeMessage), detail: again };
  if (diagnosis) return { title: diagnosis.title, detail: `${diagnosis.detail} ${again}` };
  return { title: serverSeen ? t("The connection is lost") : t("The server does not answer"), detail: again };
}

/**
 * @param {SessionState} state
 * @returns {Notice | null}
 */
function describeMac({ emulator, note, off, viewOnly }) {
  if (!emulator) return null;
  if (!emulator.connected || emulator.state === "stopped") {
    const log = note !== "" && !viewOnly;
    const words = titleAndDetail(translated(note) || t("The Mac is off"));
    if (note && !off) return { kind: "busy", ...words, log };
    return viewOnly ? { kind: "off", ...words } : { kind: "off", ...words, action: { label: t("Start it again"), name: "restart" }, log };
  }
  return emulator.state === "paused" ? describePause(note, viewOnly) : null;
}

/**
 * @param {string} note
 * @param {boolean} viewOnly
 * @returns {Notice}
 */
function describePause(note, viewOnly) {
  const paused = /** @type {const} */ ({ kind: "off", title: t("The Mac is paused"), detail: translated(note) });
  return viewOnly ? paused : { ...paused, action: { label: t("Go on"), name: "resume" } };
}

/**
 * Divide the server's note after its first statement: what follows, such as an emulator's last line, is its reason.
 * @param {string} note
 * @returns {{title: string, detail?: string}}
 */
function titleAndDetail(note) {
  const [, title, detail] = note.match(/^([^.,:;(]+)[.,:;] +(.+)$/s) ?? [];
  return title && detail ? { title, detail: detail.charAt(0).toUpperCase() + detail.slice(1) } : { title: note };
}

/**
 * @param {SessionState} state
 * @returns {Notice | null}
 */
function describeSilence({ emulator, viewOnly }) {
  if (emulator?.responding !== false) return null;
  const title = t("The Mac has stopped answering");
  if (viewOnly) return { kind: "error", title };
  const detail = t("It may still come back. Restart pulls the plug: what was not saved is lost.");
  return { kind: "error", title, detail, action: { label: t("Restart it"), name: "restart" }, log: true };
}

/**
 * @param {SessionState} state
 * @returns {Notice | null}
 */
function describeMedia({ peer, hasFrame, webRtcFailure }) {
  if (peer === "failed" || peer === "disconnected") {
    return { kind: "error", title: t("The picture is interrupted"), detail: t("No data is arriving. Trying again…") };
  }
  if (peer !== "connected") return { kind: "busy", title: t("Connecting the picture…") };
  return hasFrame ? null : { kind: "busy", title: t("Waiting for the first picture…"), detail: describeFallback(webRtcFailure) };
}

/** @type {Record<WebRtcFailure, string>} */
const FAILURES = {
  missing: t("This browser has no WebRTC, or it is switched off"),
  refused: t("This browser refused the WebRTC connection"),
  "no candidates": t("This browser uses no network interface for WebRTC"),
  "no route": t("No WebRTC packets (UDP) arrive"),
};

/**
 * Return the sentences about media that use the WebSocket.
 * @param {WebRtcFailure | null} failure
 * @param {boolean} [audible] the browser can decode the sound
 * @returns {string} "" while media use WebRTC
 */
export function describeFallback(failure, audible = canDecodeOpus()) {
  if (!failure) return "";
  if (audible) return `${FAILURES[failure]}. ${t("Picture, sound and input use the WebSocket, which may be slower.")}`;
  const remedy = window.isSecureContext ? t("it has no WebCodecs") : t("it decodes sound for pages from https or localhost alone");
  return `${FAILURES[failure]}. ${t("Picture and input use the WebSocket. The Mac is silent in this browser: {remedy}.", { remedy })}`;
}

/** The notice over the Mac's screen. */
export class NoticeView {
  #section = elementById("notice", HTMLElement);
  #title = elementById("notice-title", HTMLElement);
  #detail = elementById("notice-detail", HTMLElement);
  #button = elementById("notice-action", HTMLButtonElement);
  #log = new EmulatorLogView("notice-log");
  /** @type {Notice | null} */ #notice = null;
  /** This person may switch the Mac. */
  #mayPower = true;

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
    this.#showButton();
    this.#log.setAvailable(notice.log ?? false);
  }

  /**
   * Set whether this person may switch the Mac.
   * @param {boolean} allowed
   */
  set power(allowed) {
    this.#mayPower = allowed;
    this.#showButton();
  }

  #showButton() {
    const action = this.#notice?.action;
    this.#button.hidden = !action || (POWER_ACTIONS.includes(action.name) && !this.#mayPower);
    this.#button.textContent = action?.label ?? "";
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
   * Hide the text that is shown, if it is one of these.
   * @param {...string} texts
   */
  hide(...texts) {
    if (texts.includes(this.#line.textContent)) this.#line.hidden = true;
  }
}

/** Hints about the session's state, each shown when it begins to be true. */
export class StateHints {
  #hint;
  #viewOnly = false;
  #fallback = "";

  /** @param {Hint} hint */
  constructor(hint) {
    this.#hint = hint;
  }

  /**
   * Show what is new.
   * @param {Readonly<SessionState>} state
   */
  show(state) {
    const viewOnly = state.viewOnly && state.hasFrame;
    if (viewOnly && !this.#viewOnly) this.#hint.show(VIEW_ONLY, VIEW_ONLY_DURATION);
    this.#viewOnly = viewOnly;
    if (!state.hasFrame) return;
    const fallback = describeFallback(state.webRtcFailure);
    if (fallback && fallback !== this.#fallback) this.#hint.show(fallback, FALLBACK_DURATION);
    this.#fallback = fallback;
  }
}
