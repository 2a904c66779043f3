// @ts-check
// Runs inside the page: records the audio track in `recorded`, as signed 16-bit samples of the left channel in blocks,
// and the time of each block (ms since 1970), until `recorded.stop` is set.
() => {
  const track = window.moof.pc?.getReceivers().find((receiver) => receiver.track.kind === "audio")?.track;
  if (!track) throw new Error("There is no audio track.");
  /** @type {Window["recorded"]} */
  const recorded = { rate: 0, blocks: [], times: [], stop: false };
  window.recorded = recorded;
  const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
  const record = async () => {
    while (!recorded.stop) {
      const { value, done } = await reader.read();
      if (done) break;
      recorded.times.push(performance.timeOrigin + performance.now());
      const block = new Float32Array(value.numberOfFrames);
      value.copyTo(block, { planeIndex: 0, format: "f32-planar" });
      recorded.rate = value.sampleRate;
      recorded.blocks.push(Int16Array.from(block, (sample) => Math.max(-32768, Math.min(32767, sample * 32768))));
      value.close();
    }
  };
  void record();
}
