/**
 * The benchmark of record: whole processes over a generated fleet, repeated, medians and peak memory.
 *   npm run bench                          200 clusters, three runs of each row
 *   npm run bench -- --clusters 1000 --runs 3 --against 200
 *   npm run bench -- --only compile-cold,check-cold
 * Prints a Markdown table; docs/performance.md has the results of record.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { git, makeFleet, median, weir } from './fleet.mjs';

const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '200' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
const size = Number(values.clusters);
const runs = Number(values.runs);
const only = values.only?.split(',');

const folder = makeFleet(size);
try {
  const first = weir(folder, 'compile', '--no-cache');
  if (first.status !== 0) throw new Error(first.text);
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'fleet');

  const overlay = join(folder, 'clusters', git(folder, 'ls-files', 'clusters').split('\n')[0].replace('clusters/', ''));
  const schema = join(folder, 'channels/beta/components/external-dns/config.schema.yaml');
  const component = join(folder, 'channels/beta/components/external-dns/component.yaml');
  let turn = 0;
  /** Appends a key that changes with every turn, so that no run finds the last one's result. */
  const editOverlay = () =>
    replace(overlay, /^ {2}external-dns:[\s\S]*?(?=^ {2}\S|^\S|$(?![\s\S]))/m, '', () =>
      append(overlay, `  external-dns: { zones_cache_duration: ${++turn}h }\n`),
    );
  const bump = () => replace(component, /(external-dns:v)[\d.]+/, `$10.99.${++turn}`);
  const editDefault = () => replace(schema, /default: \d+h\b/, `default: ${++turn + 1}h`);
  const warm = () => weir(folder, 'compile');
  const restore = () => {
    git(folder, 'checkout', '--quiet', '--', '.');
    warm();
  };

  const rows = [
    [
      'compile-empty',
      'compile into an empty out/ (the disk is part of it)',
      () => rmSync(join(folder, 'out'), { recursive: true }),
      ['compile', '--no-cache'],
    ],
    ['compile-cold', 'compile, cold, out/ as committed', undefined, ['compile', '--no-cache']],
    ['compile-warm', 'compile, nothing changed', warm, ['compile']],
    [
      'compile-overlay',
      'compile, one overlay edited',
      () => {
        restore();
        editOverlay();
      },
      ['compile'],
    ],
    [
      'compile-image',
      'compile, one image bumped',
      () => {
        restore();
        bump();
      },
      ['compile'],
    ],
    ['check-cold', 'check, cold', restore, ['check']],
    [
      'diff-default',
      'diff of a default changed for everybody',
      () => {
        restore();
        editDefault();
      },
      ['diff', '--base', 'HEAD', '--format', 'markdown'],
    ],
    [
      'diff-html',
      'the same as HTML',
      () => {
        restore();
        editDefault();
      },
      ['diff', '--base', 'HEAD', '--format', 'html'],
    ],
    ['channels', 'channels', restore, ['channels']],
  ].filter(([name]) => !only || only.includes(name));

  console.log(
    `${size} clusters, ${first.text.match(/(\d+) artifacts/)?.[1]} files; Node ${process.version}, ${cpus().length} cores, ${runs} runs\n`,
  );
  console.log('| work | median | fastest | slowest | peak memory |\n|---|--:|--:|--:|--:|');
  for (const [, title, prepare, parameters] of rows) {
    const results = [];
    for (let run = 0; run < runs; run++) {
      prepare?.();
      const result = weir(folder, ...parameters);
      if (result.status === 2) throw new Error(`${title}: ${result.text}`);
      results.push(result);
    }
    const seconds = results.map((result) => result.seconds);
    const text = (number) => `${number.toFixed(2)} s`;
    console.log(
      `| ${title} | ${text(median(seconds))} | ${text(Math.min(...seconds))} | ${text(Math.max(...seconds))} | ${Math.round(median(results.map((result) => result.memory)))} MiB |`,
    );
    restore();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function replace(file, from, to, otherwise) {
  const text = readFileSync(file, 'utf8');
  if (!from.test(text)) {
    if (otherwise) return otherwise();
    throw new Error(`${file} has no ${from}`);
  }
  writeFileSync(file, text.replace(from, to));
  otherwise?.();
}

function append(file, text) {
  const current = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    /^config: *\{\}\s*$/m.test(current) ? current.replace(/^config: *\{\}\s*$/m, `config:\n${text}`) : current + text,
  );
}
