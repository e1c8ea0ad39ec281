/** A privileged container is root on its node. */
import { podText } from '../pods.ts';
import type { ClusterRule } from '../rule.ts';
import { isPrivileged } from '../security.ts';

export const privilegedContainer: ClusterRule = {
  id: 'privileged-container',
  family: 'security',
  severity: 'error',
  title: 'no container is privileged without a reason in the source',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers.filter(isPrivileged)) {
        report(
          pod.owner.artifact,
          `${container.pointer}/securityContext/privileged`,
          `Container ${container.name} of ${podText(pod)} is privileged: whoever gets into it owns the node. Give it the capabilities that it needs, or say in the source why it must: "weir-ignore privileged-container: <reason>".`,
        );
      }
    }
  },
};
