// @ts-check
/**
 * A copy of the picture with a whole number of pixels per Mac pixel, or half as many. The browser shrinks it to its
 * place with interpolation: Mac pixels stay even and their borders sharp at scales that are not whole numbers.
 */

/** Draws the copy above the video or the canvas it is made of, and hides it when there is none. */
export class EnlargedPicture {
  #canvas;
  #context;
  #copies = 1;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    canvas.hidden = true;
  }

  /**
   * Set the copy's pixels per Mac pixel, in each direction, and copy the present frame if that has changed.
   * @param {number} copies 1: no copy, 0.5: a smaller one
   * @param {HTMLVideoElement | HTMLCanvasElement} source
   */
  setCopies(copies, source) {
    if (copies === this.#copies) return;
    this.#copies = copies;
    if (copies === 1) this.hide();
    else this.draw(source);
  }

  /** Show the picture itself. */
  hide() {
    this.#canvas.hidden = true;
    this.#resize(1, 1); // its memory is free
  }

  /**
   * Copy a frame.
   * @param {HTMLVideoElement | HTMLCanvasElement} source
   */
  draw(source) {
    if (this.#copies === 1) return;
    const [width, height] = source instanceof HTMLVideoElement
      ? [source.videoWidth, source.videoHeight]
      : [source.width, source.height];
    if (width === 0) return; // no frame yet
    this.#resize(Math.ceil(width * this.#copies), Math.ceil(height * this.#copies));
    this.#context.imageSmoothingEnabled = this.#copies < 1; // a new size has reset it
    this.#context.drawImage(source, 0, 0, width * this.#copies, height * this.#copies);
    this.#canvas.hidden = false;
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #resize(width, height) {
    if (this.#canvas.width === width && this.#canvas.height === height) return; // setting them clears the canvas
    this.#canvas.width = width;
    this.#canvas.height = height;
  }
}
