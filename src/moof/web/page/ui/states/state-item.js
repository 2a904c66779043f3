// @ts-check
/** A state in the list of the tab "States": its picture, its name, and what can be done with it. */

import { language, t } from "../../language/text.js";
import { confirmClicks } from "../controls/confirmed-button.js";
import { created } from "../controls/created-element.js";
import { describeSize } from "../files/saved-file.js";
import { stateLink } from "./state-link.js";

/** @import { ForkLink } from "../../connection/forks-api.js" */
/** @import { StateEntry, StatesApi } from "../../connection/states-api.js" */

export const MAX_STATE_NAME = 80;
const TIME = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/**
 * What the buttons do.
 * @typedef {object} StateActions
 * @property {((name: string) => void) | null} load null: the emulator that runs loads none
 * @property {boolean} files whether states are downloaded
 * @property {(name: string) => void} delete
 * @property {(name: string, newName: string) => Promise<boolean>} rename returns whether it was done
 * @property {((name: string) => void) | null} share make a link of it; null: the operator allows none
 * @property {(link: ForkLink) => void} withdraw
 */

/**
 * Return a state's element of the list.
 * @param {StateEntry} entry
 * @param {StatesApi} api
 * @param {StateActions} actions
 * @param {ForkLink | undefined} link that the state has
 * @returns {HTMLLIElement}
 */
export function stateItem(entry, api, actions, link) {
  const { name, saved, size } = entry;
  const picture = created("img", { src: api.picture(entry), alt: "" });
  const facts = `${TIME.format(saved * 1000)} · ${describeSize(size)}`;
  const title = created("strong", { textContent: name });
  const rename = named(t("Rename"), name);
  rename.addEventListener("click", () => askForName(title, rename, (newName) => actions.rename(name, newName)));
  const download = named(t("Download"), name);
  download.addEventListener("click", () => created("a", { href: api.file(name), download: "" }).click());
  const { load } = actions;
  const buttons = created("div", { className: "panel-buttons" });
  buttons.append(
    ...load ? [confirmed(t("Load"), name, () => load(name))] : [],
    rename,
    ...actions.files ? [download] : [],
    ...linkButtons(name, actions, link),
    confirmed(t("Delete"), name, () => actions.delete(name)),
  );
  const texts = document.createElement("div");
  texts.append(title, created("span", { className: "facts", textContent: facts }), buttons);
  if (link) texts.append(stateLink(link));
  const item = document.createElement("li");
  item.append(picture, texts);
  return item;
}

/**
 * Return the button that makes a state's link, or withdraws it.
 * @param {string} name
 * @param {StateActions} actions
 * @param {ForkLink | undefined} link
 * @returns {HTMLButtonElement[]}
 */
function linkButtons(name, { share, withdraw }, link) {
  if (link) return [confirmed(t("Withdraw the link"), name, () => withdraw(link))];
  if (!share) return [];
  const button = named(t("Link"), name);
  button.addEventListener("click", () => share(name));
  return [button];
}

/**
 * Show a field in place of a state's name: Enter renames, Escape or another place leaves it.
 * @param {HTMLElement} title
 * @param {HTMLButtonElement} button has the focus afterwards
 * @param {(newName: string) => Promise<boolean>} act
 */
function askForName(title, button, act) {
  const before = title.textContent;
  const field = created("input", {
    className: "state-name", maxLength: MAX_STATE_NAME, autocomplete: "off", spellcheck: false, value: before,
    ariaLabel: t("Name of the state"),
  });
  const leave = () => field.replaceWith(title);
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing || event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // Escape would close the settings
    const name = field.value.trim();
    if (event.key === "Escape" || name === before || name === "") button.focus();
    else void act(name).then((done) => { if (!done) field.select(); });
  });
  field.addEventListener("blur", () => { if (field.isConnected) leave(); });
  title.replaceWith(field);
  field.select();
}

/**
 * Return a button whose name, for screen readers, says which state it is about.
 * @param {string} text
 * @param {string} name of the state
 */
function named(text, name) {
  return created("button", { type: "button", textContent: text, ariaLabel: `${text}: ${name}` });
}

/**
 * Return a button that asks before it acts.
 * @param {string} text
 * @param {string} name of the state
 * @param {() => void} act
 */
function confirmed(text, name, act) {
  const button = created("button", { type: "button" });
  confirmClicks(button, { text, question: t("Really?"), name, act });
  return button;
}
