// @ts-check
/**
 * The types of the signaling messages about the Mac's screen in the size of a window, and about what it says: part of
 * signaling-messages.js.
 */

/**
 * Page → server: the window that the Mac's screen follows, in Mac pixels; 0 × 0: not this one any more.
 * @typedef {object} WindowRequestMessage
 * @property {"window"} type
 * @property {number} width
 * @property {number} height
 */

/**
 * Server → page: whether the Mac's screen can follow a window; after hello, and when it changes.
 * @typedef {object} WindowStatusMessage
 * @property {"window-status"} type
 * @property {boolean} followable
 */

/**
 * Page → server: send what the Mac's screen says, now and after each change; or not any more.
 * @typedef {object} ScreenTextRequestMessage
 * @property {"screen-text"} type
 * @property {boolean} wanted
 */

/**
 * One text of the Mac's screen. An item belongs to the menu before it; texts, options, buttons, radio buttons and fields to
 * the window, dialog or desktop before them. The key of an item stands behind a tab.
 * @typedef {object} ScreenTextPart
 * @property {string} kind "menu", "item", "dialog", "window", "desktop", "text", "option", "button", "radio", "field"
 * @property {string} text
 * @property {boolean} disabled
 * @property {boolean} checked
 * @property {boolean} active an open menu, the front window or dialog, a field with the focus, a selected option, the
 *   button that Return presses
 */

/**
 * Server → page: what the Mac's screen says now, the menus first, then the windows from front to back.
 * @typedef {object} ScreenTextChangedMessage
 * @property {"screen-text"} type
 * @property {readonly ScreenTextPart[]} parts
 */

/**
 * Server → page: whether the emulator can say what its screen says; after hello, and when it changes.
 * @typedef {object} ScreenTextStatusMessage
 * @property {"screen-text-status"} type
 * @property {boolean} readable
 */

export {};
