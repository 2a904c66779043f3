// @ts-check
// Runs inside the measured page: decodes the time bar of each displayed picture and records in `barLatencies` the time
// from drawing to display in ms, and in `barTimes` when the picture was displayed (performance.now()).
// Source and browser run on one machine, so the bar's CLOCK_REALTIME and the page's clock are the same. The bar encodes
// the low 48 bits of the time, so the difference is taken modulo 2^48 µs.
() => {
  const strip = new OffscreenCanvas(768, 8).getContext("2d", { willReadFrequently: true });
  const video = document.querySelector("video");
  const canvas = document.getElementById("display-canvas"); // the page /watch has none
  if (!strip || !video) throw new Error("No picture.");
  /** @type {number[]} */
  const latencies = (window.barLatencies = []);
  /** @type {number[]} */
  const times = (window.barTimes = []);
  let last = 0;
  /** @param {HTMLVideoElement | HTMLCanvasElement} picture */
  const decode = (picture) => {
    strip.drawImage(picture, 0, 0, 768, 8, 0, 0, 768, 8);
    const row = strip.getImageData(0, 4, 768, 1).data;
    let micros = 0;
    for (let bit = 0; bit < 48; bit++) micros = micros * 2 + ((row[(bit * 16 + 8) * 4] ?? 0) > 127 ? 1 : 0);
    if (micros === last) return;
    last = micros;
    const now = Math.round((performance.timeOrigin + performance.now()) * 1000);
    times.push(performance.now());
    latencies.push((((now - micros) % 2 ** 48) + 2 ** 48) % 2 ** 48 / 1000);
  };
  const onVideoFrame = () => {
    decode(video);
    video.requestVideoFrameCallback(onVideoFrame);
  };
  const onAnimationFrame = () => {
    if (canvas instanceof HTMLCanvasElement && getComputedStyle(canvas).display !== "none") decode(canvas);
    requestAnimationFrame(onAnimationFrame);
  };
  video.requestVideoFrameCallback(onVideoFrame);
  requestAnimationFrame(onAnimationFrame);
}
