/** Labels, selectors and node selectors by their grammar, wherever they stand in an object. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import { keyFault, labelValueFault } from '../kubernetes-schema/metadata.ts';
import { asObject, type ClusterRule, get, pointerOf } from '../rule.ts';

export const metadataLabels: ClusterRule = {
  id: 'metadata-labels',
  family: 'names',
  severity: 'error',
  title: 'labels and selectors follow their grammar',
  scope: 'cluster',
  check(cluster, report, _unchecked, data) {
    for (const entry of judgeObjects(cluster, data)) {
      // A custom resource may use these names for something else: only its metadata is judged.
      for (const { pointer, fault } of faultsOf(entry.object, isBuiltIn(entry.apiVersion))) {
        report(entry.artifact, pointer, `${titleOf(entry)}: ${fault}.`);
      }
    }
  },
};

/** The core group, groups without a dot (apps, batch), and Kubernetes' own domain. */
function isBuiltIn(apiVersion: string): boolean {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return !group.includes('.') || group.endsWith('.k8s.io');
}

interface LabelFault {
  readonly pointer: string;
  readonly fault: string;
}

const kept = new WeakMap<JsonObject, readonly LabelFault[]>();

/** Faults of one object, found once for all clusters that share it. */
function faultsOf(object: JsonObject, everywhere: boolean): readonly LabelFault[] {
  let result = kept.get(object);
  if (!result) {
    const faults: LabelFault[] = [];
    if (everywhere) visit(object, [], faults);
    else checkMap(get(object, 'metadata', 'labels'), ['metadata', 'labels'], faults);
    result = faults;
    kept.set(object, result);
  }
  return result;
}

/** Maps of labels by the name of their field; `selector` is one of them in a Service, and an object elsewhere. */
const labelMaps = new Set(['matchLabels', 'nodeSelector']);

function visit(value: JsonValue, path: readonly (string | number)[], faults: LabelFault[]): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) visit(value[index]!, [...path, index], faults);
    return;
  }
  const object = asObject(value);
  if (!object) return;
  for (const key of Object.keys(object)) {
    const child = object[key]!;
    if (typeof child !== 'object' || child === null) continue;
    const inner = [...path, key];
    if (labelMaps.has(key) || (key === 'labels' && path.at(-1) === 'metadata')) checkMap(child, inner, faults);
    else if (key !== 'data' && key !== 'annotations') visit(child, inner, faults);
  }
}

function checkMap(value: JsonValue | undefined, path: readonly (string | number)[], faults: LabelFault[]): void {
  const map = asObject(value);
  if (!map) return;
  for (const key of Object.keys(map)) {
    const fault = keyFault(key);
    if (fault) faults.push({ pointer: pointerOf(...path, key), fault: `the label key ${key} ${fault}` });
    const text = map[key];
    const valueFault = typeof text === 'string' ? labelValueFault(text) : undefined;
    if (valueFault)
      faults.push({ pointer: pointerOf(...path, key), fault: `the label ${key}=${String(text)} ${valueFault}` });
  }
}
