// Runs inside the page under test: keeps what the loudspeaker would get, as signed 16-bit samples of the left
// channel, and when each block came (ms since 1970).
async () => {
  const track = window.moof.pc.getReceivers().find((receiver) => receiver.track.kind === "audio").track;
  const recorded = (window.recorded = { rate: 0, blocks: [], times: [], stop: false });
  const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
  (async () => {
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
  })();
}
