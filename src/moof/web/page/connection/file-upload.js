// @ts-check
/** Uploads files to the server's HTTP API, and tells how much is sent. */

import { RequestError } from "./fetch-json.js";

/**
 * Send a file. Throws RequestError with the server's sentence if it is refused, another error if there is no answer.
 * @param {string} url
 * @param {Blob} content
 * @param {(part: number) => void} progress is called with the part that is sent, 0 to 1
 * @returns {Promise<void>}
 */
export function uploadFile(url, content, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of what is sent
    request.open("PUT", url);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total > 0 ? loaded / total : 0));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve();
      else reject(new RequestError(sentence(request), request.status));
    });
    request.addEventListener("error", () => reject(new Error("the connection is lost")));
    request.send(content);
  });
}

/** @param {XMLHttpRequest} request */
function sentence(request) {
  try {
    /** @type {unknown} */
    const answer = JSON.parse(request.responseText);
    const { detail } = /** @type {{detail?: string}} */ (answer ?? {});
    if (detail) return detail;
  } catch { /* a proxy's page, for example */ }
  return `HTTP status ${request.status}`;
}
