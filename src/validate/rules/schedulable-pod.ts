/** A workload that no pool of its cluster can take stays pending for ever. */

import type { JsonObject, JsonValue } from '../../model.ts';
import { matchesLabels, matchesSelector } from '../labels.ts';
import { podText } from '../pods.ts';
import { type PoolView, poolsOf, tolerates, wellKnownLabels } from '../pools.ts';
import { asList, asObject, type ClusterRule, get } from '../rule.ts';
import type { PodView } from '../views.ts';

export const schedulablePod: ClusterRule = {
  id: 'schedulable-pod',
  family: 'cross-reference',
  severity: 'error',
  title: 'some node pool has the labels that a pod asks for, and only taints that it tolerates',
  scope: 'cluster',
  check(cluster, report, unchecked) {
    if (cluster.plan.cluster.nodePools.length === 0) return;
    const pools = poolsOf(cluster);
    if (!pools) {
      unchecked('where pods can run', 'the labels of a pool cannot be read from its user data');
      return;
    }
    for (const pod of cluster.pods) {
      // A DaemonSet for nodes that a cluster does not have runs nowhere, and that is meant.
      if (pod.owner.kind === 'DaemonSet' || get(pod.owner.object, 'spec', 'replicas') === 0) continue;
      const labelled = pools.filter((pool) => wants(pod, pool));
      if (labelled.length === 0) {
        report(
          pod.owner.artifact,
          `${pod.pointer}/spec${get(pod.spec, 'nodeSelector') === undefined ? '/affinity' : '/nodeSelector'}`,
          `No pool of the cluster has nodes with the labels that ${podText(pod)} asks for: its pods stay pending. The pools are ${pools.map((pool) => pool.name).join(', ')}.`,
        );
        continue;
      }
      const tolerations = asList(get(pod.spec, 'tolerations'));
      if (labelled.some((pool) => tolerates(tolerations, pool.taints))) continue;
      const taints = labelled.flatMap((pool) =>
        pool.taints.map((taint) => `${taint.key}:${taint.effect} (${pool.name})`),
      );
      report(
        pod.owner.artifact,
        `${pod.pointer}/spec${get(pod.spec, 'tolerations') === undefined ? '' : '/tolerations'}`,
        `${podText(pod)} tolerates no pool that has its labels: ${taints.slice(0, 4).join(', ')}. Its pods stay pending; add the toleration.`,
      );
    }
  },
};

function wants(pod: PodView, pool: PoolView): boolean {
  const selector = withoutWellKnown(asObject(get(pod.spec, 'nodeSelector')) ?? {});
  if (!matchesLabels(selector, pool.labels)) return false;
  const terms = asList(
    get(pod.spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'),
  );
  return terms.length === 0 || terms.some((term) => matchesTerm(term, pool.labels));
}

function matchesTerm(term: JsonValue, labels: JsonObject): boolean {
  const expressions = asList(get(term, 'matchExpressions')).filter(
    (expression) => !wellKnownLabels.has(String(get(expression, 'key'))),
  );
  return matchesSelector({ matchExpressions: expressions }, labels);
}

function withoutWellKnown(selector: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(selector).filter(([key]) => !wellKnownLabels.has(key)));
}
