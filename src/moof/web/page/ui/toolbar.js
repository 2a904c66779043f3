// @ts-check
/** The bar's buttons: what they say, and whom they tell. */

import { canFullScreen, isFullScreen, toggleFullScreen, watchFullScreen } from "./fullscreen.js";

/** @typedef {import("../connection/session.js").SessionState} SessionState */
/** @typedef {import("../audio/audio-output.js").Sound} Sound */
/** @typedef {import("./settings.js").Settings} Settings */

/**
 * @typedef {object} ToolbarActions
 * @property {(codec: string) => void} codec
 * @property {() => void} mouseMode the other one
 * @property {() => void} commandKey the other one
 * @property {() => void} scaling the other one
 * @property {(command: "reset" | "pause" | "resume" | "restart") => void} power
 * @property {() => void} done a click has been dealt with: the focus goes back to the Mac
 */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

/** @param {HTMLElement} button @param {string} name a symbol of icons.svg */
function setIcon(button, name) {
  button.querySelector("use")?.setAttribute("href", `static/icons/icons.svg#${name}`);
}

/** @param {HTMLElement} button @param {string} label what it does, or says */
function setLabel(button, label) {
  button.setAttribute("aria-label", label);
  button.title = label;
}

/**
 * Keeps a panel above the middle of its button, and inside the window.
 * @param {HTMLElement} panel
 * @param {HTMLElement} button
 */
function placeAbove(panel, button) {
  panel.addEventListener("toggle", () => {
    const { left, width } = button.getBoundingClientRect();
    const half = panel.offsetWidth / 2 + 8;
    const middle = Math.max(half, Math.min(left + width / 2, window.innerWidth - half));
    panel.style.left = `${Math.round(middle)}px`;
  });
}

export class Toolbar {
  #actions;
  #sound;
  #codec = /** @type {HTMLSelectElement} */ (element("codec"));
  #mute = element("mute");
  #volume = /** @type {HTMLInputElement} */ (element("volume"));
  /** @type {"running" | "paused" | "stopped"} */ #macState = "stopped";

  /**
   * @param {ToolbarActions} actions
   * @param {Sound} sound
   */
  constructor(actions, sound) {
    this.#actions = actions;
    this.#sound = sound;
    this.#onClick("mouse-mode", actions.mouseMode);
    this.#onClick("command-key", actions.commandKey);
    this.#onClick("scaling", actions.scaling);
    this.#onClick("mute", () => this.#toggleSound());
    this.#onClick("full-screen", () => { toggleFullScreen().catch((error) => console.warn(error)); });
    this.#onClick("reset", () => this.#power("reset"));
    this.#onClick("restart", () => this.#power("restart"));
    this.#onClick("pause", () => this.#power(this.#macState === "paused" ? "resume" : "pause"));
    this.#codec.addEventListener("change", () => {
      actions.codec(this.#codec.value);
      actions.done();
    });
    this.#volume.addEventListener("input", () => this.#setVolume());
    this.#volume.addEventListener("pointerup", () => actions.done());
    for (const id of ["latency", "power"]) placeAbove(element(`${id}-panel`), element(id));
    element("full-screen").hidden = !canFullScreen();
    watchFullScreen(() => this.showFullScreen());
    this.showFullScreen();
    this.showSound();
  }

  /** @param {Readonly<SessionState>} state */
  showSession({ link, peer, emulator, choice, codecs, picture }) {
    const live = link === "open" && peer === "connected" && picture;
    const word = live ? "Connected" : link === "open" ? "Connecting" : "Not connected";
    const macIsThere = emulator?.connected === true;
    const text = live && !macIsThere ? "No Mac" : word;
    const mood = live && macIsThere ? "good" : link === "open" ? "busy" : "bad";
    element("connection").dataset.state = mood;
    element("connection").title = emulator?.pid ? `${text} · emulator ${emulator.pid}` : text;
    element("connection-text").textContent = text;
    this.#showCodecs(codecs, choice);
    this.#macState = emulator?.state ?? "stopped";
    element("pause").textContent = this.#macState === "paused" ? "Go on" : "Pause";
    for (const id of ["pause", "reset"]) /** @type {HTMLButtonElement} */ (element(id)).disabled = !macIsThere;
    /** @type {HTMLButtonElement} */ (element("restart")).disabled = link !== "open";
  }

  /** @param {"absolute" | "relative"} mode */
  showMouseMode(mode) {
    const button = element("mouse-mode");
    setIcon(button, mode === "absolute" ? "pointer" : "captured");
    button.setAttribute("aria-pressed", String(mode === "relative"));
    setLabel(button, mode === "absolute"
      ? "The Mac’s pointer follows yours. Click to hand the mouse over instead."
      : "The Mac has the mouse to itself. Click to let its pointer follow yours.");
  }

  /**
   * @param {"meta" | "alt"} key
   * @param {boolean} apple
   */
  showCommandKey(key, apple) {
    const names = apple ? { meta: "⌘", alt: "⌥" } : { meta: "Win", alt: "Alt" };
    const other = key === "meta" ? names.alt : names.meta;
    element("command-key-text").textContent = names[key];
    setLabel(element("command-key"), `The Mac’s ⌘ is your ${names[key]} key. Click to make it ${other}.`);
  }

  /** @param {"whole" | "fill"} scaling */
  showScaling(scaling) {
    setIcon(element("scaling"), scaling === "whole" ? "grid" : "fill");
    setLabel(element("scaling"), scaling === "whole"
      ? "Sharp: whole pixels. Click to fill the window."
      : "Filling the window. Click for sharp, whole pixels.");
  }

  showSound() {
    const { state, volume } = this.#sound;
    const silent = state === "muted" || volume === 0;
    this.#mute.dataset.state = state;
    this.#mute.parentElement?.classList.toggle("silent", silent);
    setIcon(this.#mute, silent || state === "blocked" ? "muted" : "sound");
    setLabel(this.#mute, { blocked: "Click for sound", muted: "Sound is off", on: "Sound is on", none: "No sound yet" }[state]);
    this.#volume.value = String(Math.round(volume * 100));
  }

  showFullScreen() {
    setIcon(element("full-screen"), isFullScreen() ? "shrink" : "expand");
    setLabel(element("full-screen"), isFullScreen() ? "Leave full screen" : "Full screen");
  }

  /**
   * @param {import("../connection/session.js").Codec[]} codecs
   * @param {string | null} chosen
   */
  #showCodecs(codecs, chosen) {
    const names = codecs.map(({ name }) => name).join();
    if (this.#codec.dataset.names !== names) {
      this.#codec.dataset.names = names;
      this.#codec.replaceChildren(...codecs.map(({ name, label }) => new Option(label, name)));
      this.#codec.disabled = codecs.length === 0;
    }
    if (chosen) this.#codec.value = chosen;
  }

  /** @param {"reset" | "pause" | "resume" | "restart"} command */
  #power(command) {
    element("power-panel").hidePopover();
    this.#actions.power(command);
  }

  #setVolume() {
    this.#sound.volume = this.#volume.valueAsNumber / 100;
    if (this.#sound.muted) this.#sound.muted = false;
  }

  #toggleSound() {
    // Blocked sound has just been freed by this very click.
    if (this.#mute.dataset.state !== "blocked") this.#sound.muted = !this.#sound.muted;
  }

  /**
   * A click with the mouse hands the keyboard back to the Mac; someone who came by keyboard stays.
   * @param {string} id
   * @param {() => void} action
   */
  #onClick(id, action) {
    element(id).addEventListener("click", ({ detail }) => {
      action();
      if (detail > 0) this.#actions.done();
    });
  }
}
