/**
 * The engine beside native go-jsonnet on the real units: every entry file of channels/ for every committed cluster, no
 * result reused, as whole processes in pairs.
 *
 *     npm run build && node bench/jsonnet/fleet.mjs [--runs 5] [--repeat 1] [--json]
 *
 * `--repeat 16` evaluates everything 16 times in a process, which is the size of a fleet of 200 clusters: neither side
 * keeps results, but the start and the first meeting with each file are spread.
 *
 * Needs .ci/install-go-jsonnet.sh. Both sides get the same arguments from one file and keep their files parsed between
 * evaluations. go-jsonnet, which has no `weir.libsonnet`, looks its results up in a table: it is spared that work.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const self = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    repeat: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    dist: { type: 'string', default: join(root, 'dist') },
    /** Internal: evaluate the requests of a file. */
    evaluate: { type: 'string' },
  },
});
const load = (path) => import(join(flags.dist, path));

if (flags.evaluate !== undefined) await evaluateRequests(flags.evaluate);
else await compare();

async function newEngine(wrap = (natives) => natives) {
  const { Engine } = await load('jsonnet/engine.js');
  const { ConfinedImporter } = await load('compile/importer.js');
  const { libraryName, libraryNatives, libraryText } = await load('compile/native/library.js');
  const { openWorkTree } = await load('load/tree.js');
  const { renderYaml } = await load('write/yaml.js');
  return new Engine({
    importer: new ConfinedImporter(openWorkTree(root)),
    natives: wrap(libraryNatives({ renderYaml })),
    builtinFiles: { [libraryName]: libraryText() },
  });
}

/** What the timed process of weir does: each request evaluated, each result printed. */
async function evaluateRequests(file) {
  const engine = await newEngine();
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const { entry, args } = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(engine.evaluate(entry, args).value)}\n`);
  }
}

async function compare() {
  const oracle = process.env.WEIR_JSONNET_ORACLE ?? join(root, '.weir/tools/bin/jsonnet-oracle');
  if (!existsSync(oracle)) {
    console.error(`${oracle} is missing: run .ci/install-go-jsonnet.sh`);
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  try {
    const { evaluations, clusters } = await writeRequests(folder);
    const files = { go: join(folder, 'go.jsonl'), weir: join(folder, 'weir.jsonl') };
    const out = { go: join(folder, 'go.out'), weir: join(folder, 'weir.out') };
    const commands = {
      go: () => spawnSync(oracle, { stdio: [openSync(files.go, 'r'), openSync(out.go, 'w'), 'inherit'] }),
      weir: () =>
        spawnSync(process.execPath, [self, '--dist', flags.dist, '--evaluate', files.weir], {
          stdio: ['ignore', openSync(out.weir, 'w'), 'inherit'],
        }),
    };
    const times = { go: [], weir: [] };
    for (let turn = 0; turn < Number(flags.runs); turn += 1) {
      for (const name of turn % 2 === 0 ? ['go', 'weir'] : ['weir', 'go']) {
        const start = process.hrtime.bigint();
        const { status } = commands[name]();
        times[name].push(Number(process.hrtime.bigint() - start) / 1e6);
        if (status !== 0) throw new Error(`${name} failed`);
      }
    }
    const differing = countDifferences(out);
    const go = median(times.go);
    const weir = median(times.weir);
    if (flags.json) {
      console.log(JSON.stringify({ evaluations, clusters, go, weir, ratio: go / weir, differing }));
    } else {
      console.log('| workload | go-jsonnet, ms | weir, ms | ratio |\n|---|---:|---:|---:|');
      console.log(
        `| ${evaluations} evaluations of the units of ${clusters} clusters | ${Math.round(go)} | ${Math.round(weir)} | ${(go / weir).toFixed(1)}x |`,
      );
    }
    if (differing > 0) {
      console.error(`${differing} results differ`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes what both sides evaluate, and for go-jsonnet a `weir.libsonnet` per entry file with the calls it makes. */
async function writeRequests(folder) {
  const { loadFleet } = await load('commands/shared/context.js');
  const { compileFleet } = await load('compile/compile.js');
  const { evaluateEntry } = await load('compile/evaluate.js');
  const { libraryText } = await load('compile/native/library.js');
  const { openWorkTree } = await load('load/tree.js');
  const { renderYaml } = await load('write/yaml.js');
  const calls = [];
  const engine = await newEngine((natives) => recording(natives, calls));
  const { repository, plans } = loadFleet(openWorkTree(root));
  const lines = { go: [], weir: [] };
  const runner = async (tasks) => {
    for (const [index, { entry, runs }] of tasks.entries()) {
      calls.length = 0;
      const library = join(folder, String(index));
      mkdirSync(library);
      const names = (engine.parameters(entry) ?? []).map((parameter) => parameter.name);
      for (const run of runs) {
        const args = Object.fromEntries(names.map((name) => [name, run[name]]));
        engine.evaluate(entry, args);
        lines.weir.push(JSON.stringify({ entry, args }));
        const tlaCode = Object.fromEntries(names.map((name) => [name, JSON.stringify(run[name])]));
        lines.go.push(JSON.stringify({ id: lines.go.length, file: join(root, entry), jpath: [library], tlaCode }));
      }
      writeFileSync(join(library, 'weir.libsonnet'), await recordedLibrary(calls, libraryText()));
    }
    return tasks.map((task) => evaluateEntry(engine, task));
  };
  await compileFleet(repository, plans, { services: { renderYaml }, runner });
  const repeat = Number(flags.repeat);
  for (const side of ['go', 'weir']) {
    writeFileSync(join(folder, `${side}.jsonl`), `${lines[side].join('\n')}\n`.repeat(repeat));
  }
  return { evaluations: repeat * lines.go.length, clusters: repeat * plans.length };
}

function recording(natives, calls) {
  const wrap = (name, native) => ({
    parameters: native.parameters,
    call(...args) {
      const result = native.call(...args);
      calls.push({ name, args, result });
      return result;
    },
  });
  return Object.fromEntries(Object.entries(natives).map(([name, native]) => [name, wrap(name, native)]));
}

/** Each native call becomes a look-up by its name and arguments. */
async function recordedLibrary(calls, text) {
  const { Engine } = await load('jsonnet/engine.js');
  const program = new TextEncoder().encode('function(calls) [std.manifestJsonMinified(c) for c in calls]');
  const engine = new Engine({ importer: { resolve: (_, path) => path, read: () => program } });
  const keys = engine.evaluate('keys', { calls: calls.map(({ args }) => args) }).value;
  const table = Object.fromEntries(calls.map(({ name, result }, index) => [name + keys[index], result]));
  const body = text.replace(
    /std\.native\('([^']+)'\)\(([^)]*)\)/g,
    (_, name, args) => `table['${name}' + std.manifestJsonMinified([${args}])]`,
  );
  return `local table = ${JSON.stringify(table)};\n${body.replace(/^\/\/.*\n/, '')}`;
}

function countDifferences(out) {
  const lines = (file) => readFileSync(file, 'utf8').trim().split('\n');
  const weir = lines(out.weir);
  return lines(out.go).filter((line, index) => {
    const { value } = JSON.parse(line);
    return value === undefined || canonical(JSON.parse(value)) !== canonical(JSON.parse(weir[index]));
  }).length;
}

function canonical(value) {
  return JSON.stringify(value, (_, child) =>
    typeof child === 'object' && child !== null && !Array.isArray(child)
      ? Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1))
      : child,
  );
}

function median(list) {
  return [...list].sort((a, b) => a - b)[list.length >> 1];
}
