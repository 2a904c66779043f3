// @ts-check
/**
 * Records what the page shows, and the Mac's sound, with the browser's MediaRecorder. Each frame is copied to a canvas
 * of one size: the recording goes on through another codec, connection or size of the Mac's screen.
 */

import { pictureSize } from "./screenshot.js";

/** In order of preference; a browser has at least one of them, if it can record at all. */
const TYPES = ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];

/** Text and thin lines need more than browsers would take, bits a second. */
const VIDEO_BITS = 8_000_000;

/** The recorder hands over what it has at this interval, ms; a still picture is copied again, so that it has a length. */
const INTERVAL = 1_000;

/** The recording is kept in memory: above this it ends and is saved, bytes. */
const MAX_BYTES = 1_000_000_000;

/** @typedef {HTMLVideoElement | HTMLCanvasElement} Shown */
/** @typedef {EventTarget & {readonly picture: Shown}} FrameSource dispatches "frame", see Display */

/**
 * @typedef {object} Recorded
 * @property {Blob} file
 * @property {string} extension webm or mp4
 * @property {number} length ms
 * @property {"stopped" | "full" | "failed"} reason
 */

/**
 * Return the type of file that this browser records.
 * @returns {string | null} null: it cannot record
 */
export function recordingType() {
  const able = typeof MediaRecorder === "function" && "captureStream" in HTMLCanvasElement.prototype;
  return able ? TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null : null;
}

/** One recording, which begins at once. */
export class ScreenRecording {
  #source;
  #canvas = document.createElement("canvas");
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d", { alpha: false }));
  #recorder;
  /** @type {Blob[]} */ #parts = [];
  #bytes = 0;
  #begun = performance.now();
  /** @type {Recorded["reason"]} */ #reason = "stopped";
  #timer;
  #draw = () => this.#copyFrame();

  /**
   * @param {FrameSource} source it must show a frame
   * @param {MediaStreamTrack[]} sound none: only the picture is recorded
   * @param {string} type see recordingType
   * @param {(recorded: Recorded) => void} done the recording has ended
   * @param {number} [maxBytes] of the file
   */
  constructor(source, sound, type, done, maxBytes = MAX_BYTES) {
    this.#source = source;
    Object.assign(this.#canvas, pictureSize(source.picture));
    const stream = this.#canvas.captureStream();
    for (const track of sound) stream.addTrack(track);
    this.#recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: VIDEO_BITS });
    this.#recorder.addEventListener("dataavailable", ({ data }) => this.#keep(data, maxBytes));
    this.#recorder.addEventListener("error", () => this.#end("failed"));
    this.#recorder.addEventListener("stop", () => done(this.#close(type)));
    source.addEventListener("frame", this.#draw);
    this.#timer = setInterval(this.#draw, INTERVAL);
    this.#recorder.start(INTERVAL);
    this.#copyFrame();
  }

  /** How long it has been recording, ms. */
  get length() {
    return performance.now() - this.#begun;
  }

  /** End the recording. */
  stop() {
    this.#end("stopped");
  }

  /** @param {Recorded["reason"]} reason */
  #end(reason) {
    if (this.#recorder.state === "inactive") return;
    this.#reason = reason;
    this.#recorder.stop();
  }

  /**
   * @param {Blob} part
   * @param {number} maxBytes
   */
  #keep(part, maxBytes) {
    this.#parts.push(part);
    this.#bytes += part.size;
    if (this.#bytes > maxBytes) this.#end("full");
  }

  /**
   * @param {string} type
   * @returns {Recorded}
   */
  #close(type) {
    clearInterval(this.#timer);
    this.#source.removeEventListener("frame", this.#draw);
    const container = type.replace(/;.*/, "");
    const file = new Blob(this.#parts, { type: container });
    return { file, extension: container.replace("video/", ""), length: this.length, reason: this.#reason };
  }

  /** Copy the frame in its own pixels; one of another size than the first is fitted into the recording. */
  #copyFrame() {
    const shown = this.#source.picture;
    const { width, height } = pictureSize(shown);
    if (width === 0 || height === 0) return; // between two connections the last frame stays
    const { width: wide, height: high } = this.#canvas;
    const scale = Math.min(wide / width, high / height);
    const [x, y] = [(wide - width * scale) / 2, (high - height * scale) / 2];
    if (x > 0 || y > 0) this.#context.fillRect(0, 0, wide, high); // black
    this.#context.drawImage(shown, x, y, width * scale, height * scale);
  }
}
