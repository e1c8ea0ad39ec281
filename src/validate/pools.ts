/** Node pools as the scheduler will see their nodes: labels and taints. */

import { parseDocument } from 'yaml';
import type { JsonObject, JsonValue } from '../model.ts';
import { asList, asObject, asString, get } from './rule.ts';
import { userDataOf } from './userdata.ts';
import type { ClusterView } from './views.ts';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

export interface PoolView {
  readonly name: string;
  readonly labels: JsonObject;
  readonly taints: readonly Taint[];
  readonly maxSize: number;
}

/** Labels that nodes get from the cloud or the kubelet, whatever the pool says: any value can be meant. */
export const wellKnownLabels = new Set([
  'kubernetes.io/os',
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
]);

/** Pools whose labels and taints can be read; a pool that cannot be read makes the list unusable, and it is undefined. */
export function poolsOf(cluster: ClusterView): readonly PoolView[] | undefined {
  const data = userDataOf(cluster);
  const pools: PoolView[] = [];
  for (const pool of cluster.plan.cluster.nodePools) {
    const node = (cluster.byKind.get('NodePool') ?? []).find((view) => view.artifact.pool === pool.name);
    if (node) {
      const template = get(node.object, 'spec', 'template');
      pools.push({
        name: pool.name,
        labels: asObject(get(template, 'metadata', 'labels')) ?? {},
        taints: [...asList(get(template, 'spec', 'taints'))].map(taintOf),
        maxSize: pool.maxSize,
      });
      continue;
    }
    const own = data.find((entry) => entry.pool === pool.name && entry.artifact.kind === 'template');
    const labels = own && labelsIn(own.text);
    if (!own || !labels) return undefined;
    pools.push({
      name: pool.name,
      labels,
      taints: taintsIn(own.files.map((file) => file.content)),
      maxSize: pool.maxSize,
    });
  }
  return pools;
}

/** `--node-labels=a=b,c=d`, or the shell variable that it is made from. */
function labelsIn(text: string): JsonObject | undefined {
  const direct = /--node-labels=([^\s"'$]+)/.exec(text)?.[1];
  const variable = /^\s*labels=["']?([^"'\n]*)["']?\s*$/m.exec(text)?.[1];
  const list = direct ?? variable;
  if (list === undefined) return undefined;
  return Object.fromEntries(
    list
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function taintsIn(contents: readonly string[]): readonly Taint[] {
  for (const content of contents) {
    if (!content.includes('kind: KubeletConfiguration')) continue;
    const value = parseDocument(content, { logLevel: 'silent' }).toJS({ maxAliasCount: 0 }) as JsonValue;
    return asList(get(value, 'registerWithTaints')).map(taintOf);
  }
  return [];
}

function taintOf(value: JsonValue): Taint {
  return {
    key: asString(get(value, 'key')) ?? '',
    value: asString(get(value, 'value')) ?? '',
    effect: asString(get(value, 'effect')) ?? '',
  };
}

/** Whether a pod's tolerations let it onto a node with these taints (`PreferNoSchedule` keeps nobody away). */
export function tolerates(tolerations: readonly JsonValue[], taints: readonly Taint[]): boolean {
  return taints.every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' ||
      tolerations.some((toleration) => {
        const [key, effect] = [get(toleration, 'key'), get(toleration, 'effect')];
        const operator = get(toleration, 'operator') ?? 'Equal';
        if (effect !== undefined && effect !== taint.effect) return false;
        if (operator === 'Exists') return key === undefined || key === taint.key;
        return key === taint.key && (get(toleration, 'value') ?? '') === taint.value;
      }),
  );
}
