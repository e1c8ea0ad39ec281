/** Sizes that the API server refuses. Limits: apimachinery's TotalAnnotationSizeLimitB and core's MaxSecretSize. */
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import { asObject, asString, type ClusterRule, get, pointerOf } from '../rule.ts';

/** Bytes of all keys and values of an object's annotations. */
const annotationLimit = 256 * 1024;
/** Bytes of all values of a ConfigMap or Secret. */
const dataLimit = 1024 * 1024;

export const objectSize: ClusterRule = {
  id: 'object-size',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'annotations, ConfigMaps and Secrets keep the sizes that the API server takes',
  scope: 'cluster',
  check(cluster, report, _unchecked, data) {
    for (const entry of judgeObjects(cluster, data)) {
      const annotations = asObject(get(entry.object, 'metadata', 'annotations')) ?? {};
      const size = Object.keys(annotations).reduce(
        (total, key) => total + bytes(key) + bytes(asString(annotations[key]) ?? ''),
        0,
      );
      if (size > annotationLimit) {
        report(
          entry.artifact,
          '/metadata/annotations',
          `${titleOf(entry)}: the annotations have ${size} bytes; ${annotationLimit} are allowed.`,
        );
      }
      if (entry.apiVersion !== 'v1' || !['ConfigMap', 'Secret'].includes(entry.kind)) continue;
      const total = (['data', 'binaryData', 'stringData'] as const).reduce((sum, field) => {
        const values = asObject(get(entry.object, field)) ?? {};
        const encoded = field === 'binaryData' || (field === 'data' && entry.kind === 'Secret');
        return (
          sum +
          Object.keys(values).reduce((part, key) => {
            const length = bytes(asString(values[key]) ?? '');
            return part + (encoded ? Math.floor((length * 3) / 4) : length);
          }, 0)
        );
      }, 0);
      if (total > dataLimit) {
        const place = get(entry.object, 'data') === undefined ? '' : pointerOf('data');
        report(
          entry.artifact,
          place,
          `${titleOf(entry)}: its data has ${total} bytes; ${dataLimit} are allowed. Split it or put it elsewhere.`,
        );
      }
    }
  },
};

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
