// @ts-check
/** The platform that the browser runs on, as far as its keyboard events differ. */

/** @typedef {"apple" | "windows" | "other"} Platform whose keyboard events differ */
/** @typedef {"meta" | "alt"} CommandKey the browser's key that is the Mac's ⌘; the other one is option */

/**
 * Return the default for ⌘. Windows and Linux use the Windows key themselves, and Alt is where a Mac's keyboard
 * has ⌘.
 * @param {boolean} apple
 * @returns {CommandKey}
 */
export const defaultCommandKey = (apple) => (apple ? "meta" : "alt");

/**
 * Return what is printed on the keys that may be ⌘.
 * @param {boolean} apple
 * @returns {Record<CommandKey, string>}
 */
export const commandKeyNames = (apple) => (apple ? { meta: "⌘", alt: "⌥" } : { meta: "Win", alt: "Alt" });

/**
 * Return the platform that the browser runs on; macOS and iPadOS are "apple".
 * @returns {Platform}
 */
export function currentPlatform() {
  const { userAgentData } = /** @type {{userAgentData?: {platform: string}}} */ (navigator);
  const name = userAgentData?.platform ?? navigator.platform;
  if (/mac|iphone|ipad/i.test(name)) return "apple";
  return /^win/i.test(name) ? "windows" : "other";
}
