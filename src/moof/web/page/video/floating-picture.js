// @ts-check
/**
 * The Mac's picture in a small window above all others (Picture-in-Picture). It is a second video: the page's own one
 * would be empty meanwhile.
 */

/** @import { FrameSource } from "./screen-recording.js" */

/** How long to wait for a frame, ms: a person's click allows the window for five seconds. */
const FRAME_TIMEOUT = 3_000;

/**
 * Return whether the browser gives pages such a window; Firefox has one for people only.
 * @returns {boolean}
 */
export const canFloat = () => document.pictureInPictureEnabled && "requestPictureInPicture" in HTMLVideoElement.prototype;

/** Opens and closes the window, and follows the page's picture from video to canvas and back. */
export class FloatingPicture {
  #source;
  #video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  /** @type {MediaStream | null} */ #ownStream = null;
  /** @type {unknown} */ #followed = null;
  #follow = () => this.#showSource();

  /**
   * @param {FrameSource} source
   * @param {() => void} onChange the window has been opened or closed
   */
  constructor(source, onChange) {
    this.#source = source;
    this.#video.addEventListener("enterpictureinpicture", onChange);
    this.#video.addEventListener("leavepictureinpicture", () => {
      this.#release();
      onChange();
    });
  }

  /** The window is open. */
  get open() {
    return document.pictureInPictureElement === this.#video;
  }

  /** Open the window, or close it. Rejected with an Error or a DOMException if the browser refuses. */
  async toggle() {
    if (this.open) {
      await document.exitPictureInPicture();
      return;
    }
    try {
      this.#showSource();
      this.#source.addEventListener("frame", this.#follow);
      await this.#firstFrame();
      await this.#video.requestPictureInPicture();
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Wait until the window's video has a size. */
  async #firstFrame() {
    if (this.#video.readyState >= HTMLMediaElement.HAVE_METADATA) return;
    await new Promise((resolve, reject) => {
      this.#video.addEventListener("loadedmetadata", resolve, { once: true });
      setTimeout(() => reject(new Error("no picture arrived")), FRAME_TIMEOUT);
    });
  }

  /** Show what the page shows: the same stream, or one made from the canvas. */
  #showSource() {
    const shown = this.#source.picture;
    const followed = shown instanceof HTMLVideoElement ? shown.srcObject : shown;
    if (followed === this.#followed) return;
    this.#followed = followed;
    this.#stopOwnStream();
    if (shown instanceof HTMLCanvasElement) this.#ownStream = streamOf(shown);
    this.#video.srcObject = this.#ownStream ?? (shown instanceof HTMLVideoElement ? shown.srcObject : null);
    this.#video.play().catch(() => {
      // Another stream has replaced this one meanwhile.
    });
  }

  #release() {
    this.#source.removeEventListener("frame", this.#follow);
    this.#stopOwnStream();
    this.#video.srcObject = null;
    this.#followed = null;
  }

  #stopOwnStream() {
    for (const track of this.#ownStream?.getTracks() ?? []) track.stop();
    this.#ownStream = null;
  }
}

/**
 * Return a stream of what a canvas shows. It would begin with the next change: one pixel is drawn again.
 * @param {HTMLCanvasElement} canvas with a 2D context
 * @returns {MediaStream}
 */
function streamOf(canvas) {
  const stream = canvas.captureStream();
  canvas.getContext("2d")?.drawImage(canvas, 0, 0, 1, 1, 0, 0, 1, 1);
  return stream;
}
