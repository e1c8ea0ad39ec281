/** Every leaf of every cluster of this repository: its chain leads to lines that say what the chain says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRepository } from '../../src/load/repository.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import { planClusters } from '../../src/merge/plan.ts';
import type { Config, JsonValue, Setting } from '../../src/model.ts';

const root = join(import.meta.dirname, '../..');
const repository = loadRepository(openWorkTree(root));
const plans = planClusters(repository);

const lines = new Map<string, readonly string[]>();
function lineOf(file: string, line: number): string {
  let text = lines.get(file);
  if (!text) {
    text = readFileSync(join(root, file), 'utf8').split('\n');
    lines.set(file, text);
  }
  return text[line - 1] ?? '';
}

/** Whether the text at a place begins with the key that the pointer ends with, or is a schema's default. */
function leadsTo({ origin }: Setting, pointer: string): boolean {
  const at = lineOf(origin.place.file, origin.place.line).slice(origin.place.column - 1);
  const keys = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const written = [...keys, ...(origin.layer === 'default' ? ['default', 'properties'] : [])];
  // A chain may end with what was said of a map above; the place is that map's then.
  return written.some((key) => [key, `'${key}'`, JSON.stringify(key)].some((form) => at.startsWith(`${form}:`)));
}

function valueAt(value: JsonValue, pointer: string): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    found = (found as Readonly<Record<string, JsonValue>> | undefined)?.[key];
  }
  return found;
}

const configs: readonly (readonly [string, Config])[] = plans.flatMap(({ cluster, shared, units }) => [
  ...[...shared].map(([channel, config]) => [`${cluster.name} shared of ${channel}`, config] as const),
  ...units.map(
    ({ unit, pool, config }) => [`${cluster.name} ${unit.name} ${pool?.name ?? ''}`.trim(), config] as const,
  ),
]);

describe('the clusters of this repository', () => {
  test('are planned', () => {
    expect(plans.length).toBeGreaterThan(5);
    expect(configs.length).toBeGreaterThan(100);
  });

  test('every setting of every leaf stands where its chain says', () => {
    const wrong = configs.flatMap(([name, config]) =>
      [...config.settings].flatMap(([pointer, chain]) =>
        chain
          .filter((setting) => !leadsTo(setting, pointer))
          .map(
            ({ origin }) =>
              `${name}${pointer}: ${origin.layer} ${origin.place.file}:${origin.place.line}:${origin.place.column}`,
          ),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('what stands first in a chain is the value', () => {
    for (const [name, config] of configs) {
      for (const [pointer, chain] of config.settings) {
        expect([name, pointer, JSON.stringify(valueAt(config.value, pointer) ?? null)]).toEqual([
          name,
          pointer,
          JSON.stringify(chain[0]?.value),
        ]);
      }
    }
  });
});
