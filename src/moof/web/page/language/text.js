// @ts-check
/**
 * The page's texts in the person's language. Its table is loaded before any module that has texts runs. The key of a text is
 * the English sentence: the source stays readable, and what a table lacks is there in English.
 */

import { fetchJson } from "../connection/fetch-json.js";
import { Settings } from "../ui/settings/settings.js";
import { chooseLanguage } from "./language.js";

/** @typedef {Readonly<Record<string, string>>} TextTable translations by the English sentence */

/** The code of the language, BCP 47. */
export const language = chooseLanguage(new Settings().get("language"), navigator.languages);

/** @type {TextTable} */
const table = language === "en" ? {} : await loadTable(language);

/** Numbers as they are written in this language. */
export const NUMBERS = new Intl.NumberFormat(language);

/**
 * Return a text in the person's language.
 * @param {string} sentence English; `{name}` stands for a value
 * @param {Readonly<Record<string, string | number>>} [values]
 * @returns {string}
 */
export function t(sentence, values = {}) {
  return fill(translated(sentence), values);
}

/**
 * Return a sentence of the server in the person's language, or as it is: it may have names and numbers in it.
 * @param {string} sentence English
 * @returns {string}
 */
export const translated = (sentence) => (Object.hasOwn(table, sentence) ? table[sentence] : undefined) ?? sentence;

/**
 * Return a text with its values.
 * @param {string} text
 * @param {Readonly<Record<string, string | number>>} values by the names in braces
 * @returns {string}
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, /** @type {string} */ name) => {
    const value = values[name];
    return typeof value === "number" ? NUMBERS.format(value) : value ?? whole;
  });
}

/**
 * @param {string} code
 * @returns {Promise<TextTable>} empty if it cannot be loaded: the page is in English then
 */
async function loadTable(code) {
  try {
    return /** @type {TextTable} */ (await fetchJson(new URL(`./${code}.json`, import.meta.url).href));
  } catch (error) {
    console.warn(error);
    return {};
  }
}
