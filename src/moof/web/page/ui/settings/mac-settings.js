// @ts-check
/** The tab "The Mac" of the settings: what moof.toml says of the next start, over the HTTP API; for owners. */

import { t, translated } from "../../language/text.js";
import { Attempts, sentenceIn } from "../controls/attempts.js";
import { createChoiceRow } from "../controls/choice-row.js";
import { confirmClicks } from "../controls/confirmed-button.js";
import { elementById } from "../controls/elements.js";
import { EmulatorLogView } from "../emulator-log.js";

/** @import { Config, ConfigApi } from "../../connection/config-api.js" */
/** @import { CodecOffer } from "../../connection/signaling-messages.js" */

const TAB = "mac-tab";
const KEPT = t("Changes are kept in moof.toml; Moof’s command line comes before them.");
const AT_RESTART = t("Saved. It takes effect when the Mac is started again.");
const NEXT_START = t("Saved. It takes effect when Moof itself is started again.");

/** Lists of the tab by the name of the setting; their values are text, those of the settings text or numbers. */
const LISTS = /** @type {const} */ ({
  size: "mac-size", depth: "mac-depth", ram: "mac-ram", codec: "mac-codec",
  audio_packet_ms: "mac-sound-packet", audio_bitrate: "mac-sound-rate",
});
/** What only the built-in Mac takes from there. */
const BUILT_IN_ONLY = /** @type {readonly string[]} */ (["size", "depth", "ram"]);
const NUMBERS = /** @type {readonly string[]} */ (["depth", "ram", "audio_packet_ms", "audio_bitrate"]);

/** @typedef {keyof typeof LISTS} SettingName */

const SIZES = ["512x342", "640x480", "832x624", "1024x768", "1152x870", "1920x1080"];
const MEMORY = ["4", "16", "32", "64"];

/** The built-in Mac's name in moof.toml. */
const BUILT_IN = "mac";

/** Return the rows of the tab. */
function createRows() {
  return [
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
  ];
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
  #attempts = new Attempts(sentenceIn(elementById("mac-error", HTMLElement)));
  #restart = elementById("mac-restart", HTMLButtonElement);
  #log = new EmulatorLogView("mac-log");
  /** @type {Config | null} */ #config = null;
  #saving = Promise.resolve();
  #unsaved = 0;

  /**
   * @param {ConfigApi} api
   * @param {Tabs} tabs
   * @param {() => void} restart the Mac
   */
  constructor(api, tabs, restart) {
    this.#api = api;
    this.#tabs = tabs;
    tabs.offer(TAB, false);
    elementById("mac-settings", HTMLElement).prepend(...createRows());
    confirmClicks(this.#restart, {
      text: this.#restart.textContent, question: t("Restart? Unsaved work is lost"), act: () => {
        this.#restart.hidden = true;
        this.#note.textContent = KEPT;
        restart(); // the notice over the screen says how far it is
      },
    });
    tabs.addEventListener("shown", () => {
      if (tabs.shownTab === TAB) void this.reload();
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

  /** Say that something takes effect when the Mac is started again, and offer that. */
  offerRestart() {
    this.#note.textContent = AT_RESTART;
    this.#restart.hidden = false;
  }

  /** Show what the file says now. */
  async reload() {
    this.#note.textContent = KEPT;
    await (this.#saving = this.#saving.then(async () => {
      this.#config = await this.#attempts.try(() => this.#api.config()) ?? this.#config;
    }));
    if (this.#unsaved === 0) this.#show();
  }

  /**
   * @param {SettingName} name
   * @param {string} value "" is the default
   */
  async #save(name, value) {
    this.#unsaved++;
    await (this.#saving = this.#saving.then(() => this.#store(name, value)));
    if (--this.#unsaved === 0) this.#show();
  }

  /**
   * Store a setting; one after the other, since each is sent with all others.
   * @param {SettingName} name
   * @param {string} value
   */
  async #store(name, value) {
    if (!this.#config) return;
    const chosen = NUMBERS.includes(name) ? Number(value) : value;
    const wanted = { ...this.#config, [name]: value === "" ? null : chosen };
    const saved = await this.#attempts.try(() => this.#api.setConfig(wanted));
    if (saved) {
      this.#config = saved;
      if (BUILT_IN_ONLY.includes(name)) this.offerRestart();
      else this.#note.textContent = NEXT_START;
    }
  }

  /** Show the settings; after a refusal those that are still in the file. */
  #show() {
    const isOther = (this.#config?.emulator ?? BUILT_IN) !== BUILT_IN;
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
    return String(this.#config?.[name] ?? "");
  }

  /** @param {SettingName} name */
  #list(name) {
    return elementById(LISTS[name], HTMLSelectElement);
  }
}
