/** A cluster's own names and facts in values: replaced by what they are, so that the same change looks the same everywhere. */
import type { JsonObject, JsonValue } from '../model.ts';
import { asObject } from './path.ts';

export interface ClusterNames {
  /** Longest text first: what it is replaced by. */
  readonly replacements: readonly (readonly [text: string, name: string])[];
}

/** Shorter texts, and words that stand in values of every cluster, would replace what they do not mean. */
const shortest = 4;
const common = new Set([
  'production',
  'test',
  'beta',
  'stable',
  'default',
  'true',
  'false',
  'aws',
  'ready',
  'provisioned',
]);

/** Names of a cluster from its identity fields and facts. `pool` adds the pool's name. */
export function clusterNames(name: string, identity: JsonObject, facts: JsonObject): ClusterNames {
  const found = new Map<string, string>();
  const add = (text: string, label: string) => {
    if (text.length >= shortest && !common.has(text) && !found.has(text)) found.set(text, label);
  };
  collect(identity, '', add);
  const account = String(identity.infrastructure_account ?? '').replace(/^aws:/, '');
  add(account, 'account_id');
  add(name, 'name');
  const url = String(identity.api_server_url ?? '').replace(/^https:\/\//, '');
  add(url, 'api_server');
  collect(facts, 'facts.', add);
  return {
    replacements: [...found].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1)),
  };
}

function collect(value: JsonValue, path: string, add: (text: string, label: string) => void): void {
  if (typeof value === 'string') add(value, path.replace(/\.$/, ''));
  const object = asObject(value);
  if (object) for (const key of Object.keys(object).sort()) collect(object[key]!, `${path}${key}.`, add);
}

/** The value with every own name replaced by `{name}`; keys too, for maps keyed by zone or host. */
export function neutral(value: JsonValue, names: ClusterNames, pool?: string): JsonValue {
  if (typeof value === 'string') return neutralText(value, names, pool);
  if (Array.isArray(value)) return value.map((item) => neutral(item, names, pool));
  const object = asObject(value);
  if (!object) return value;
  const result: Record<string, JsonValue> = Object.create(null);
  for (const [key, item] of Object.entries(object)) result[neutralText(key, names, pool)] = neutral(item, names, pool);
  return result;
}

export function neutralText(text: string, names: ClusterNames, pool?: string): string {
  let result = text;
  for (const [own, name] of names.replacements) if (result.includes(own)) result = result.replaceAll(own, `{${name}}`);
  if (pool !== undefined && pool.length >= shortest && result.includes(pool))
    result = result.replaceAll(pool, '{pool}');
  return result;
}
