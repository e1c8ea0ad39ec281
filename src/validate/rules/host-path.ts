/** Paths of the node inside a pod. */
import { podText } from '../pods.ts';
import { asList, asString, type ClusterRule, get, pointerOf } from '../rule.ts';

export const hostPath: ClusterRule = {
  id: 'host-path',
  family: 'security',
  severity: 'error',
  title: 'no pod writes to a path of its node without a reason in the source',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      asList(get(pod.spec, 'volumes')).forEach((volume, index) => {
        const path = asString(get(volume, 'hostPath', 'path'));
        if (path === undefined) return;
        const name = get(volume, 'name');
        const writable = pod.containers.some((container) =>
          asList(get(container.value, 'volumeMounts')).some(
            (mount) => get(mount, 'name') === name && get(mount, 'readOnly') !== true,
          ),
        );
        if (!writable) return;
        report(
          pod.owner.artifact,
          `${pod.pointer}${pointerOf('spec', 'volumes', index, 'hostPath')}`,
          `${podText(pod)} can write to ${path} of its node. Mount it readOnly, or say in the source why it must write: "weir-ignore host-path: <reason>".`,
        );
      });
    }
  },
};
