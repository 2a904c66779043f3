// @ts-check
/** Whose mouse and keyboard the Mac has, in words and actions for one page. Pure functions over the server's message. */

import { t } from "../../language/text.js";

/** @import { PeopleMessage, Person } from "../../connection/signaling-messages.js" */

/** So many colours tell people apart; people.css has them. */
const COLOURS = 8;

/** @typedef {"request" | "release" | "take"} FloorButton what a button of the notice does */

/**
 * @typedef {object} FloorNotice
 * @property {string} text
 * @property {boolean} counts the seconds that are left belong behind the text
 * @property {{ action: FloorButton, label: string }[]} buttons
 */

/**
 * Return the name of somebody for people.
 * @param {PeopleMessage} message
 * @param {string} viewer
 */
export function nameOf({ people }, viewer) {
  return people.find((each) => each.viewer === viewer)?.name || t("Somebody");
}

/**
 * Return the number of the colour of somebody, 1 to 8.
 * @param {PeopleMessage} message
 * @param {string} viewer
 */
export function colourOf({ people }, viewer) {
  const index = people.findIndex((each) => each.viewer === viewer);
  return index < 0 ? COLOURS : (index % COLOURS) + 1;
}

/**
 * Return what the notice says to the person of this page; null: nothing.
 * @param {PeopleMessage} message
 * @param {string} me this page's viewer
 * @param {boolean} mayPlay whether this page may get the mouse
 * @returns {FloorNotice | null}
 */
export function describeFloor(message, me, mayPlay) {
  const person = message.people.find(({ viewer }) => viewer === me);
  if (message.mode === "free" || !person) return null;
  if (message.holder === me) return ownFloor(message);
  if (!mayPlay) return message.holder ? plain(hasTheMouse(message)) : null;
  if (!message.holder) {
    return { text: t("Nobody has the mouse"), counts: false, buttons: [{ action: "request", label: t("Take it") }] };
  }
  return othersFloor(message, person);
}

/**
 * Return the second line of somebody in the list.
 * @param {PeopleMessage} message
 * @param {Person} person
 * @param {string} role in the person's language
 */
export function describePerson({ waiting }, { viewer, present, line }, role) {
  const place = waiting.indexOf(viewer) + 1;
  const lines = { "": "", good: t("good line"), slow: t("slow line"), poor: t("poor line") };
  return [
    role, present ? lines[line] : t("connection lost"), place > 0 ? t("asks for the mouse ({n})", { n: place }) : "",
  ].filter(Boolean).join(" · ");
}

/**
 * Return a time as minutes and seconds.
 * @param {number} seconds
 */
export function describeTime(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * @param {PeopleMessage} message
 * @returns {FloorNotice}
 */
function ownFloor(message) {
  const [next] = message.waiting;
  const text = next === undefined ? t("You have the mouse")
    : t("{name} asks for the mouse", { name: nameOf(message, next) });
  const label = next === undefined ? t("Release it") : t("Pass it on");
  return { text, counts: true, buttons: [{ action: "release", label }] };
}

/**
 * @param {PeopleMessage} message
 * @param {Person} person of this page
 * @returns {FloorNotice}
 */
function othersFloor(message, { viewer, role }) {
  const place = message.waiting.indexOf(viewer) + 1;
  /** @type {FloorNotice["buttons"]} */
  const buttons = [place ? { action: "release", label: t("Do not wait") } : { action: "request", label: t("Ask for it") }];
  if (role === "owner") buttons.push({ action: "take", label: t("Take it") });
  const turn = place ? ` · ${t("you are number {n}", { n: place })}` : "";
  return { text: hasTheMouse(message) + turn, counts: place === 1, buttons };
}

/** @param {PeopleMessage} message */
const hasTheMouse = (message) => t("{name} has the mouse", { name: nameOf(message, message.holder) });

/**
 * @param {string} text
 * @returns {FloorNotice}
 */
const plain = (text) => ({ text, counts: false, buttons: [] });
