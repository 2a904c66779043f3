// @ts-check
/** Which part of the picture is shown: zoom and pan. Pure arithmetic, in CSS pixels of the window. */

/** @import { Size } from "./scaling.js" */

/** @typedef {{left: number, top: number, width: number, height: number}} Box */
/** @typedef {{x: number, y: number}} Point */

const MAX_ZOOM = 8;

/** A zoom this near to 1, as a factor, becomes 1 at the end of a gesture. */
const SNAP = 1.1;

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @returns {number}
 */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Zooms and pans the picture. Without either it is in the middle of the area. */
export class View {
  #zoom = 1;
  /** The point of the picture in the middle of the area, as shares of its width and height. */
  #centre = { x: 0.5, y: 0.5 };
  /** @type {Size} */ #size = { width: 1, height: 1 };
  /** @type {Box} */ #area = { left: 0, top: 0, width: 1, height: 1 };

  /** How many times as large as it fits the window. */
  get zoom() {
    return this.#zoom;
  }

  /** The picture is larger than it fits the window. */
  get zoomed() {
    return this.#zoom > 1;
  }

  /** The picture is larger than the area: it can be panned. */
  get overflows() {
    const { width, height } = this.box;
    return width > this.#area.width + 1 || height > this.#area.height + 1;
  }

  /**
   * Where the whole picture is.
   * @returns {Box}
   */
  get box() {
    const [width, height] = [this.#size.width * this.#zoom, this.#size.height * this.#zoom];
    const left = edge(this.#area.left, this.#area.width, width, this.#centre.x);
    const top = edge(this.#area.top, this.#area.height, height, this.#centre.y);
    return { left, top, width, height };
  }

  /**
   * Set what there is to show, and where.
   * @param {Size} size of the whole picture without zoom
   * @param {Box} area of the window that nothing covers; it may be smaller
   * @returns {Box} where the whole picture is
   */
  place(size, area) {
    this.#size = size;
    this.#area = area;
    this.#zoom = Math.max(this.#zoom, this.#minZoom);
    return this.box;
  }

  /**
   * Zoom around a point, which stays in its place.
   * @param {number} factor
   * @param {Point} at
   */
  zoomBy(factor, at) {
    const { left, top, width, height } = this.box;
    const [x, y] = [(at.x - left) / width, (at.y - top) / height];
    this.#zoom = clamp(this.#zoom * factor, this.#minZoom, MAX_ZOOM);
    this.#moveTo(at.x - x * this.#size.width * this.#zoom, at.y - y * this.#size.height * this.#zoom);
  }

  /**
   * Move the picture, no further than its edges.
   * @param {number} dx
   * @param {number} dy
   */
  panBy(dx, dy) {
    const { left, top } = this.box;
    this.#moveTo(left + dx, top + dy);
  }

  /**
   * Move the picture so that a point of it is in the area.
   * @param {Point} point as shares of the picture's width and height
   * @param {number} margin to the area's edges
   */
  show({ x, y }, margin) {
    const { left, top, width, height } = this.box;
    const [centreX, centreY] = [left + x * width, top + y * height];
    this.panBy(
      inside(centreX, this.#area.left, this.#area.width, margin) - centreX,
      inside(centreY, this.#area.top, this.#area.height, margin) - centreY,
    );
  }

  /** Show the whole picture if it almost is. */
  settle() {
    if (this.#zoom < SNAP && this.#zoom > 1 / SNAP) this.#zoom = Math.max(1, this.#minZoom);
  }

  /** Show the whole picture. */
  reset() {
    this.#zoom = 1;
    this.#centre = { x: 0.5, y: 0.5 };
  }

  /** The smallest zoom shows the whole picture in the area. */
  get #minZoom() {
    return Math.min(1, this.#area.width / this.#size.width, this.#area.height / this.#size.height);
  }

  /**
   * @param {number} left
   * @param {number} top
   */
  #moveTo(left, top) {
    const [width, height] = [this.#size.width * this.#zoom, this.#size.height * this.#zoom];
    this.#centre = {
      x: (this.#area.left + this.#area.width / 2 - left) / width,
      y: (this.#area.top + this.#area.height / 2 - top) / height,
    };
    const box = this.box; // no further than the edges
    if (box.left === left && box.top === top) return;
    this.#centre = {
      x: (this.#area.left + this.#area.width / 2 - box.left) / width,
      y: (this.#area.top + this.#area.height / 2 - box.top) / height,
    };
  }
}

/**
 * Return where a picture begins in one direction: in the middle if it is smaller, without a gap if it is larger.
 * @param {number} start of the area
 * @param {number} available
 * @param {number} size of the picture
 * @param {number} centre share of the picture that is in the middle of the area
 * @returns {number}
 */
function edge(start, available, size, centre) {
  if (size <= available) return start + (available - size) / 2;
  return clamp(start + available / 2 - centre * size, start + available - size, start);
}

/**
 * @param {number} value
 * @param {number} start of the area
 * @param {number} size of the area
 * @param {number} margin at most half of the size
 * @returns {number} the nearest value within the margins
 */
function inside(value, start, size, margin) {
  const gap = Math.min(margin, size / 2);
  return clamp(value, start + gap, start + size - gap);
}
