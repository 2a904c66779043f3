// @ts-check
/** What a gamepad's sticks and buttons do: press the Mac's keys, or move its mouse. Sans-I/O. */

/** @typedef {"keys" | "mouse"} GamepadMode */
/** @typedef {Pick<Gamepad, "axes"> & {buttons: readonly {readonly pressed: boolean}[]}} PadState of the standard mapping */

/**
 * @typedef {object} PadActions
 * @property {string[]} places keys that are down, as KeyboardEvent.code
 * @property {{x: number, y: number}} speed of the mouse, Mac pixels per second
 * @property {number} buttons of the mouse
 */

/** A stick that is nearer to its centre than this share of its way is at rest. */
const DEAD_ZONE = 0.25;

/** A stick that is further out presses an arrow key. */
const PRESS = 0.5;

/** Speed of the mouse with the stick at its end, Mac pixels per second. */
const MAX_SPEED = 600;

/** Keys of the buttons, by their numbers in the standard mapping: A B X Y, shoulders, triggers, back, start. */
const BUTTON_KEYS = ["Space", "Enter", "AltLeft", "MetaLeft", "ShiftLeft", "ControlLeft", "", "", "Escape", "Tab"];
const DIRECTION_PAD = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
const FIRST_DIRECTION = 12;

/** In mouse mode: A and the triggers are the button, B the right one. */
const LEFT_BUTTONS = [0, 6, 7];
const RIGHT_BUTTONS = [1];

/**
 * Return what a gamepad asks for.
 * @param {PadState} pad
 * @param {GamepadMode} mode
 * @returns {PadActions}
 */
export function padActions(pad, mode) {
  /** @param {number} button */
  const isDown = (button) => pad.buttons[button]?.pressed ?? false;
  const directions = DIRECTION_PAD.filter((_, index) => isDown(FIRST_DIRECTION + index));
  const [x, y] = [pad.axes[0] ?? 0, pad.axes[1] ?? 0];
  if (mode === "mouse") {
    const buttons = (LEFT_BUTTONS.some(isDown) ? 1 : 0) | (RIGHT_BUTTONS.some(isDown) ? 2 : 0);
    const keys = BUTTON_KEYS.filter((key, button) => key !== "" && button > 1 && isDown(button));
    return { places: [...directions, ...keys], speed: speedOf(x, y), buttons };
  }
  const keys = BUTTON_KEYS.filter((key, button) => key !== "" && isDown(button));
  return { places: [...new Set([...directions, ...stickKeys(x, y), ...keys])], speed: { x: 0, y: 0 }, buttons: 0 };
}

/**
 * @param {number} x
 * @param {number} y
 * @returns {string[]}
 */
function stickKeys(x, y) {
  const pressed = [y < -PRESS, y > PRESS, x < -PRESS, x > PRESS];
  return DIRECTION_PAD.filter((_, index) => pressed[index]);
}

/**
 * Return the mouse's speed: none in the dead zone, exact beside it, fast at the end.
 * @param {number} x
 * @param {number} y
 * @returns {{x: number, y: number}} Mac pixels per second
 */
function speedOf(x, y) {
  const length = Math.hypot(x, y);
  if (length < DEAD_ZONE) return { x: 0, y: 0 };
  const share = Math.min((length - DEAD_ZONE) / (1 - DEAD_ZONE), 1);
  const factor = (MAX_SPEED * share ** 2) / length;
  return { x: x * factor, y: y * factor };
}
