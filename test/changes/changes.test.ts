import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Edit, Fleet, groupLines } from './fleet.ts';

/**
 * One change to the real channels or clusters, and what a reviewer must be told. `expected` has a line for each group,
 * the loudest first: `unit | subject action | impact rule, ... | cause | clusters`; `more` counts those that follow.
 */
interface Scenario {
  readonly name: string;
  /** `copy` makes a new cluster's file from another's. */
  readonly edits: readonly (Edit & { readonly copy?: string })[];
  readonly expected: readonly string[];
  readonly more?: number;
}

const clusters = ['kube-1', 'kube-1-test', 'e2e-2'];
const families = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .map((file) => [
    file.replace('.yaml', ''),
    parse(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')) as readonly Scenario[],
  ]) as readonly (readonly [string, readonly Scenario[]])[];

/** `e2e-2` of `clusters/e2e-2.facts.yaml`. */
function clusterOf(file: string): string {
  return file.replace('clusters/', '').replace(/(?:\.facts)?\.yaml$/, '');
}

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.open(`${import.meta.dirname}/../..`, clusters);
});

describe.each(families)('%s', (_, scenarios) => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (__, scenario) => {
    const edits = scenario.edits.map(
      ({ copy, ...edit }): Edit =>
        copy === undefined ? edit : { ...edit, to: fleet.read(copy).replaceAll(clusterOf(copy), clusterOf(edit.file)) },
    );
    const lines = groupLines(await fleet.diff(edits)).map((line) =>
      line.replace(/ \| e2e-2 kube-1 kube-1-test$/, ' | all'),
    );
    const shown = scenario.more === undefined ? lines : lines.slice(0, scenario.expected.length);
    expect(shown).toEqual(scenario.expected);
    expect(lines.length).toBe(scenario.expected.length + (scenario.more ?? 0));
  });
});

test('the tables hold at least eighty changes, and each names its own', () => {
  const names = families.flatMap(([family, scenarios]) => scenarios.map(({ name }) => `${family}: ${name}`));
  expect(names.length).toBeGreaterThanOrEqual(80);
  expect(new Set(names).size).toBe(names.length);
});
