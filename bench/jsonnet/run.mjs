/**
 * The engine beside native go-jsonnet: whole processes, in pairs, on the programs of `programs/`.
 *
 *     npm run build && node bench/jsonnet/run.mjs [--runs 5] [--only sorting,strings] [--json]
 *
 * Needs go-jsonnet: `.ci/install-go-jsonnet.sh`, or WEIR_GO_JSONNET. Prints a Markdown table; exits with 1 where a
 * result differs. "Evaluation" is a program's time without the time of an empty program in the same binary.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const programs = join(root, 'bench/jsonnet/programs');

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    weir: { type: 'string', default: join(root, 'dist/cli.js') },
  },
});

const goJsonnet = process.env.WEIR_GO_JSONNET ?? join(root, '.weir/tools/bin/jsonnet');
if (!existsSync(goJsonnet)) {
  console.error(`${relative('', goJsonnet)} is missing: run .ci/install-go-jsonnet.sh, or set WEIR_GO_JSONNET`);
  process.exit(2);
}

const engines = {
  go: (args) => [goJsonnet, args],
  weir: (args) => [process.execPath, [flags.weir, 'jsonnet', ...args]],
};
const runs = Number(flags.runs);
const wanted = flags.only?.split(',');
const names = readdirSync(programs)
  .map((file) => file.replace(/\.jsonnet$/, ''))
  .filter((name) => wanted === undefined || wanted.includes(name))
  .sort();

const startup = measure(['-e', 'null'], 2 * runs + 1);
const rows = names.map((name) => ({ name, ...measure([join(programs, `${name}.jsonnet`)], runs) }));
report();

/** Median milliseconds of each engine; the engines alternate, so that the machine's mood meets both. */
function measure(args, count) {
  const times = { go: [], weir: [] };
  const outputs = { go: '', weir: '' };
  for (let turn = 0; turn < count; turn += 1) {
    for (const engine of turn % 2 === 0 ? ['go', 'weir'] : ['weir', 'go']) {
      const [command, commandArgs] = engines[engine](args);
      const start = process.hrtime.bigint();
      const result = spawnSync(command, commandArgs, { encoding: 'utf8', maxBuffer: 1 << 30 });
      times[engine].push(Number(process.hrtime.bigint() - start) / 1e6);
      if (result.status !== 0) throw new Error(`${engine} failed on ${args.join(' ')}:\n${result.stderr}`);
      outputs[engine] = result.stdout;
    }
  }
  return { go: median(times.go), weir: median(times.weir), equal: outputs.go === outputs.weir };
}

function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function geometricMean(list) {
  return Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length);
}

function report() {
  // An empty program's time is subtracted; what is left is at least a millisecond, the noise of a start.
  const evaluation = (row, engine) => Math.max(1, row[engine] - startup[engine]);
  const results = rows.map((row) => ({
    ...row,
    whole: row.go / row.weir,
    alone: evaluation(row, 'go') / evaluation(row, 'weir'),
  }));
  const summary = {
    startup,
    whole: geometricMean(results.map((row) => row.whole)),
    alone: geometricMean(results.map((row) => row.alone)),
    slowest: results.reduce((slowest, row) => (row.whole < slowest.whole ? row : slowest)),
  };
  const differing = results.filter((row) => !row.equal).map((row) => row.name);
  if (flags.json) {
    console.log(JSON.stringify({ runs, results, summary, differing }, null, 2));
  } else {
    const ms = (value) => `${Math.round(value)}`;
    const times = (value) => `${value.toFixed(1)}x`;
    console.log(`| program | go-jsonnet, ms | weir, ms | ratio | ratio of evaluation alone |`);
    console.log('|---|---:|---:|---:|---:|');
    for (const row of results) {
      console.log(`| ${row.name} | ${ms(row.go)} | ${ms(row.weir)} | ${times(row.whole)} | ${times(row.alone)} |`);
    }
    console.log(`| **geometric mean** | | | **${times(summary.whole)}** | **${times(summary.alone)}** |`);
    console.log(
      `\nMedians of ${runs} paired runs, whole processes; an empty program takes ${ms(startup.go)} ms and ` +
        `${ms(startup.weir)} ms. The least favourable program is ${summary.slowest.name}.`,
    );
  }
  if (differing.length > 0) {
    console.error(`different results: ${differing.join(', ')}`);
    process.exitCode = 1;
  }
}
