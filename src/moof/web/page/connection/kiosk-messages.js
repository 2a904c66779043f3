// @ts-check
/** The types of the signaling messages of a kiosk (part of signaling-messages.js). */

/**
 * Server → page: in a kiosk, whether the Mac waits for somebody; after hello, and when it changes.
 * @typedef {object} KioskStatusMessage
 * @property {"kiosk"} type
 * @property {boolean} attract
 */

/**
 * Page → server: a visitor begins.
 * @typedef {object} KioskStartMessage
 * @property {"kiosk-start"} type
 */

export {};
