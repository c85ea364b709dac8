const sampleEveryMs = 20;

/**
 * Watches the resident memory of the process. The system's own maximum covers the whole life of the process, so it
 * would report the largest of all runs so far.
 *
 * @returns `stop` ends the watch and gives the largest sample, MiB.
 */
export function watchMemory(): { stop(): number } {
  let largestBytes = 0;
  const sample = () => {
    largestBytes = Math.max(largestBytes, process.memoryUsage.rss());
  };
  sample();
  const timer = setInterval(sample, sampleEveryMs);
  timer.unref();
  return {
    stop() {
      sample();
      clearInterval(timer);
      return Math.round(largestBytes / 2 ** 20);
    },
  };
}
