// @ts-check
/** Says why a request of the HTTP API has failed. */

import { RequestError } from "../../connection/request-json.js";
import { said } from "../../language/said.js";
import { t, translated } from "../../language/text.js";

/**
 * Return the server's sentence in the page's language, or that the server does not answer.
 * @param {unknown} error that the request has thrown
 */
export function describeFailure(error) {
  return error instanceof RequestError ? said(error.said) : t("The server does not answer.");
}

/**
 * Return the server's sentence, or what another error says, in the page's language.
 * @param {unknown} error
 */
export function reasonOf(error) {
  if (error instanceof RequestError) return said(error.said);
  return translated(error instanceof Error ? error.message : String(error));
}
