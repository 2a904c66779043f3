// @ts-check
/** Quality and bit rate of this page's own picture, in the panel "Settings"; the browser keeps them. */

import { t } from "../../language/text.js";
import { createChoiceRow } from "../controls/choice-row.js";
import { elementById } from "../controls/elements.js";
import { readStorage, writeStorage } from "./settings.js";

/** @import { QualityRequestMessage } from "../../connection/quality-messages.js" */
/** @import { SessionState } from "../../connection/session-state.js" */

const STORED = "pictureWishes";
const DEFAULT = "sharp";
/** Bits a second that are offered; the server takes others, too. */
const LIMITS = [8_000_000, 4_000_000, 2_000_000, 1_000_000, 500_000, 250_000];

/** What the server takes, bits a second. */
const [LOWEST, HIGHEST] = [100_000, 50_000_000];

/** @typedef {{quality: string, limit: number | null}} PictureWishes `limit` in bits a second, null: none */

/**
 * The two rows, and what they send: at the beginning of each session if anything else than the default is chosen, and
 * at each choice. A server that lists no qualities in its hello is sent nothing, and the rows are not there.
 */
export class QualityChoice {
  #send;
  #wishes = load();
  /** The viewer that the server has been told of, "" before. */
  #viewer = "";
  #names = "";
  #rows;
  #quality;
  #limit;

  /** @param {(message: QualityRequestMessage) => void} send */
  constructor(send) {
    this.#send = send;
    this.#rows = [
      createChoiceRow("quality", t("Quality"), []),
      createChoiceRow("bit-rate", t("Bit rate"), [["", t("no limit")], ...LIMITS.map(describe)]),
    ];
    for (const row of this.#rows) row.hidden = true;
    elementById("codec-note", HTMLElement).after(...this.#rows);
    this.#quality = elementById("quality", HTMLSelectElement);
    this.#limit = elementById("bit-rate", HTMLSelectElement);
    this.#quality.title = t("How much detail your own picture has. Others’ pictures stay as they are, and lossless ones always have all.");
    this.#limit.title = t("The most that your own picture takes of your connection; sound comes on top.");
    for (const list of [this.#quality, this.#limit]) list.addEventListener("change", () => this.#choose());
  }

  /**
   * Take the session's state: what the server offers, and whether it knows the wishes.
   * @param {Partial<Pick<SessionState, "qualities">> & Pick<SessionState, "viewer">} state older servers have no qualities
   */
  show({ qualities = [], viewer }) {
    this.#offer(qualities);
    if (!qualities.length || viewer === this.#viewer) return;
    this.#viewer = viewer;
    if (this.#wishes.quality !== DEFAULT || this.#wishes.limit !== null) this.#request();
  }

  /** @param {readonly string[]} qualities */
  #offer(qualities) {
    if (qualities.join() === this.#names) return;
    this.#names = qualities.join();
    const labels = new Map([["sharp", t("sharp")], ["balanced", t("balanced")], ["saving", t("saves data")]]);
    this.#quality.replaceChildren(...qualities.map((name) => new Option(labels.get(name) ?? name, name)));
    if (!qualities.includes(this.#wishes.quality)) this.#wishes.quality = qualities[0] ?? DEFAULT;
    for (const row of this.#rows) row.hidden = qualities.length === 0;
    for (const list of [this.#quality, this.#limit]) list.disabled = qualities.length === 0;
    this.#quality.value = this.#wishes.quality;
    const limit = String(this.#wishes.limit ?? "");
    if (![...this.#limit.options].some(({ value }) => value === limit)) {
      const [value, text] = describe(Number(limit));
      this.#limit.add(new Option(text, value));
    }
    this.#limit.value = limit;
  }

  #choose() {
    this.#wishes = { quality: this.#quality.value, limit: this.#limit.value === "" ? null : Number(this.#limit.value) };
    writeStorage(STORED, this.#wishes);
    this.#request();
  }

  #request() {
    const { quality, limit } = this.#wishes;
    this.#send({ type: "quality", quality: /** @type {QualityRequestMessage["quality"]} */ (quality), limit });
  }
}

/**
 * Return the entry of a bit rate: its value, and what people read.
 * @param {number} limit bits a second
 * @returns {[string, string]}
 */
function describe(limit) {
  const text = limit < 1_000_000
    ? t("at most {n} kbit/s", { n: Math.round(limit / 1_000) })
    : t("at most {n} Mbit/s", { n: Number((limit / 1_000_000).toFixed(1)) });
  return [String(limit), text];
}

/**
 * Return what is stored, or the default: other pages of this origin may have stored anything.
 * @returns {PictureWishes}
 */
function load() {
  const { quality, limit } = /** @type {{quality?: unknown, limit?: unknown}} */ (readStorage(STORED) ?? {});
  return {
    quality: typeof quality === "string" ? quality : DEFAULT,
    limit: typeof limit === "number" && Number.isInteger(limit) && limit >= LOWEST && limit <= HIGHEST ? limit : null,
  };
}
