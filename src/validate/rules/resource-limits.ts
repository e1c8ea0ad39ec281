/** Requests above limits are refused. Source: ValidateContainerResourceRequirements in Kubernetes' core validation. */
import type { JsonValue } from '../../model.ts';
import { quantityValue } from '../kubernetes-schema/formats.ts';
import { asObject, type ClusterRule, get, pointerOf } from '../rule.ts';

/** Names without a domain that containers may ask for; `hugepages-` has sizes behind it. */
const standard = new Set(['cpu', 'memory', 'ephemeral-storage']);

export const resourceLimits: ClusterRule = {
  id: 'resource-limits',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'requests are not above limits, and resources have names that exist',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        const head = `${pod.owner.kind} ${pod.owner.name}: container ${container.name}`;
        const fault = (path: readonly string[], message: string) =>
          report(pod.owner.artifact, `${container.pointer}${pointerOf('resources', ...path)}`, `${head} ${message}`);
        const requests = asObject(get(container.value, 'resources', 'requests')) ?? {};
        const limits = asObject(get(container.value, 'resources', 'limits')) ?? {};
        for (const [list, values] of [
          ['requests', requests],
          ['limits', limits],
        ] as const) {
          for (const name of Object.keys(values)) {
            if (!standard.has(name) && !name.startsWith('hugepages-') && !name.includes('/')) {
              fault(
                [list, name],
                `asks for ${name}, which is no resource: cpu, memory, ephemeral-storage, or a name with a domain.`,
              );
            }
            const amount = quantityValue(values[name] as JsonValue);
            if (amount !== undefined && amount < 0)
              fault([list, name], `asks for ${String(values[name])} of ${name}: not below 0.`);
          }
        }
        for (const name of Object.keys(requests)) {
          const request = quantityValue(requests[name] as JsonValue);
          const limit = Object.hasOwn(limits, name) ? quantityValue(limits[name] as JsonValue) : undefined;
          if (request !== undefined && limit !== undefined && request > limit) {
            fault(
              ['requests', name],
              `requests ${String(requests[name])} of ${name}, above its limit of ${String(limits[name])}.`,
            );
          }
          const extended = name.includes('/') && !name.startsWith('kubernetes.io/');
          if (extended && limit === undefined)
            fault(['requests', name], `requests ${name} without a limit: what is counted whole needs both, and equal.`);
          if (extended && limit !== undefined && request !== limit)
            fault(['requests', name], `requests ${name} in another amount than its limit.`);
        }
      }
    }
  },
};
