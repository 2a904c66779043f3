// @ts-check
/** When video frames and painted tiles appear on the screen, and how many do. */

import { now } from "../latency/clock-offset.js";

/** The frame rate is counted over this time, ms. */
const RATE_WINDOW = 1000;
const MAX_RECENT = 300;

/**
 * When a frame passed each step inside of the browser, ms since 1970 by the browser's clock.
 * @typedef {object} FrameTimes
 * @property {number} received its last packet arrived
 * @property {number} begun decoding began
 * @property {number} decoded
 * @property {number} shown it appeared on the screen
 */

/** @typedef {FrameTimes & {rtpTimestamp: number, width: number, height: number}} VideoFrameTimes */

/**
 * Call back for each displayed frame of the video, for as long as the page lives.
 * @param {HTMLVideoElement} video
 * @param {(frame: VideoFrameTimes) => void} onFrame
 */
export function watchVideoFrames(video, onFrame) {
  if (!("requestVideoFrameCallback" in video)) {
    watchWithoutTimes(video, onFrame);
    return;
  }
  /** @type {VideoFrameRequestCallback} */
  const onPresented = (_time, metadata) => {
    const { width, height, rtpTimestamp = 0 } = metadata;
    onFrame({ rtpTimestamp, width, height, ...frameTimes(metadata) });
    video.requestVideoFrameCallback(onPresented);
  };
  video.requestVideoFrameCallback(onPresented);
}

/**
 * Return the frame's times, each no earlier than the one before. Browsers other than Chromium leave some of them out.
 * @param {VideoFrameCallbackMetadata} metadata
 * @returns {FrameTimes}
 */
function frameTimes({ receiveTime, processingDuration = 0, presentationTime, expectedDisplayTime }) {
  const shown = Math.max(expectedDisplayTime, presentationTime);
  const received = Math.min(receiveTime ?? shown, shown);
  const decoded = Math.max(presentationTime, received);
  const begun = Math.max(decoded - 1000 * processingDuration, received);
  const origin = performance.timeOrigin;
  return { received: origin + received, begun: origin + begun, decoded: origin + decoded, shown: origin + shown };
}

/**
 * Without requestVideoFrameCallback frames cannot be matched with messages: only that there are frames is known.
 * @param {HTMLVideoElement} video
 * @param {(frame: VideoFrameTimes) => void} onFrame
 */
function watchWithoutTimes(video, onFrame) {
  video.addEventListener("timeupdate", () => {
    const shown = now();
    const { videoWidth: width, videoHeight: height } = video;
    onFrame({ rtpTimestamp: 0, received: shown, begun: shown, decoded: shown, shown, width, height });
  });
}

/**
 * Call back when what was just painted is shown: at the next animation frame.
 * @param {(shown: number) => void} callback ms since 1970
 */
export function afterNextPaint(callback) {
  requestAnimationFrame(() => callback(now()));
}

/** Counts displayed frames. */
export class FrameCounter {
  /**
   * When the newest frames were displayed, ms.
   * @type {number[]}
   */
  #recent = [];
  frames = 0;
  /** Bytes of tiles; those of video are in the browser's own statistics. */
  tileBytes = 0;

  /**
   * Count a frame.
   * @param {number} time ms, of a monotonic clock
   */
  count(time) {
    this.frames += 1;
    this.#recent.push(time);
    if (this.#recent.length > MAX_RECENT) this.#recent.shift();
  }

  /**
   * Return the frames of the last second.
   * @param {number} time ms, of the same clock
   * @returns {number}
   */
  fps(time) {
    return this.#recent.filter((displayed) => time - displayed <= RATE_WINDOW).length;
  }
}
