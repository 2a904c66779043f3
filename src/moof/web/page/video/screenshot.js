// @ts-check
/** The picture that the page shows, as a PNG file: one pixel of the file is one pixel of the Mac. */

import { t } from "../language/text.js";

/**
 * Return the size of what an element shows, in its own pixels.
 * @param {HTMLVideoElement | HTMLCanvasElement} shown
 * @returns {{width: number, height: number}} zeros before the first frame
 */
export function pictureSize(shown) {
  return shown instanceof HTMLVideoElement
    ? { width: shown.videoWidth, height: shown.videoHeight }
    : { width: shown.width, height: shown.height };
}

/**
 * Copy the frame that an element shows now, and encode it. The codec's losses are in it; lossless codecs have none.
 * @param {HTMLVideoElement | HTMLCanvasElement} shown
 * @returns {Promise<Blob>} image/png; rejected with an Error if there is no frame
 */
export function takeScreenshot(shown) {
  const copy = Object.assign(document.createElement("canvas"), pictureSize(shown));
  // drawImage throws without a frame; the copy is taken now, the encoding may take its time.
  return new Promise((resolve, reject) => {
    copy.getContext("2d", { alpha: false })?.drawImage(shown, 0, 0);
    copy.toBlob((file) => {
      if (file) resolve(file);
      else reject(new Error(t("There is no picture")));
    }, "image/png");
  });
}
