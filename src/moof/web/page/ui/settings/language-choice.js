// @ts-check
/** The list of languages in the settings. Another one is there when the page has been loaded again. */

import { LANGUAGES, isLanguage } from "../../language/language.js";
import { t } from "../../language/text.js";
import { elementById } from "../controls/elements.js";

/** @import { Settings } from "./settings.js" */

/**
 * Fill the list, and keep what is chosen.
 * @param {Settings} settings
 * @param {() => void} reload the page
 */
export function offerLanguages(settings, reload) {
  const list = elementById("language", HTMLSelectElement);
  list.replaceChildren(new Option(t("as the browser"), ""), ...Object.entries(LANGUAGES).map(([code, name]) => {
    return Object.assign(new Option(name, code), { lang: code });
  }));
  list.value = settings.get("language") ?? "";
  list.addEventListener("change", () => {
    settings.set("language", isLanguage(list.value) ? list.value : null);
    reload();
  });
}
