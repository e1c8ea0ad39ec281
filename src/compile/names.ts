/**
 * File names of Kubernetes objects under `out/<cluster>/kubernetes/<component>/`.
 *
 * A name is a function of the object's identity alone, so that adding an object never renames another. It is injective:
 * two identities never share a name, nor do their names differ by case alone. The form is
 * `<kind>[.<group>][_<namespace>]_<name>.yaml`, in lower case; what is no lower-case letter, digit, `-` or `.` is written
 * as `%xx` per UTF-8 byte.
 */
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../model.ts';

/** What tells one Kubernetes object from another. The version is no part of it: a cluster stores one object for all. */
export interface ObjectIdentity {
  /** `''` for the core group. */
  readonly group: string;
  readonly kind: string;
  /** `''` for cluster-scoped objects, and where the namespace is left to the applier. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * Kinds that everybody knows without their API group; every other kind carries its group. The list is frozen: a change
 * would rename files.
 */
const homes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '': 'ConfigMap Endpoints LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod ReplicationController ResourceQuota Secret Service ServiceAccount',
    'admissionregistration.k8s.io':
      'MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
    'apiextensions.k8s.io': 'CustomResourceDefinition',
    'apiregistration.k8s.io': 'APIService',
    apps: 'DaemonSet Deployment ReplicaSet StatefulSet',
    autoscaling: 'HorizontalPodAutoscaler',
    batch: 'CronJob Job',
    'networking.k8s.io': 'Ingress IngressClass NetworkPolicy',
    'node.k8s.io': 'RuntimeClass',
    policy: 'PodDisruptionBudget',
    'rbac.authorization.k8s.io': 'ClusterRole ClusterRoleBinding Role RoleBinding',
    'scheduling.k8s.io': 'PriorityClass',
    'storage.k8s.io': 'CSIDriver StorageClass',
  }).flatMap(([group, kinds]) => kinds.split(' ').map((kind) => [kind.toLowerCase(), group] as const)),
);

/** Bytes that a file name may have on every file system in use. */
const longestName = 255;

/** File name of an object. */
export function objectFileName(identity: ObjectIdentity): string {
  // Kinds are compared without case, as in the paths of the API, where a kind stands in lower case.
  const kind = identity.kind.toLowerCase();
  const parts = [
    homes.get(kind) === identity.group ? escapePart(kind, '') : `${escapePart(kind, '')}.${escapePart(identity.group)}`,
  ];
  if (identity.namespace !== '') parts.push(escapePart(identity.namespace));
  parts.push(escapePart(identity.name));
  const name = `${parts.join('_')}.yaml`;
  if (name.length <= longestName) return name;
  // `~` stands in no other name; the digest is of the whole name.
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `${name.slice(0, longestName - '~.yaml'.length - digest.length)}~${digest}.yaml`;
}

/** `dots` are the characters beside letters, digits and `-` that stand as they are. A kind has no dot: one begins the group. */
function escapePart(text: string, dots = '.'): string {
  let out = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    const stands = /[a-z0-9-]/.test(character) || (dots !== '' && character === '.');
    out += stands ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return out;
}

/** Identity of an object that has a string `apiVersion`, `kind` and `metadata.name`. */
export function identityOf(object: JsonObject): ObjectIdentity {
  const apiVersion = text(object.apiVersion);
  const slash = apiVersion.indexOf('/');
  const metadata = object.metadata as JsonObject;
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    kind: text(object.kind),
    namespace: text(metadata.namespace),
    name: text(metadata.name),
  };
}

/** `Deployment kube-system/external-dns`, for messages. */
export function describeIdentity(identity: ObjectIdentity): string {
  const name = identity.namespace === '' ? identity.name : `${identity.namespace}/${identity.name}`;
  return `${identity.kind}${identity.group === '' ? '' : `.${identity.group}`} ${name}`;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
