/** Without requests the scheduler sees an empty pod, and the kubelet evicts it first. */
import { podText } from '../pods.ts';
import { type ClusterRule, get } from '../rule.ts';

export const resourceRequests: ClusterRule = {
  id: 'resource-requests',
  family: 'security',
  severity: 'error',
  title: 'every container requests CPU and memory and limits its memory',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        const resources = get(container.value, 'resources');
        const missing = [
          ...(get(resources, 'requests', 'cpu') === undefined ? ['requests.cpu'] : []),
          ...(get(resources, 'requests', 'memory') === undefined ? ['requests.memory'] : []),
          ...(get(resources, 'limits', 'memory') === undefined ? ['limits.memory'] : []),
        ];
        if (missing.length === 0) continue;
        report(
          pod.owner.artifact,
          resources === undefined ? container.pointer : `${container.pointer}/resources`,
          `Container ${container.name} of ${podText(pod)} has no ${missing.join(', ')}: it is scheduled as if it needed nothing and may take the node's memory.`,
        );
      }
    }
  },
};
