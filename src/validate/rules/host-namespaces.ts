/** Host network, process and IPC namespaces. */
import { podText } from '../pods.ts';
import { type ClusterRule, get } from '../rule.ts';

const fields = {
  hostNetwork: 'sees and reaches everything that the node does, the instance metadata service among it',
  hostPID: 'sees the processes of the node and can signal them',
  hostIPC: 'shares memory segments with the node',
} as const;

export const hostNamespaces: ClusterRule = {
  id: 'host-namespaces',
  family: 'security',
  severity: 'error',
  title: "no pod joins the node's namespaces without a reason in the source",
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const [field, effect] of Object.entries(fields)) {
        if (get(pod.spec, field) !== true) continue;
        report(
          pod.owner.artifact,
          `${pod.pointer}/spec/${field}`,
          `${podText(pod)} sets ${field}: it ${effect}. Remove it, or say in the source why it must: "weir-ignore host-namespaces: <reason>".`,
        );
      }
    }
  },
};
