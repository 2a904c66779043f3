// @ts-check
/** The panel "People": who this page's person is, and for an owner who else is signed in, and the tokens. */

import { t } from "../../language/text.js";
import { NewestRequest } from "../../connection/newest-request.js";
import { Attempts, sentenceIn } from "../controls/attempts.js";
import { elementById } from "../controls/elements.js";
import { describeFailure } from "../controls/failed-request.js";
import { NewLink } from "./new-link.js";
import { PeopleLists } from "./people-lists.js";

/** @import { Me, PeopleApi } from "../../connection/people-api.js" */

const REFRESH_INTERVAL = 3_000;

/** @type {Record<Me["role"], string>} */
const ROLES = {
  owner: t("Owner: may do everything"),
  player: t("Player: mouse and keyboard"),
  viewer: t("Viewer: watches and listens"),
};

/**
 * @typedef {object} PeoplePanelActions
 * @property {(me: Me) => void} known it is known who this page's person is
 * @property {() => void} signedOut the person has signed out
 */

/** The panel. */
export class PeoplePanel {
  #api;
  #actions;
  #panel = elementById("people-panel", HTMLElement);
  #signOut = elementById("sign-out", HTMLButtonElement);
  #tell = sentenceIn(elementById("people-error", HTMLElement));
  #attempts = new Attempts(this.#tell);
  #owners = elementById("owners-part", HTMLElement);
  #lists;
  #newLink;
  #newest = new NewestRequest();
  /** The lists could not be loaded, which the panel says until they are. */ #isStale = false;
  #timer = 0;

  /**
   * @param {PeopleApi} api
   * @param {PeoplePanelActions} actions
   */
  constructor(api, actions) {
    this.#api = api;
    this.#actions = actions;
    this.#lists = new PeopleLists(
      (id) => void this.#change(() => api.endSession(id)),
      (id) => void this.#change(() => api.removeToken(id)),
    );
    this.#newLink = new NewLink((wanted) => this.#change(() => api.addToken(wanted)), (text) => api.qrCode(text));
    this.#signOut.addEventListener("click", () => void this.#leave());
    this.#panel.addEventListener("toggle", () => this.#watch());
  }

  get #isOpen() {
    return this.#panel.matches(":popover-open");
  }

  /** Learn who this page's person is; after a failure everything stays as it is. */
  async load() {
    const me = await this.#attempts.try(() => this.#api.me());
    if (!me) return;
    elementById("me-name", HTMLElement).textContent = me.name;
    elementById("me-role", HTMLElement).textContent = ROLES[me.role];
    this.#signOut.hidden = !me.login;
    this.#owners.hidden = me.role !== "owner";
    this.#actions.known(me);
  }

  /** Close the panel: what it shows is no longer true. */
  close() {
    this.#panel.hidePopover();
  }

  /** Keep the lists up to date while the panel is open. */
  #watch() {
    clearInterval(this.#timer);
    if (!this.#isOpen) return;
    this.#timer = setInterval(() => void this.#refresh(), REFRESH_INTERVAL);
    void this.load().then(() => this.#refresh());
  }

  async #refresh() {
    if (this.#owners.hidden) return; // the lists are for owners
    try {
      const found = await this.#newest.answer(() => Promise.all([this.#api.sessions(), this.#api.tokens()]));
      if (!found) return; // a newer list is on its way, or there
      if (this.#isStale) this.#tell("");
      this.#isStale = false;
      const [logins, tokens] = found;
      this.#lists.show(logins, tokens, Date.now() / 1000);
      this.#newLink.keep(tokens.map(({ id }) => id));
    } catch (error) {
      this.#isStale = true;
      this.#tell(describeFailure(error));
    }
  }

  async #leave() {
    if (await this.#attempts.try(() => this.#api.signOut()) !== null) this.#actions.signedOut();
  }

  /**
   * Change something, then show the lists.
   * @template T
   * @param {() => Promise<T>} change
   * @returns {Promise<T | null>} null: it failed
   */
  async #change(change) {
    this.#isStale = false;
    const result = await this.#attempts.try(change);
    if (result !== null) await this.#refresh();
    return result;
  }
}
