// @ts-check
/** Full screen, with every key: Esc, Alt-Tab and the Windows key, where the browser has the Keyboard Lock API. */

/** @typedef {{lock: (codes?: string[]) => Promise<void>, unlock: () => void}} KeyboardLock */

const { keyboard } = /** @type {{keyboard?: KeyboardLock}} */ (navigator);

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

/** Enter or leave full screen. */
export async function toggleFullScreen() {
  if (isFullScreen()) {
    await document.exitFullscreen();
    return;
  }
  await document.documentElement.requestFullscreen({ navigationUI: "hide" });
  await keyboard?.lock().catch(() => {
    // Without the lock some keys stay with the browser.
  });
}

/**
 * Call back when the page has entered or left full screen.
 * @param {() => void} onChange
 */
export function watchFullScreen(onChange) {
  document.addEventListener("fullscreenchange", () => {
    if (!isFullScreen()) keyboard?.unlock();
    onChange();
  });
}
