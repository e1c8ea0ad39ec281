/** What the restricted Pod Security Standard asks of a container, and a read-only root file system on top. */
import { podText } from '../pods.ts';
import { asList, type ClusterRule, get } from '../rule.ts';
import { effective, isPrivileged } from '../security.ts';

export const hardenedContainer: ClusterRule = {
  id: 'hardened-container',
  family: 'security',
  severity: 'error',
  title: 'containers drop capabilities and privilege escalation, and have seccomp and a read-only root',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        if (isPrivileged(container)) continue;
        const faults: string[] = [];
        const context = get(container.value, 'securityContext');
        if (get(context, 'allowPrivilegeEscalation') !== false) faults.push('allowPrivilegeEscalation: false');
        if (get(context, 'readOnlyRootFilesystem') !== true) faults.push('readOnlyRootFilesystem: true');
        if (!asList(get(context, 'capabilities', 'drop')).includes('ALL')) faults.push('capabilities: {drop: [ALL]}');
        const profile = get(effective(pod, container, 'seccompProfile').value, 'type');
        if (profile === undefined || profile === 'Unconfined') faults.push('seccompProfile: {type: RuntimeDefault}');
        if (faults.length === 0) continue;
        report(
          pod.owner.artifact,
          context === undefined ? container.pointer : `${container.pointer}/securityContext`,
          `Container ${container.name} of ${podText(pod)} lacks ${faults.join(', ')}. Add what the program allows, and say in the source why the rest is not: "weir-ignore hardened-container: <reason>".`,
        );
      }
    }
  },
};
