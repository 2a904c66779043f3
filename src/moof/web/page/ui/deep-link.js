// @ts-check
/** What the page's address asks for, for this visit: `?codec=png&fullscreen=1&view=1`. */

import { t } from "../language/text.js";
import { canFullScreen, isFullScreen, toggleFullScreen } from "./fullscreen.js";

/** @import { Hint } from "./notices.js" */

const CLICK_FOR_FULL_SCREEN = t("Click or press a key for full screen");
const CODEC = /^[a-z0-9-]{1,16}$/;
const NO = ["0", "no", "false", "off"];

/**
 * @typedef {object} DeepLink
 * @property {string | null} codec null: the one of this browser's last visit
 * @property {boolean} fullScreen
 * @property {boolean} viewOnly only watch: the Mac gets no input from this page
 */

/**
 * Read the address. What is not understood is left out.
 * @param {string} search the query, with its question mark
 * @returns {DeepLink}
 */
export function parseDeepLink(search) {
  const query = new URLSearchParams(search);
  const codec = query.get("codec") ?? "";
  return { codec: CODEC.test(codec) ? codec : null, fullScreen: isYes(query.get("fullscreen")), viewOnly: isYes(query.get("view")) };
}

/** @param {string | null} value */
const isYes = (value) => value !== null && !NO.includes(value.toLowerCase());

/**
 * Enter full screen: at once where the browser allows it, else with the first click or key, which it waits for.
 * @param {Hint} hint
 */
export async function enterFullScreen(hint) {
  if (!canFullScreen() || isFullScreen()) return;
  if (navigator.userActivation.isActive) await toggleFullScreen();
  if (isFullScreen()) return;
  hint.show(CLICK_FOR_FULL_SCREEN);
  const gestures = /** @type {const} */ (["pointerup", "keydown"]);
  const onGesture = () => {
    for (const gesture of gestures) window.removeEventListener(gesture, onGesture, { capture: true });
    hint.hide(CLICK_FOR_FULL_SCREEN);
    if (!isFullScreen()) void toggleFullScreen();
  };
  for (const gesture of gestures) window.addEventListener(gesture, onGesture, { capture: true });
}
