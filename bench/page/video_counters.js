// Runs inside the measured page: returns the browser's counters of the received video, and the time (performance.now()).
async () => {
  const counters = { now: performance.now() };
  for (const report of (await window.moof.pc.getStats()).values()) {
    if (report.type === "transport") counters.bytes = report.bytesReceived;
    if (report.type !== "inbound-rtp" || report.kind !== "video") continue;
    counters.frames = report.framesDecoded;
    counters.frozen = report.totalFreezesDuration;
    counters.freezes = report.freezeCount;
    counters.nacks = report.nackCount;
    counters.repaired = report.retransmittedPacketsReceived ?? 0;
    counters.plis = report.pliCount;
  }
  return counters;
}
