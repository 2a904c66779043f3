// @ts-check
/** The toolbar's controls: what they show, and what they trigger. */

import { commandKeyNames } from "../input/platform.js";
import { t } from "../language/text.js";
import { focusAlongToolbar } from "./arrow-keys.js";
import { confirmClicks } from "./controls/confirmed-button.js";
import { elementById, setIcon, setLabel } from "./controls/elements.js";
import { canFullScreen, isFullScreen, toggleFullScreen, watchFullScreen } from "./fullscreen.js";
import { describeFallback } from "./notices.js";
import { placeAbove } from "./panel-place.js";
import { ToolbarOverflow } from "./toolbar-overflow.js";

/** @import { AudioOutput } from "../audio/audio-output.js" */
/** @import { SessionState } from "../connection/session-state.js" */
/** @import { PowerCommand } from "../connection/signaling-messages.js" */
/** @import { CommandKey } from "../input/platform.js" */
/** @import { MouseMode } from "../input/pointer.js" */

/**
 * @typedef {object} ToolbarActions
 * @property {() => void} mouseMode switch to the other one
 * @property {() => void} commandKey switch to the other one
 * @property {(command: PowerCommand) => void} power
 * @property {() => void} done a click has been handled: the focus goes back to the Mac
 */

const AUDIO_LABELS = { blocked: t("Click for sound"), muted: t("Sound is off"), on: t("Sound is on"), none: t("No sound yet") };

/**
 * Return whether no picture is to be waited for. Before the first status it may be on its way.
 * @param {SessionState["emulator"]} emulator
 */
function isAway(emulator) {
  return emulator !== null && (!emulator.connected || emulator.state === "stopped");
}

/**
 * Return the connection's state in words, and the colour of its dot.
 * @param {Readonly<SessionState>} state
 * @returns {{text: string, level: "good" | "busy" | "bad"}}
 */
function describeConnection({ signaling, peer, emulator, off, hasFrame }) {
  if (signaling !== "open") return { text: t("Not connected"), level: "bad" };
  if (isAway(emulator)) return { text: off ? t("Mac is off") : t("No Mac"), level: "busy" };
  if (peer !== "connected" || !hasFrame) return { text: t("Connecting"), level: "busy" };
  if (emulator?.state === "paused") return { text: t("Paused"), level: "busy" };
  return emulator ? { text: t("Connected"), level: "good" } : { text: t("No Mac"), level: "busy" };
}

/** The toolbar. */
export class Toolbar {
  #actions;
  #audio;
  #connection = elementById("connection", HTMLElement);
  #connectionText = elementById("connection-text", HTMLElement);
  #mouseMode = elementById("mouse-mode", HTMLButtonElement);
  #commandKey = elementById("command-key", HTMLButtonElement);
  #fullScreen = elementById("full-screen", HTMLButtonElement);
  #mute = elementById("mute", HTMLButtonElement);
  #volume = elementById("volume", HTMLInputElement);
  #pause = elementById("pause", HTMLButtonElement);
  #reset = elementById("reset", HTMLButtonElement);
  #restart = elementById("restart", HTMLButtonElement);
  #powerPanel = elementById("power-panel", HTMLElement);
  #overflow;
  #paused = false;
  /** The Mac is on: without it, nothing is lost. */
  #mayLose = false;

  /**
   * @param {ToolbarActions} actions
   * @param {AudioOutput} audio
   */
  constructor(actions, audio) {
    this.#actions = actions;
    this.#audio = audio;
    this.#onClick(this.#mouseMode, actions.mouseMode);
    this.#onClick(this.#commandKey, actions.commandKey);
    this.#onClick(this.#mute, () => this.#toggleMute());
    this.#onClick(this.#fullScreen, () => void toggleFullScreen());
    this.#askBefore(this.#reset, "reset", t("Reset? Unsaved work is lost"));
    this.#askBefore(this.#restart, "restart", t("Switch off? Unsaved work is lost"));
    this.#onClick(this.#pause, () => this.#power(this.#paused ? "resume" : "pause"));
    this.#volume.addEventListener("input", () => this.#setVolume());
    this.#volume.addEventListener("pointerup", () => actions.done());
    for (const name of ["keys", "latency", "pictures", "people", "settings", "power", "more"]) placeAbove(name);
    this.#overflow = new ToolbarOverflow(actions.done);
    focusAlongToolbar(elementById("toolbar", HTMLElement));
    this.#fullScreen.hidden = !canFullScreen();
    this.#overflow.fit();
    watchFullScreen(() => this.showFullScreen());
    this.showFullScreen();
    this.showAudio();
  }

  /**
   * Show the session's state.
   * @param {Readonly<SessionState>} state
   */
  showSession(state) {
    const { signaling, emulator } = state;
    const { text, level } = describeConnection(state);
    this.#connection.dataset["state"] = level;
    const process = emulator?.pid ? t("emulator {pid}", { pid: String(emulator.pid) }) : "";
    this.#connection.title = [text, process, describeFallback(state.webRtcFailure)].filter(Boolean).join(" · ");
    this.#connectionText.textContent = text;
    this.#mayLose = emulator !== null && !isAway(emulator);
    this.#paused = emulator?.state === "paused";
    this.#pause.textContent = this.#paused ? t("Go on") : t("Pause");
    for (const button of [this.#pause, this.#reset]) button.disabled = !emulator?.connected;
    this.#restart.disabled = signaling !== "open";
  }

  /**
   * Show the mouse mode.
   * @param {MouseMode} mode
   */
  showMouseMode(mode) {
    setIcon(this.#mouseMode, mode === "absolute" ? "pointer" : "captured");
    this.#mouseMode.setAttribute("aria-pressed", String(mode === "relative"));
    setLabel(this.#mouseMode, mode === "absolute"
      ? t("The Mac’s pointer follows yours. Click to capture the mouse instead.")
      : t("The Mac captures the mouse. Click to let its pointer follow yours."));
  }

  /**
   * Show which key is ⌘.
   * @param {CommandKey} key
   * @param {boolean} apple the browser runs on macOS or iPadOS
   */
  showCommandKey(key, apple) {
    const names = commandKeyNames(apple);
    const other = key === "meta" ? names.alt : names.meta;
    elementById("command-key-text", HTMLElement).textContent = names[key];
    setLabel(this.#commandKey, t("The Mac’s ⌘ is your {key} key. Click to make it {other}.", { key: names[key], other }));
  }

  /** Show volume, mute and whether the browser blocks sound. */
  showAudio() {
    const { state, volume } = this.#audio;
    const silent = state === "muted" || volume === 0;
    this.#mute.dataset["state"] = state;
    this.#mute.parentElement?.classList.toggle("silent", silent);
    setIcon(this.#mute, silent || state === "blocked" ? "muted" : "sound");
    setLabel(this.#mute, AUDIO_LABELS[state]);
    this.#volume.value = String(Math.round(volume * 100));
  }

  /** Show whether the page is in full screen. */
  showFullScreen() {
    setIcon(this.#fullScreen, isFullScreen() ? "shrink" : "expand");
    setLabel(this.#fullScreen, isFullScreen() ? t("Leave full screen") : t("Full screen"));
  }

  /**
   * Ask before a switch loses what the Mac has not saved.
   * @param {HTMLButtonElement} button
   * @param {PowerCommand} command
   * @param {string} question
   */
  #askBefore(button, command, question) {
    const forget = confirmClicks(button, {
      text: button.textContent, question, needed: () => this.#mayLose, act: () => {
        this.#power(command);
        this.#actions.done();
      },
    });
    this.#powerPanel.addEventListener("toggle", forget);
  }

  /** @param {PowerCommand} command */
  #power(command) {
    this.#powerPanel.hidePopover();
    this.#actions.power(command);
  }

  #setVolume() {
    this.#audio.volume = this.#volume.valueAsNumber / 100;
    if (this.#audio.muted) this.#audio.muted = false;
  }

  #toggleMute() {
    // While sound is blocked, this click has just started it (audio-output.js).
    if (this.#mute.dataset["state"] !== "blocked") this.#audio.muted = !this.#audio.muted;
  }

  /**
   * Handle the clicks of a button. After a click with the pointer the focus goes back to the Mac; after one with
   * the keyboard it stays.
   * @param {HTMLButtonElement} button
   * @param {() => void} action
   */
  #onClick(button, action) {
    button.addEventListener("click", ({ detail }) => {
      action();
      if (detail > 0) this.#actions.done();
    });
  }
}
