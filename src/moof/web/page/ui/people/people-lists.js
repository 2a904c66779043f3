// @ts-check
/** The owner's lists in the panel "People": login sessions and tokens. */

import { t, translated } from "../../language/text.js";
import { confirmClicks } from "../controls/confirmed-button.js";
import { elementById } from "../controls/elements.js";
import { RowList } from "../controls/row-list.js";

/** @import { LoginSession, NamedToken } from "../../connection/people-api.js" */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Return a span of time in words, in its largest unit.
 * @param {number} seconds
 * @returns {string} such as "5 min", "3 h", "2 days"
 */
export function describeSpan(seconds) {
  if (seconds < HOUR) return t("{n} min", { n: Math.max(1, Math.round(seconds / MINUTE)) });
  if (seconds < 2 * DAY) return t("{n} h", { n: Math.round(seconds / HOUR) });
  return t("{n} days", { n: Math.round(seconds / DAY) });
}

/**
 * Return the second line of a login session.
 * @param {LoginSession} login
 * @param {number} now seconds since 1970
 * @returns {string}
 */
export function describeLogin({ role, address, connected, last_seen: lastSeen }, now) {
  const seen = now - lastSeen < MINUTE ? t("just now") : t("{span} ago", { span: describeSpan(now - lastSeen) });
  return [translated(role), address, connected ? t("connected") : seen].filter(Boolean).join(" · ");
}

/**
 * Return the second line of a token.
 * @param {NamedToken} token
 * @param {number} now seconds since 1970
 * @returns {string}
 */
export function describeToken({ role, expires, uses, used }, now) {
  const span = expires === null ? t("for ever") : expires <= now ? t("expired") : t("{span} left", { span: describeSpan(expires - now) });
  return [translated(role), span, describeUse(uses ?? null, used ?? 0)].filter(Boolean).join(" · ");
}

/**
 * @param {number | null} uses null: nobody counts
 * @param {number} used
 */
function describeUse(uses, used) {
  if (uses === null) return "";
  return used < uses ? t("used {used} of {uses} times", { used, uses }) : t("used up");
}

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} name
 * @property {string} facts
 * @property {boolean} [connected]
 * @property {string} [mark] a word behind the name
 * @property {string} [action] text of the button; without it there is none
 */

/** A list whose rows have a button that must be clicked twice. */
class PeopleList {
  #rows;
  #act;

  /**
   * @param {string} id of the element
   * @param {(id: string) => void} act the button of this row was confirmed
   */
  constructor(id, act) {
    this.#rows = new RowList(elementById(id, HTMLElement), (/** @type {Row} */ row) => this.#element(row));
    this.#act = act;
  }

  /** @param {readonly Row[]} rows */
  show(rows) {
    this.#rows.show(rows);
  }

  /** @param {Row} row */
  #element({ id, name, facts, connected, mark, action }) {
    const texts = document.createElement("div");
    texts.append(textElement("strong", name));
    if (mark) texts.append(textElement("em", mark));
    texts.append(Object.assign(textElement("span", facts), { className: "facts" }));
    const item = Object.assign(document.createElement("li"), { className: "person" });
    if (connected !== undefined) item.dataset["connected"] = String(connected);
    item.append(texts);
    if (action) item.append(confirmedButton(action, name, () => this.#act(id)));
    return item;
  }
}

/** Both lists. */
export class PeopleLists {
  #logins;
  #tokens;

  /**
   * @param {(id: string) => void} endSession
   * @param {(id: string) => void} withdraw
   */
  constructor(endSession, withdraw) {
    this.#logins = new PeopleList("logins", endSession);
    this.#tokens = new PeopleList("tokens", withdraw);
  }

  /**
   * Show what the server has.
   * @param {readonly LoginSession[]} logins
   * @param {readonly NamedToken[]} tokens
   * @param {number} now seconds since 1970
   */
  show(logins, tokens, now) {
    this.#logins.show(logins.map((login) => ({
      id: login.id,
      name: login.name,
      facts: describeLogin(login, now),
      connected: login.connected,
      ...(login.current ? { mark: t("this one") } : { action: t("Sign out") }),
    })));
    this.#tokens.show(tokens.map((token) => ({
      id: token.id, name: token.name, facts: describeToken(token, now), action: t("Withdraw"),
    })));
  }
}

/**
 * Return a button that asks before it acts.
 * @param {string} text
 * @param {string} name whom it is about, for screen readers
 * @param {() => void} act
 */
function confirmedButton(text, name, act) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  confirmClicks(button, { text, question: t("Really?"), name, act });
  return button;
}

/**
 * Return an element with a text.
 * @param {string} tag
 * @param {string} text
 */
export const textElement = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
