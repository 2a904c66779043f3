// @ts-check
/** Reads JSON from the server; what sends it is in request-json.js, which the first picture does not need. */

/**
 * Return the body of a GET request. Throws if the server answers with an error, or with something else than JSON.
 * @param {string} url
 * @returns {Promise<unknown>}
 */
export async function fetchJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP status ${response.status}`);
  /** @type {unknown} */
  const body = await response.json();
  return body;
}
