// Loaded into a measured process: leaves its peak memory in the file that WEIR_BENCH_RSS names, in KiB.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.env.WEIR_BENCH_RSS) {
  process.on('exit', () => writeFileSync(process.env.WEIR_BENCH_RSS, String(process.resourceUsage().maxRSS)));
}
