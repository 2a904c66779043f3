// @ts-check
/** Translates what index.html has: every text, and the attributes that people read or hear. */

import { language, translated } from "./text.js";

const ATTRIBUTES = ["aria-label", "title", "placeholder", "data-entry", "data-empty"];

/**
 * Translate a document. Elements with `translate="no"` (HTML standard), scripts and styles stay as they are.
 * @param {Document} page
 */
export function translatePage(page) {
  page.documentElement.lang = language;
  if (language === "en") return;
  const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) translateText(/** @type {Text} */ (texts.currentNode));
  for (const name of ATTRIBUTES) {
    for (const element of page.body.querySelectorAll(`[${name}]`)) {
      element.setAttribute(name, translated(element.getAttribute(name) ?? ""));
    }
  }
}

/** @param {Text} text */
function translateText(text) {
  const sentence = text.data.trim();
  if (sentence === "" || text.parentElement?.closest("[translate=no], script, style")) return;
  const known = translated(sentence);
  if (known !== sentence) text.data = text.data.replace(sentence, () => known);
}
