/** The pages that say what there is: docs/systems.md and docs/exceptions.md are made from what is, and tested to be so. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadWithProblems } from '../../src/load/repository.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import { findSuppressions } from '../../src/validate/suppress.ts';
import { root } from './compiled.ts';

interface Row {
  readonly row: number;
  readonly system: string;
  readonly units: readonly string[];
  readonly switch: string;
  readonly proof: readonly [file: string, title: string];
}

const rows = parse(readFileSync(join(root, 'test/channels/systems.yaml'), 'utf8')) as readonly Row[];
const tree = openWorkTree(root);
const beta = loadWithProblems(tree).repository.channels.get('beta')!;

/** Compares a page with what it should say; with UPDATE_DOCS it is written instead. */
function expectPage(path: string, text: string): void {
  const file = join(root, path);
  if (process.env.UPDATE_DOCS) writeFileSync(file, text);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(text);
}

test('every system has its units, and a proof that exists', () => {
  for (const { system, units, proof } of rows) {
    for (const unit of units) expect([system, beta.units.has(unit)]).toEqual([system, true]);
    const [file, title] = proof;
    expect([system, readFileSync(join(root, 'test/channels', file), 'utf8').includes(title)]).toEqual([system, true]);
  }
  const named = new Set(rows.flatMap((row) => row.units));
  const further = ['namespaces', 'default-limits', 'aws-cloud-controller-manager', 'karpenter', 'shared'];
  expect([...beta.units.keys()].filter((unit) => !named.has(unit)).sort()).toEqual([...further].sort());
});

test('docs/systems.md', () => {
  // Production cluster with most of it on.
  const folder = join(root, 'out/kube-1/kubernetes');
  const objects = (unit: string) => (existsSync(join(folder, unit)) ? readdirSync(join(folder, unit)).length : 0);
  const lines = rows.map(({ row, system, units, switch: how, proof }) => {
    const folders = units.map((unit) => `\`${beta.units.get(unit)!.folder.replace('channels/beta/', '')}\``).join(', ');
    const count = units.reduce((sum, unit) => sum + objects(unit), 0);
    return `| ${row} | ${system} | ${folders} | ${how} | ${count} | \`test/channels/${proof[0]}\`: ${proof[1]} |\n`;
  });
  expectPage(
    'docs/systems.md',
    `# Systems

Made by \`UPDATE_DOCS=1 npx vitest run test/channels/systems.test.ts\`; the test fails when it is stale. Folders are below
\`channels/beta/\`; objects are those of the production cluster kube-1. Row 25 (automated updates) is what applies \`out/\`,
and row 30 (the registry) is \`clusters/\`.

| row | system | units | switched by | objects | proof |
|---|---|---|---|--:|---|
${lines.join('')}`,
  );
});

test('docs/exceptions.md', () => {
  const found: { readonly rule: string; readonly line: string }[] = [];
  const walk = (folder: string) => {
    for (const entry of tree.list(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.kind === 'directory') walk(path);
      else if (/\.(?:jsonnet|libsonnet|yaml)$/.test(entry.name)) {
        for (const { rule, reason } of findSuppressions(path, new TextDecoder().decode(tree.read(path)))) {
          found.push({
            rule,
            line: `| \`${path.replace('channels/beta/', '')}\` | ${reason.replaceAll('|', '\\|')} |\n`,
          });
        }
      }
    }
  };
  walk('channels/beta');
  const rules = [...new Set(found.map(({ rule }) => rule))].sort();
  const sections = rules.map((rule) => {
    const lines = found.filter((entry) => entry.rule === rule).map(({ line }) => line);
    return `\n## ${rule}: ${lines.length}\n\n| where | why |\n|---|---|\n${lines.sort().join('')}`;
  });
  expectPage(
    'docs/exceptions.md',
    `# Exceptions

What the channels do although a rule speaks against it, with the reason that stands beside it in the source. Made by
\`UPDATE_DOCS=1 npx vitest run test/channels/systems.test.ts\`; the test fails when it is stale.
${sections.join('')}`,
  );
});
