// Counts answers: totals since the start, and the last ten seconds.

const windowSeconds = 10;

export function createMeter() {
  const recent = [];
  let requestsTotal = 0;
  let errorsTotal = 0;

  /** An error is an answer of 500 or more. */
  function count(status, tookMs) {
    const failed = status >= 500;
    requestsTotal += 1;
    if (failed) errorsTotal += 1;
    recent.push({ at: performance.now(), failed, tookMs });
    forget();
  }

  function read() {
    forget();
    const requests = recent.length;
    const errors = recent.filter((one) => one.failed).length;
    const times = recent.map((one) => one.tookMs).sort((a, b) => a - b);
    const at = (share) =>
      requests === 0 ? null : Math.round(times[Math.min(requests - 1, Math.floor(requests * share))]);
    return {
      windowSeconds,
      requests,
      errors,
      errorRate: requests === 0 ? null : errors / requests,
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      requestsTotal,
      errorsTotal,
    };
  }

  function forget() {
    const since = performance.now() - windowSeconds * 1_000;
    const gone = recent.findIndex((one) => one.at >= since);
    recent.splice(0, gone < 0 ? recent.length : gone);
  }

  return { count, read, windowSeconds };
}
