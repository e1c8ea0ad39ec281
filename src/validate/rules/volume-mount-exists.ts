/** A mount names a volume of its pod (the API server refuses others); a volume that nothing mounts is left over. */
import { asList, asString, type ClusterRule, get, nearest } from '../rule.ts';

export const volumeMountExists: ClusterRule = {
  id: 'volume-mount-exists',
  family: 'references',
  severity: 'error',
  title: 'a volume mount names a volume of its pod, and every volume is mounted',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      const volumes = asList(get(pod.spec, 'volumes')).map((volume) => asString(get(volume, 'name')) ?? '');
      const claims = asList(get(pod.owner.object, 'spec', 'volumeClaimTemplates')).map(
        (claim) => asString(get(claim, 'metadata', 'name')) ?? '',
      );
      const names = [...volumes, ...claims];
      const used = new Set<string>();
      for (const container of pod.containers) {
        for (const field of ['volumeMounts', 'volumeDevices'] as const) {
          asList(get(container.value, field)).forEach((mount, index) => {
            const name = asString(get(mount, 'name')) ?? '';
            used.add(name);
            if (names.includes(name)) return;
            const hint = nearest(name, names);
            report(
              pod.owner.artifact,
              `${container.pointer}/${field}/${index}/name`,
              `The pod has no volume "${name}"${hint ? `; did you mean "${hint}"?` : '.'} Add the volume or correct the name: the API server refuses the object as it is.`,
            );
          });
        }
      }
      volumes.forEach((name, index) => {
        if (name === '' || used.has(name)) return;
        report(
          pod.owner.artifact,
          `${pod.pointer}/spec/volumes/${index}`,
          `No container mounts the volume "${name}". Mount it or remove it: as it stands the program does not see it.`,
        );
      });
    }
  },
};
