// @ts-check
/** A row of the list of Macs (mac-list.js): picture, name, and what can be done with this Mac. */

import { t } from "../../language/text.js";
import { confirmClicks } from "../controls/confirmed-button.js";
import { created } from "../controls/created-element.js";

/**
 * A Mac in the list: one that was set up, an emulator with settings of its own, or, with neither name, Moof's own.
 * @typedef {object} ListedMac
 * @property {{name?: string, emulator?: string}} choice
 * @property {string} title
 * @property {string} facts
 * @property {boolean} used
 * @property {boolean} running
 * @property {boolean} ready whether it can be started
 * @property {string} picture its address, "" for none
 */

/**
 * @typedef {object} MacActions
 * @property {(mac: ListedMac) => void} start
 * @property {() => void} stop the one that is used
 * @property {(name: string) => void} duplicate
 * @property {(name: string) => void} remove
 */

/**
 * Return the row.
 * @param {ListedMac} mac
 * @param {MacActions} actions
 * @returns {HTMLElement}
 */
export function createMacRow(mac, actions) {
  const { title, facts, used, picture } = mac;
  const buttons = created("div", { className: "panel-buttons" });
  buttons.append(...switchButton(mac, actions), ...shelfButtons(mac, actions));
  const texts = document.createElement("div");
  const state = used ? ` · ${t("in use")}` : "";
  texts.append(created("strong", { textContent: title }), created("span", { className: "facts", textContent: facts + state }), buttons);
  const item = document.createElement("li");
  if (used) item.ariaCurrent = "true";
  if (picture) item.append(created("img", { src: picture, alt: "" }));
  item.append(texts);
  return item;
}

/**
 * @param {ListedMac} mac
 * @param {MacActions} actions
 * @returns {HTMLButtonElement[]} none for a Mac that cannot be started
 */
function switchButton(mac, actions) {
  const { title, used, running, ready } = mac;
  if (used && running) return [confirmed(t("Stop"), t("Unsaved work is lost. Stop?"), title, () => actions.stop())];
  if (used) return [plain(t("Start"), title, () => actions.start(mac))];
  return ready ? [confirmed(t("Start"), t("Leave the present one?"), title, () => actions.start(mac))] : [];
}

/**
 * @param {ListedMac} mac
 * @param {MacActions} actions
 * @returns {HTMLButtonElement[]} those of a Mac that was set up
 */
function shelfButtons({ choice: { name }, title, used, running }, actions) {
  if (name === undefined) return [];
  const buttons = [
    plain(t("Duplicate"), title, () => actions.duplicate(name)),
    confirmed(t("Remove"), t("Really?"), title, () => actions.remove(name)),
  ];
  for (const button of buttons) {
    button.disabled = used && running;
    button.title = button.disabled ? t("Not while it runs") : "";
  }
  return buttons;
}

/**
 * @param {string} text
 * @param {string} name of the Mac or the image, for screen readers
 * @param {() => void} act
 */
export function plain(text, name, act) {
  const button = created("button", { type: "button", textContent: text, ariaLabel: `${text}: ${name}` });
  button.addEventListener("click", act);
  return button;
}

/**
 * Return a button that asks before it acts.
 * @param {string} text
 * @param {string} question
 * @param {string} name
 * @param {() => void} act
 */
export function confirmed(text, question, name, act) {
  const button = created("button", { type: "button" });
  confirmClicks(button, { text, question, name, act });
  return button;
}
