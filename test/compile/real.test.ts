/**
 * Tracing over the real channels: every node of two clusters has a place, and what a key changes names that key.
 * `WEIR_EVERY_KEY=1` tries every key of both clusters instead of a sample.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compilePlans, loadFleet } from '../../src/commands/shared/context.ts';
import type { Compilation, ResultStore } from '../../src/compile/compile.ts';
import type { EntryRecord } from '../../src/compile/evaluate.ts';
import { pathOf } from '../../src/compile/json.ts';
import { UserError } from '../../src/errors.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import type { ClusterPlan, ConfigSchema, JsonValue, PlannedUnit, Repository } from '../../src/model.ts';

const root = join(import.meta.dirname, '../..');
const everyKey = process.env.WEIR_EVERY_KEY === '1';

let repository: Repository;
let plans: readonly ClusterPlan[];
let base: Compilation;
const store = new (class implements ResultStore {
  readonly #records = new Map<string, readonly EntryRecord[]>();
  load(entry: string): readonly EntryRecord[] | undefined {
    return this.#records.get(entry);
  }
  save(entry: string, _files: readonly string[], records: readonly EntryRecord[]): void {
    // The base's records alone: those of mutations would only grow the trie.
    if (!this.#records.has(entry)) this.#records.set(entry, records);
  }
})();

beforeAll(async () => {
  const tree = openWorkTree(root);
  const names = tree
    .list('clusters')
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.facts.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length));
  const chosen = ['kube-1', 'kube-1-test'].filter((name) => names.includes(name));
  ({ repository, plans } = loadFleet(tree, { clusters: chosen }));
  base = await compilePlans(repository, plans, { results: store });
}, 240_000);

test('every node of every artifact of two clusters has a place', () => {
  expect(plans).toHaveLength(2);
  const lost: string[] = [];
  let nodes = 0;
  for (const artifact of base.artifacts) {
    if (artifact.kind === 'plan') continue;
    for (const pointer of artifact.kind === 'userdata' ? [''] : pointers(artifact.value)) {
      nodes++;
      if (base.locate(artifact, pointer) === undefined) lost.push(`${artifact.cluster} ${artifact.path} ${pointer}`);
    }
  }
  expect(lost).toEqual([]);
  expect(nodes).toBeGreaterThan(5000);
}, 240_000);

interface Key {
  readonly plan: ClusterPlan;
  readonly planned: PlannedUnit;
  /** In the unit's config. */
  readonly pointer: string;
  /** As provenance names it. */
  readonly name: string;
  readonly value: JsonValue;
}

describe('a key changes only nodes whose trace names it', () => {
  test(everyKey ? 'every scalar key' : 'a sample of the scalar keys', async () => {
    const keys = plans.flatMap(scalarKeys).filter((_, index) => everyKey || index % 23 === 0);
    const offences: string[] = [];
    let changed = 0;
    let refused = 0;
    for (const key of keys) {
      const after = await compileWith(key);
      if (after === undefined) {
        refused++;
        continue;
      }
      const found = new Map(after.artifacts.map((artifact) => [artifact.path, artifact.value]));
      for (const artifact of base.artifacts) {
        if (artifact.cluster !== key.plan.cluster.name || artifact.kind === 'userdata') continue;
        const value = found.get(artifact.path);
        // A file that goes is a matter of its component's whole result, which is no artifact.
        if (value === undefined || value === artifact.value) continue;
        for (const pointer of differences(artifact.value, value)) {
          changed++;
          if (artifact.kind === 'plan') continue;
          const names = base.locate(artifact, pointer)?.overlay.map(({ path }) => path) ?? [];
          if (!names.includes(key.name)) offences.push(`${key.name} changes ${artifact.path} ${pointer}`);
        }
      }
    }
    expect(offences).toEqual([]);
    expect(changed).toBeGreaterThan(keys.length / 4);
    expect(refused).toBeLessThan(keys.length / 2);
  }, 900_000);
});

function scalarKeys(plan: ClusterPlan): readonly Key[] {
  return plan.units.flatMap((planned) => {
    if (!planned.enabled) return [];
    const prefix = planned.pool === undefined ? `/${planned.unit.name}` : `/node_pools/${planned.pool.name}/config`;
    return [...planned.config.settings].flatMap(([pointer, [setting]]) => {
      const value = setting?.value;
      if (pointer === '/enabled' || value === undefined || typeof value === 'object') return [];
      return [{ plan, planned, pointer, name: prefix + pointer, value }];
    });
  });
}

/** The cluster with another value of a key; undefined when the unit has no use for it. */
async function compileWith(key: Key): Promise<Compilation | undefined> {
  const path = pathOf(key.pointer, key.planned.config.value) ?? [];
  const value = replaceAt(key.planned.config.value, path, another(key)) as PlannedUnit['config']['value'];
  const units = key.plan.units.map((each) =>
    each === key.planned ? { ...each, config: { ...each.config, value } } : each,
  );
  try {
    return await compilePlans(repository, [{ ...key.plan, units }], { results: store });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function another({ value, planned, pointer }: Key): JsonValue {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  const choices = schemaAt(planned.unit.schema, pointer)?.enum?.filter((each) => each !== value);
  if (choices?.[0] !== undefined) return choices[0];
  const text = String(value);
  // Quantities, durations, addresses and times stay what they are; other text gets a letter more.
  return /[1-8]/.test(text) ? text.replace(/[1-8]/, (digit) => String(Number(digit) + 1)) : `${text}x`;
}

function schemaAt(schema: ConfigSchema, pointer: string): ConfigSchema | undefined {
  let found: ConfigSchema | undefined = schema;
  for (const step of pathOf(pointer, null) ?? []) {
    found = found?.properties?.[String(step)] ?? (found?.additionalProperties || undefined);
  }
  return found;
}

function replaceAt(value: JsonValue, path: readonly (string | number)[], leaf: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return leaf;
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item, index) => (index === step ? replaceAt(item, rest, leaf) : item));
  }
  const object = value as { readonly [key: string]: JsonValue };
  return { ...object, [step]: replaceAt(object[step] as JsonValue, rest, leaf) };
}

function pointers(value: JsonValue, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Object.entries(value) as [string, JsonValue][];
  return [at, ...entries.flatMap(([key, child]) => pointers(child, `${at}/${token(key)}`))];
}

/** Nodes of `before` that differ: scalars, and containers whose keys or length differ. */
function differences(before: JsonValue, after: JsonValue, at = ''): string[] {
  const container = (value: JsonValue) => typeof value === 'object' && value !== null;
  if (!container(before) || !container(after) || Array.isArray(before) !== Array.isArray(after)) {
    return before === after ? [] : [at];
  }
  const [left, right] = [before, after] as Record<string, JsonValue>[] as [
    Record<string, JsonValue>,
    Record<string, JsonValue>,
  ];
  const keys = Object.keys(left);
  // Items of a list that grew or shrank move: what they were made from is not theirs any more.
  if (Array.isArray(before) && keys.length !== Object.keys(right).length) return [at];
  const own = keys.length !== Object.keys(right).length || keys.some((key) => !Object.hasOwn(right, key)) ? [at] : [];
  return [
    ...own,
    ...keys.flatMap((key) =>
      Object.hasOwn(right, key) ? differences(left[key]!, right[key]!, `${at}/${token(key)}`) : [],
    ),
  ];
}

function token(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
