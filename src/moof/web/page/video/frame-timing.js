// @ts-check
/** Pictures as they come onto the screen: notes when, for the latency and for the counters. */

import { now } from "../latency/clock-offset.js";

/**
 * What Chromium tells about a frame of WebRTC video; other browsers leave some of it out.
 * @typedef {{rtpTimestamp?: number, receiveTime?: number, processingDuration?: number, presentationTime: number,
 *   expectedDisplayTime: number, width: number, height: number}} Metadata
 */

/**
 * @typedef {object} Presentation
 * @property {number} rtpTimestamp
 * @property {number} received its last packet, ms since 1970
 * @property {number} begun its decoding
 * @property {number} decoded
 * @property {number} shown ms since 1970
 * @property {number} width
 * @property {number} height
 */

/**
 * Calls back for each frame of the video that is shown, for as long as the page lives.
 * @param {HTMLVideoElement} video
 * @param {(frame: Presentation) => void} onFrame
 */
export function watchVideo(video, onFrame) {
  if (!("requestVideoFrameCallback" in video)) return watchVideoRoughly(video, onFrame);
  /** @param {number} _time @param {Metadata} metadata */
  const presented = (_time, metadata) => {
    const { width, height, rtpTimestamp = 0 } = metadata;
    onFrame({ rtpTimestamp, width, height, ...times(metadata) });
    video.requestVideoFrameCallback(presented);
  };
  video.requestVideoFrameCallback(presented);
}

/**
 * The frame's way through the browser, each time no earlier than the one before.
 * @param {Metadata} metadata
 */
function times({ receiveTime, processingDuration = 0, presentationTime, expectedDisplayTime }) {
  const shown = Math.max(expectedDisplayTime, presentationTime);
  const received = Math.min(receiveTime ?? shown, shown);
  const decoded = Math.max(presentationTime, received);
  const begun = Math.max(decoded - 1000 * processingDuration, received);
  const origin = performance.timeOrigin;
  return { received: origin + received, begun: origin + begun, decoded: origin + decoded, shown: origin + shown };
}

/**
 * Without the callback there is no matching of frames and messages: it only is known that there is a picture.
 * @param {HTMLVideoElement} video
 * @param {(frame: Presentation) => void} onFrame
 */
function watchVideoRoughly(video, onFrame) {
  video.addEventListener("timeupdate", () => {
    const shown = now();
    const { videoWidth: width, videoHeight: height } = video;
    onFrame({ rtpTimestamp: 0, received: shown, begun: shown, decoded: shown, shown, width, height });
  });
}

/**
 * What was painted just now is shown with the next animation frame.
 * @param {(shown: number) => void} then ms since 1970
 */
export function whenShown(then) {
  requestAnimationFrame(() => then(now()));
}
