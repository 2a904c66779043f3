// @ts-check
/**
 * Sends a file to the server so that a cut line costs little: the upload goes on where it was, after a reload of the
 * page, too. The protocol is tus 1.0.0 (docs/protocol.md). For documents, disk images, states.
 */

import { t } from "../language/text.js";
import { RequestError, refusal } from "./request-json.js";

/** Bytes of a request. A proxy that collects whole requests loses one at most. */
const PIECE = 4 << 20;
const STORAGE_KEY = "moof.uploads";
/** Uploads that are remembered for the next visit. */
const MAX_REMEMBERED = 20;
/** Seconds between attempts, the last one again and again. */
const DELAYS = [1, 2, 4, 8, 15];
/** Milliseconds without any progress, of a request and of the whole upload. */
const STALL = 30_000;
const PATIENCE = 600_000;
/** HTTP statuses after which the same request may succeed: of proxies while a server starts, and 409 of another offset. */
const TRANSIENT = new Set([0, 400, 408, 409, 423, 425, 429, 500, 502, 503, 504]);

/**
 * @typedef {object} UploadProgress
 * @property {number} part that is sent, 0 to 1
 * @property {boolean} cut the line is cut; the upload goes on when it is back
 */

/** The line is cut; the same file goes on later where it was. */
export class LineCutError extends Error {
  constructor() {
    super("the connection is lost");
  }
}

/** An upload of one file. */
export class ResumableUpload {
  #content;
  #name;
  #key;
  #create;
  #tell;
  #stop;
  #delays;
  /** @type {string | undefined} */ #url;
  /** Bytes that the server has; -1 if it has to be asked. */
  #offset = -1;
  #attempt = 0;
  /** When there was progress last. */
  #since = performance.now();

  /**
   * @param {string} folder as the API calls it: documents, disks …
   * @param {string} name of the file there
   * @param {Blob} content
   * @param {object} options
   * @param {(progress: UploadProgress) => void} options.progress
   * @param {AbortSignal} [options.signal] ends the upload and removes what has arrived of it
   * @param {boolean} [options.replace] a file of this name
   * @param {number[]} [options.delays] seconds
   */
  constructor(folder, name, content, { progress, signal, replace = false, delays = DELAYS }) {
    this.#content = content;
    this.#name = name;
    this.#create = `api/uploads?folder=${folder}&replace=${replace}`;
    this.#key = [location.pathname, folder, name, content.size, content instanceof File ? content.lastModified : 0].join(" ");
    this.#tell = progress;
    this.#stop = signal;
    this.#delays = delays;
  }

  /**
   * Send the file; resolves when the server has stored it. Throws RequestError with the server's sentence (409 if the name
   * is taken), LineCutError after ten minutes without a line, Error for a file that has changed, and the signal's reason.
   */
  async run() {
    this.#url = recall(this.#key);
    for (;;) {
      try {
        if (await this.#step()) break;
      } catch (error) {
        await this.#recover(error);
      }
    }
    forget(this.#key);
  }

  /** Send the next piece; return whether it was the last one. */
  async #step() {
    if (this.#url === undefined) [this.#url, this.#offset] = [await this.#begin(), 0];
    else if (this.#offset < 0) this.#offset = offsetOf(await this.#request("HEAD", this.#url, {}));
    const before = this.#offset;
    this.#offset = await this.#send(this.#url, before);
    if (this.#offset > before) [this.#attempt, this.#since] = [0, performance.now()];
    return this.#offset >= this.#content.size;
  }

  /**
   * Wait until the upload may go on; throw what ends it.
   * @param {unknown} error
   */
  async #recover(error) {
    await this.#discardIfOver(error);
    if (gone(error) && this.#url !== undefined) {
      this.#url = undefined;
      forget(this.#key);
      if (this.#attempt++ < this.#delays.length) return;
    }
    const isCut = error instanceof LineCutError || isTransient(error, this.#url);
    if (!isCut || performance.now() - this.#since > PATIENCE) throw error;
    this.#tell({ part: Math.max(0, this.#offset) / (this.#content.size || 1), cut: true });
    this.#offset = -1; // the server knows
    await this.#pause(this.#attempt++);
  }

  /** @returns {Promise<string>} the upload's address */
  async #begin() {
    const request = await this.#request("POST", this.#create, {
      "upload-length": String(this.#content.size), "upload-metadata": `filename ${base64(this.#name)}`,
    });
    const location = new URL(request.getResponseHeader("location") ?? "", request.responseURL).href;
    remember(this.#key, location);
    return location;
  }

  /**
   * Send the next piece; return where the server is then.
   * @param {string} url
   * @param {number} offset
   */
  async #send(url, offset) {
    const size = this.#content.size;
    const headers = { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" };
    const piece = this.#content.slice(offset, offset + PIECE);
    const request = await this.#request("PATCH", url, headers, piece, (sent) =>
      this.#tell({ part: size > 0 ? Math.min(1, (offset + sent) / size) : 1, cut: false }));
    return offsetOf(request);
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Record<string, string>} headers
   * @param {Blob | null} [body]
   * @param {(sent: number) => void} [progress] is called with the bytes that are sent
   * @returns {Promise<XMLHttpRequest>} fetch tells nothing of what is sent
   */
  #request(method, url, headers, body = null, progress = () => {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      for (const [name, value] of Object.entries({ "tus-resumable": "1.0.0", ...headers })) request.setRequestHeader(name, value);
      const abort = () => request.abort();
      let stall = setTimeout(abort, STALL);
      request.upload.addEventListener("progress", ({ loaded }) => {
        clearTimeout(stall);
        stall = setTimeout(abort, STALL);
        progress(loaded);
      });
      request.addEventListener("loadend", () => {
        clearTimeout(stall);
        this.#stop?.removeEventListener("abort", abort);
        if (request.status >= 200 && request.status < 300) resolve(request);
        else if (request.status === 0) reject(new LineCutError());
        else reject(refusalOf(request));
      });
      this.#stop?.addEventListener("abort", abort);
      if (this.#stop?.aborted) reject(new LineCutError());
      else request.send(body);
    });
  }

  /**
   * Remove what has arrived, and throw why, if the upload was ended or its file has changed.
   * @param {unknown} error
   */
  async #discardIfOver(error) {
    if (this.#stop?.aborted) await this.#discard(this.#stop.reason);
    if (error instanceof LineCutError && !await this.#canRead()) {
      await this.#discard(new Error(t("The file has changed, or cannot be read any more. Copy it again.")));
    }
  }

  /** A browser ends a request as if the line were cut when it cannot read the file: that will not change. */
  async #canRead() {
    const offset = Math.max(0, Math.min(this.#offset, this.#content.size - 1));
    return this.#content.slice(offset, offset + 1).arrayBuffer().then(() => true, () => false);
  }

  /**
   * Remove what has arrived, and throw why the upload was ended.
   * @param {unknown} reason
   * @returns {Promise<never>}
   */
  async #discard(reason) {
    forget(this.#key);
    if (this.#url !== undefined) await fetch(this.#url, { method: "DELETE" }).catch(() => null); // else it expires
    throw reason;
  }

  /**
   * Wait until the next attempt, or until the browser says that it is online.
   * @param {number} attempt
   */
  async #pause(attempt) {
    const seconds = this.#delays[Math.min(attempt, this.#delays.length - 1)] ?? 0;
    await new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
      setTimeout(resolve, seconds * 1_000);
      window.addEventListener("online", resolve, { once: true });
      this.#stop?.addEventListener("abort", resolve, { once: true });
    });
  }
}

/** @param {XMLHttpRequest} request */
function refusalOf({ responseText, status }) {
  try {
    return refusal(JSON.parse(responseText), status);
  } catch { /* a proxy's page, for example */ }
  return refusal(null, status);
}

/** @param {XMLHttpRequest} request */
function offsetOf(request) {
  const offset = Number(request.getResponseHeader("upload-offset") ?? NaN);
  if (!Number.isInteger(offset)) throw new LineCutError(); // a proxy has answered
  return offset;
}

/** @param {unknown} error */
function gone(error) {
  return error instanceof RequestError && (error.status === 404 || error.status === 410);
}

/**
 * @param {unknown} error
 * @param {string | undefined} url the upload's; what is refused before there is one stays refused
 */
function isTransient(error, url) {
  return error instanceof RequestError && TRANSIENT.has(error.status) && (url !== undefined || error.status >= 500);
}

/** @param {string} text */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** @returns {Record<string, string>} the addresses of unfinished uploads, by what they upload; the newest last */
function remembered() {
  try {
    /** @type {unknown} */
    const value = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    return value !== null && typeof value === "object" ? /** @type {Record<string, string>} */ (value) : {};
  } catch {
    return {};
  }
}

/** @param {[string, string][]} entries */
function keep(entries) {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(entries.slice(-MAX_REMEMBERED))));
  } catch {
    // Storage is full or forbidden: after a reload the file is sent from its begin.
  }
}

/**
 * @param {string} key
 * @returns {string | undefined}
 */
function recall(key) {
  const url = remembered()[key];
  return typeof url === "string" ? url : undefined;
}

/**
 * @param {string} key
 * @param {string} url
 */
function remember(key, url) {
  keep([...Object.entries(remembered()).filter(([each]) => each !== key), [key, url]]);
}

/** @param {string} key */
function forget(key) {
  keep(Object.entries(remembered()).filter(([each]) => each !== key));
}
