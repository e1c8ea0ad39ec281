/** Root inside a container is root of whatever the container can reach. */
import { podText } from '../pods.ts';
import type { ClusterRule } from '../rule.ts';
import { effective, isPrivileged } from '../security.ts';

export const runAsRoot: ClusterRule = {
  id: 'run-as-root',
  family: 'security',
  severity: 'error',
  title: 'no container may run as root without a reason in the source',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        if (isPrivileged(container)) continue;
        const nonRoot = effective(pod, container, 'runAsNonRoot');
        const user = effective(pod, container, 'runAsUser');
        if (user.value === 0) {
          report(
            pod.owner.artifact,
            user.pointer,
            `Container ${container.name} of ${podText(pod)} runs as user 0. Give it a user of its own, or say in the source why it must be root: "weir-ignore run-as-root: <reason>".`,
          );
        } else if (nonRoot.value !== true) {
          report(
            pod.owner.artifact,
            nonRoot.pointer,
            `Container ${container.name} of ${podText(pod)} may run as root. Set runAsNonRoot: true and a runAsUser, or say in the source why it must be root: "weir-ignore run-as-root: <reason>".`,
          );
        }
      }
    }
  },
};
