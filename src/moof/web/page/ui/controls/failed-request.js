// @ts-check
/** Says why a request of the HTTP API has failed. */

import { RequestError } from "../../connection/fetch-json.js";
import { t, translated } from "../../language/text.js";

/**
 * Return the server's sentence in the page's language, or that the server does not answer.
 * @param {unknown} error that the request has thrown
 */
export function describeFailure(error) {
  return error instanceof RequestError ? translated(error.message) : t("The server does not answer.");
}
