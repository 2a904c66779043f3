// @ts-check
/** The tab "The Mac" of the settings: what moof.toml says of the next start, over the HTTP API; for owners. */

import { RequestError } from "../connection/fetch-json.js";
import { t, translated } from "../language/text.js";
import { createChoiceRow } from "./choice-row.js";
import { confirmClicks } from "./confirmed-button.js";
import { elementById } from "./elements.js";
import { EmulatorChoice, valueOf } from "./emulator-choice.js";
import { EmulatorLogView } from "./emulator-log.js";

/** @import { Config, ConfigApi } from "../connection/config-api.js" */
/** @import { CodecOffer } from "../connection/signaling-messages.js" */

const TAB = "mac-tab";
const KEPT = t("Changes are kept in moof.toml; Moof’s command line comes before them.");
const AT_RESTART = t("Saved. It takes effect when the Mac is started again.");
const NEXT_START = t("Saved. It takes effect when Moof itself is started again.");

/** Lists of the tab by the name of the setting; their values are text, those of the settings text or numbers. */
const LISTS = /** @type {const} */ ({
  emulator: "mac-emulator", size: "mac-size", depth: "mac-depth", ram: "mac-ram", codec: "mac-codec",
  audio_packet_ms: "mac-sound-packet", audio_bitrate: "mac-sound-rate",
});
/** What only the built-in Mac takes from there. */
const BUILT_IN_ONLY = /** @type {readonly string[]} */ (["size", "depth", "ram"]);
const NUMBERS = /** @type {readonly string[]} */ (["depth", "ram", "audio_packet_ms", "audio_bitrate"]);

/** @typedef {keyof typeof LISTS} SettingName */

const SIZES = ["512x342", "640x480", "832x624", "1024x768", "1152x870", "1920x1080"];
const MEMORY = ["4", "16", "32", "64"];

/** Return the rows of the tab, the emulator's first. */
function createRows() {
  return /** @type {const} */ ([
    createChoiceRow(LISTS.emulator, t("Emulator"), []),
    createChoiceRow(LISTS.size, t("Screen"), [
      ["", t("as it was last")], ...SIZES.map((size) => /** @type {const} */ ([size, size.replace("x", " × ")])),
    ]),
    createChoiceRow(LISTS.depth, t("Colours"), [
      ["", t("as they were last")], ["1", t("black and white")], ["2", "4"], ["4", "16"], ["8", "256"],
      ["16", t("thousands")], ["32", t("millions")],
    ]),
    createChoiceRow(LISTS.ram, t("Memory"), [
      ["", t("8 MB, the default")], ...MEMORY.map((size) => /** @type {const} */ ([size, `${size} MB`])),
    ]),
    createChoiceRow(LISTS.codec, t("Codec of new viewers"), [["", t("the default")]]),
    createChoiceRow(LISTS.audio_packet_ms, t("Sound packets"), [
      ["", t("the default")], ["5", t("5 ms: soonest heard")], ["10", t("10 ms")], ["20", t("20 ms: least work")],
    ]),
    createChoiceRow(LISTS.audio_bitrate, t("Bit rate of sound"), [
      ["", t("128 kb/s, the default")], ["32", t("32 kb/s")], ["64", t("64 kb/s")], ["256", t("256 kb/s")],
    ]),
  ]);
}

/**
 * @typedef {EventTarget & {
 *   readonly shownTab: string | null,
 *   offer: (id: string, offered: boolean) => void,
 * }} Tabs see SettingsPanel; dispatches "shown"
 */

/** The tab. */
export class MacSettings {
  #api;
  #tabs;
  #note = elementById("mac-note", HTMLElement);
  #error = elementById("mac-error", HTMLElement);
  #restart = elementById("mac-restart", HTMLButtonElement);
  #log = new EmulatorLogView("mac-log");
  #emulators;
  /** @type {Config | null} */ #config = null;

  /**
   * @param {ConfigApi} api
   * @param {Tabs} tabs
   * @param {() => void} restart the Mac
   */
  constructor(api, tabs, restart) {
    this.#api = api;
    this.#tabs = tabs;
    tabs.offer(TAB, false);
    const [first, ...others] = createRows();
    elementById("mac-settings", HTMLElement).prepend(first, ...others);
    this.#emulators = new EmulatorChoice(first, this.#list("emulator"));
    confirmClicks(this.#restart, {
      text: this.#restart.textContent, question: t("Restart? Unsaved work is lost"), act: () => {
        this.#restart.hidden = true;
        this.#note.textContent = KEPT;
        restart(); // the notice over the screen says how far it is
      },
    });
    tabs.addEventListener("shown", () => {
      if (tabs.shownTab === TAB) void this.#load();
    });
    for (const name of /** @type {SettingName[]} */ (Object.keys(LISTS))) {
      const list = this.#list(name);
      list.addEventListener("change", () => void this.#save(name, list.value));
    }
  }

  /**
   * Set whether this person may change the settings.
   * @param {boolean} allowed
   */
  set allowed(allowed) {
    this.#tabs.offer(TAB, allowed);
    this.#log.setAvailable(allowed);
  }

  /**
   * Offer the server's codecs for new viewers.
   * @param {readonly CodecOffer[]} codecs
   */
  set codecs(codecs) {
    const list = this.#list("codec");
    if (list.length === codecs.length + 1) return;
    list.length = 1; // the default
    list.append(...codecs.map(({ name, label }) => new Option(translated(label), name)));
    this.#show();
  }

  async #load() {
    this.#note.textContent = KEPT;
    const loaded = await this.#try(() => Promise.all([this.#api.config(), this.#api.emulators()]));
    if (loaded) {
      this.#config = loaded[0];
      this.#emulators.offer(loaded[1]);
    }
    this.#show();
  }

  /**
   * @param {SettingName} name
   * @param {string} value "" is the default
   */
  async #save(name, value) {
    if (!this.#config) return;
    const chosen = NUMBERS.includes(name) ? Number(value) : value;
    const wanted = { ...this.#config, [name]: value === "" ? null : chosen };
    const saved = await this.#try(() => this.#api.setConfig(wanted));
    if (saved) {
      this.#config = saved;
      const restart = name === "emulator" ? this.#emulators.isChangedByRestart(value) : BUILT_IN_ONLY.includes(name);
      this.#note.textContent = restart ? AT_RESTART : NEXT_START;
      if (restart) this.#restart.hidden = false;
    }
    this.#show();
  }

  /** Show the settings; after a refusal those that are still in the file. */
  #show() {
    const isOther = this.#valueOf("emulator") !== "";
    for (const name of /** @type {SettingName[]} */ (Object.keys(LISTS))) {
      const list = this.#list(name);
      const value = this.#valueOf(name);
      if (![...list.options].some((option) => option.value === value)) list.add(new Option(value, value));
      list.value = value;
      list.disabled = this.#config === null || (isOther && BUILT_IN_ONLY.includes(name));
    }
  }

  /**
   * Return what the list of a setting has to show.
   * @param {SettingName} name
   */
  #valueOf(name) {
    const kept = String(this.#config?.[name] ?? "");
    return name === "emulator" ? valueOf(kept) : kept;
  }

  /** @param {SettingName} name */
  #list(name) {
    return elementById(LISTS[name], HTMLSelectElement);
  }

  /**
   * Do something, and tell the person if it fails.
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T | null>} null: it failed
   */
  async #try(act) {
    let sentence = "";
    try {
      return await act();
    } catch (error) {
      sentence = error instanceof RequestError ? translated(error.message) : t("The server does not answer.");
      return null;
    } finally {
      this.#error.textContent = sentence;
      this.#error.hidden = sentence === "";
    }
  }
}
