// @ts-check
// Runs inside the measured page: returns the browser's counters of the received video, and the time (performance.now()).
async () => {
  /** @type {Record<string, number | undefined>} */
  const counters = { now: performance.now() };
  const reports = await window.moof.pc?.getStats();
  reports?.forEach((/** @type {RTCTransportStats & RTCInboundRtpStreamStats & {retransmittedPacketsReceived?: number}} */ report) => {
    if (report.type === "transport") counters.bytes = report.bytesReceived;
    if (report.type !== "inbound-rtp" || report.kind !== "video") return;
    counters.frames = report.framesDecoded;
    counters.frozen = report.totalFreezesDuration;
    counters.freezes = report.freezeCount;
    counters.nacks = report.nackCount;
    counters.repaired = report.retransmittedPacketsReceived ?? 0;
    counters.plis = report.pliCount;
  });
  return counters;
}
