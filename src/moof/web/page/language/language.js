// @ts-check
/** The languages that the page has, and which of them a person gets. */

/**
 * Their names in themselves. English is the language of the source; the others have a table each, `CODE.json`.
 * @type {Readonly<Record<string, string>>}
 */
export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français", ja: "日本語" };

/**
 * Return whether the page has a language.
 * @param {unknown} code
 * @returns {code is string}
 */
export const isLanguage = (code) => typeof code === "string" && Object.hasOwn(LANGUAGES, code);

/**
 * Return the language for a person.
 * @param {string | null} chosen in the settings; null: none
 * @param {readonly string[]} preferred of the browser, BCP 47: the first one that the page has counts
 * @returns {string}
 */
export function chooseLanguage(chosen, preferred) {
  if (isLanguage(chosen)) return chosen;
  return preferred.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}
