/** Annotation keys by their grammar; values may be anything. */
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import { keyFault } from '../kubernetes-schema/metadata.ts';
import { asObject, type ClusterRule, get, pointerOf } from '../rule.ts';
import { viewPod } from '../views.ts';

export const metadataAnnotations: ClusterRule = {
  id: 'metadata-annotations',
  family: 'names',
  severity: 'error',
  title: 'annotation keys follow their grammar',
  scope: 'cluster',
  check(cluster, report, _unchecked, data) {
    for (const entry of judgeObjects(cluster, data)) {
      const pod = viewPod({ ...entry, group: '', namespace: '' });
      const places = [['metadata', 'annotations']];
      if (pod && pod.pointer !== '') places.push([...pod.pointer.slice(1).split('/'), 'metadata', 'annotations']);
      for (const place of places) {
        for (const key of Object.keys(asObject(get(entry.object, ...place)) ?? {})) {
          // The API server judges annotation keys in lower case.
          const fault = keyFault(key.toLowerCase());
          if (fault) {
            report(entry.artifact, pointerOf(...place, key), `${titleOf(entry)}: the annotation key ${key} ${fault}.`);
          }
        }
      }
    }
  },
};
