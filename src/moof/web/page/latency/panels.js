// @ts-check
/** The two waterfalls of the latency panel: a ping, and below it audio. */

import { t } from "../language/text.js";
import { elementById } from "../ui/controls/elements.js";
import { AUDIO_PARTS, audioLatency, describeClock } from "./audio-latency.js";
import { PARTS } from "./meter.js";
import { Waterfall } from "./waterfall.js";

/** @import { AudioReceiverStats } from "../audio/receiver-stats.js" */
/** @import { LatencyMeter, Part } from "./meter.js" */

/** @type {Record<Part, string>} */
const PING_LABELS = {
  up: t("Browser to server"),
  ipc: t("Server to Mac"),
  mac: t("In the Mac"),
  wait: t("Read by the server"),
  encode: t("Encoding"),
  network: t("Server to browser"),
  buffer: t("Jitter buffer"),
  decode: t("Decoding"),
  display: t("Display"),
  total: t("Total"),
};

/** @type {Record<typeof AUDIO_PARTS[number] | "total", string>} */
const AUDIO_LABELS = {
  wait: t("Until the deadline"),
  encode: t("Encoding"),
  network: t("Server to browser"),
  buffer: t("Jitter buffer"),
  output: t("Sound card"),
  total: t("Total"),
};

/**
 * Return the sentence about the pings of the last minute.
 * @param {number | undefined} usual ms, the median; undefined: not measured yet
 * @param {number | undefined} slow ms, the 95th percentile
 * @returns {string}
 */
export function describePings(usual, slow) {
  if (usual === undefined || slow === undefined) return t("Not measured yet: the first figures take a few seconds.");
  const values = { usual: Math.round(usual), slow: Math.round(slow) };
  return t("From a click to its picture: usually {usual} ms, nearly always within {slow} ms.", values);
}

/** The latency of pings, in the panel and on its button. */
export class PingPanel {
  #meter;
  #panel = elementById("latency-panel", HTMLElement);
  #text = elementById("latency-text", HTMLElement);
  #button = elementById("latency", HTMLElement);
  #summary = elementById("latency-summary", HTMLElement);
  #waterfall = new Waterfall(elementById("latency-parts", HTMLElement), PARTS, PING_LABELS);

  /** @param {LatencyMeter} meter */
  constructor(meter) {
    this.#meter = meter;
    this.#panel.addEventListener("beforetoggle", () => this.#fill());
  }

  /** Show the newest figures. */
  update() {
    const total = this.#meter.quantile(0.5)?.total;
    this.#text.textContent = total === undefined ? "–" : `${Math.round(total)} ms`;
    this.#button.title = describePings(total, this.#meter.quantile(0.95)?.total);
    if (this.isOpen) this.#fill();
  }

  /** Whether somebody looks at the figures. */
  get isOpen() {
    return this.#panel.matches(":popover-open");
  }

  #fill() {
    const [usual, slow] = [this.#meter.quantile(0.5), this.#meter.quantile(0.95)];
    this.#summary.textContent = describePings(usual?.total, slow?.total);
    this.#waterfall.update(usual, slow);
  }
}

/** The latency of audio, in the panel. */
export class AudioPanel {
  #stats;
  #panel = elementById("latency-panel", HTMLElement);
  #note = elementById("audio-note", HTMLElement);
  #waterfall = new Waterfall(elementById("audio-parts", HTMLElement), AUDIO_PARTS, AUDIO_LABELS);

  /** @param {AudioReceiverStats} stats */
  constructor(stats) {
    this.#stats = stats;
    this.#panel.addEventListener("beforetoggle", () => this.#fill());
  }

  /** Show the newest figures. */
  update() {
    if (this.#panel.matches(":popover-open")) this.#fill();
  }

  #fill() {
    this.#note.textContent = describeClock(this.#stats);
    this.#waterfall.update(audioLatency(this.#stats));
  }
}
