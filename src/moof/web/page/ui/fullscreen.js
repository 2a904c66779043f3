// @ts-check
/**
 * Full screen, in which all keys are the Mac's where the browser can do that: Esc, Alt-Tab, ⌘W, the Windows key.
 * Chromium has the Keyboard Lock API, and only in secure contexts; Firefox 151 and Safari 26.4 have the option
 * `keyboardLock` of requestFullscreen (Fullscreen API Standard). A person leaves by holding Esc.
 */

/** @typedef {{lock: (codes?: string[]) => Promise<void>, unlock: () => void}} KeyboardLock */

const { keyboard } = /** @type {{keyboard?: KeyboardLock}} */ (navigator);

let locked = false;

/** @type {(() => void)[]} */
const onEntered = [];

document.addEventListener("fullscreenchange", () => {
  if (!isFullScreen()) release();
});

/**
 * Return whether the browser has full screen; on iPhones it is for videos only.
 * @returns {boolean}
 */
export const canFullScreen = () => document.fullscreenEnabled;

/**
 * Return whether the page is in full screen.
 * @returns {boolean}
 */
export const isFullScreen = () => document.fullscreenElement !== null;

/**
 * Return whether all keys are the Mac's.
 * @returns {boolean}
 */
export const isKeyboardLocked = () => locked;

/** Enter or leave full screen. The browser may refuse it, for example in a frame. */
export async function toggleFullScreen() {
  try {
    await (isFullScreen() ? document.exitFullscreen() : enterFullScreen());
  } catch (error) {
    console.warn(error);
  }
}

async function enterFullScreen() {
  const option = { isKnown: false };
  /** @type {FullscreenOptions & {keyboardLock: string}} */
  const options = {
    navigationUI: "hide",
    get keyboardLock() {
      option.isKnown = true; // browsers read only those that they have
      return "browser";
    },
  };
  await document.documentElement.requestFullscreen(options);
  locked = option.isKnown || await lockKeyboard();
  if (isFullScreen()) for (const call of onEntered) call();
  else release(); // it has ended meanwhile
}

/**
 * @returns {Promise<boolean>} false: some keys stay with the browser
 */
async function lockKeyboard() {
  if (!keyboard) return false;
  return await keyboard.lock().then(() => true, () => false);
}

function release() {
  locked = false;
  keyboard?.unlock();
}

/**
 * Call back when the page has entered or left full screen.
 * @param {() => void} onChange
 */
export function watchFullScreen(onChange) {
  document.addEventListener("fullscreenchange", onChange);
}

/**
 * Call back when the page is in full screen and it is known whether all keys are the Mac's.
 * @param {() => void} call
 */
export function watchEntered(call) {
  onEntered.push(call);
}
