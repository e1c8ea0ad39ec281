/** Capabilities beyond the one that the restricted standard admits. */
import { podText } from '../pods.ts';
import { asList, type ClusterRule, get } from '../rule.ts';

export const addedCapabilities: ClusterRule = {
  id: 'added-capabilities',
  family: 'security',
  severity: 'error',
  title: 'no container adds capabilities without a reason in the source',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        const added = asList(get(container.value, 'securityContext', 'capabilities', 'add')).filter(
          (name) => name !== 'NET_BIND_SERVICE',
        );
        if (added.length === 0) continue;
        report(
          pod.owner.artifact,
          `${container.pointer}/securityContext/capabilities/add`,
          `Container ${container.name} of ${podText(pod)} adds ${added.join(', ')}. Remove what it does not need, and say in the source why it needs the rest: "weir-ignore added-capabilities: <reason>".`,
        );
      }
    }
  },
};
