/** A volume has exactly one source. Source: validateVolumeSource in Kubernetes' core validation. */
import { nameFault } from '../kubernetes-schema/metadata.ts';
import { asList, asObject, asString, type ClusterRule, get } from '../rule.ts';

export const volumeSource: ClusterRule = {
  id: 'volume-source',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'every volume has one source and a name that the API server takes',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      asList(pod.spec.volumes).forEach((value, index) => {
        const volume = asObject(value);
        if (!volume) return;
        const pointer = `${pod.pointer}/spec/volumes/${index}`;
        const name = asString(volume.name) ?? '';
        const head = `${pod.owner.kind} ${pod.owner.name}: the volume ${name}`;
        const sources = Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== null);
        if (sources.length === 0) {
          report(pod.owner.artifact, pointer, `${head} has no source; an empty directory is written emptyDir: {}.`);
        } else if (sources.length > 1) {
          report(pod.owner.artifact, pointer, `${head} has more than one source: ${sources.join(', ')}.`);
        }
        const fault = name === '' ? undefined : nameFault('label', name);
        if (fault) report(pod.owner.artifact, `${pointer}/name`, `${head} has a name that ${fault}.`);
        asList(get(volume, 'projected', 'sources')).forEach((source, at) => {
          const count = Object.keys(asObject(source) ?? {}).length;
          if (count !== 1) {
            report(
              pod.owner.artifact,
              `${pointer}/projected/sources/${at}`,
              `${head}: a projected source is one of its kinds, not ${count}.`,
            );
          }
        });
      });
    }
  },
};
