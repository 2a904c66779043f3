// @ts-check
/** Full screen, and with it every key: Esc, Tab with Alt and the Windows key, where the browser can lend them. */

/** @typedef {{lock: (codes?: string[]) => Promise<void>, unlock: () => void}} KeyboardLock */

const keyboard = /** @type {{keyboard?: KeyboardLock}} */ (/** @type {unknown} */ (navigator)).keyboard;

/** iPhones have no full screen but for videos. */
export const canFullScreen = () => document.fullscreenEnabled === true;

export const isFullScreen = () => document.fullscreenElement !== null;

export async function toggleFullScreen() {
  if (isFullScreen()) {
    await document.exitFullscreen();
    return;
  }
  await document.documentElement.requestFullscreen({ navigationUI: "hide" });
  await keyboard?.lock?.().catch(() => {});
}

/** @param {() => void} onChange */
export function watchFullScreen(onChange) {
  document.addEventListener("fullscreenchange", () => {
    if (!isFullScreen()) keyboard?.unlock?.();
    onChange();
  });
}
