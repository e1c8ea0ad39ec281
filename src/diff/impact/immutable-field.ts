/** Fields that the API server refuses to change, by kind. */
import type { FieldChange, ObjectChange } from '../../model.ts';
import { quantityValue } from '../equivalence.ts';
import { get, isWithin, pathText, patternOf } from '../path.ts';
import { type ImpactContext, type ImpactRule, type Note, realFields } from './rule.ts';

/**
 * Kind (with its group, '' for core) to patterns that cannot change. Sources: the descriptions of the API reference and
 * the update validations of Kubernetes' registry strategies, kind by kind.
 */
const immutable: Readonly<Record<string, readonly string[]>> = {
  'apps/Deployment': ['spec/selector'],
  'apps/ReplicaSet': ['spec/selector'],
  'apps/DaemonSet': ['spec/selector'],
  'batch/Job': [
    'spec/selector',
    'spec/template',
    'spec/completionMode',
    'spec/completions',
    'spec/podFailurePolicy',
    'spec/backoffLimitPerIndex',
    'spec/successPolicy',
    'spec/managedBy',
    'spec/podReplacementPolicy',
  ],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef'],
  'storage.k8s.io/StorageClass': ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
  'storage.k8s.io/VolumeAttributesClass': ['driverName', 'parameters'],
  'storage.k8s.io/CSIDriver': ['spec/attachRequired', 'spec/volumeLifecycleModes'],
  'networking.k8s.io/IngressClass': ['spec/controller'],
  'networking.k8s.io/ServiceCIDR': ['spec/cidrs'],
  'node.k8s.io/RuntimeClass': ['handler'],
  'scheduling.k8s.io/PriorityClass': ['value', 'preemptionPolicy'],
  'discovery.k8s.io/EndpointSlice': ['addressType'],
  'coordination.k8s.io/LeaseCandidate': ['spec/leaseName'],
  'certificates.k8s.io/CertificateSigningRequest': ['spec'],
  'resource.k8s.io/ResourceClaim': ['spec'],
  'resource.k8s.io/ResourceClaimTemplate': ['spec'],
  'apiextensions.k8s.io/CustomResourceDefinition': ['spec/group', 'spec/scope', 'spec/names/plural', 'spec/names/kind'],
  '/ResourceQuota': ['spec/scopes', 'spec/scopeSelector'],
  '/Service': ['spec/loadBalancerClass', 'spec/healthCheckNodePort'],
  '/PersistentVolume': ['spec/csi', 'spec/nfs', 'spec/hostPath', 'spec/local', 'spec/nodeAffinity'],
  '/Secret': ['type'],
  '/Pod': ['spec'],
};
/** What an update of a StatefulSet's spec may change (ValidateStatefulSetUpdate); everything else is refused. */
const statefulSetMutable = [
  'spec/replicas',
  'spec/ordinals',
  'spec/template',
  'spec/updateStrategy',
  'spec/persistentVolumeClaimRetentionPolicy',
  'spec/minReadySeconds',
];
/** What an update of a Pod's spec may change (ValidatePodUpdate). */
const podMutable = [
  'spec/containers/*/image',
  'spec/initContainers/*/image',
  'spec/activeDeadlineSeconds',
  'spec/tolerations',
  'spec/schedulingGates',
];
/** Fields that are set by the server where they are absent: only a change from one value to another is refused. */
const serverSet = new Set(['spec/loadBalancerClass', 'spec/healthCheckNodePort', 'preemptionPolicy']);

export const immutableField: ImpactRule = {
  id: 'immutable-field',
  title: 'a field that cannot change on an existing object',
  judge(change, context, note) {
    if (change.action !== 'changed' || change.subject.type !== 'object') return;
    const kind = `${change.subject.group}/${change.subject.kind}`;
    for (const field of realFields(change)) {
      if (field.kind === 'reordered') continue;
      const pattern = patternOf(field.path);
      if (isImmutable(kind, pattern, field, context)) refuse(change, field, note);
    }
    judgeData(change, context, note);
    judgeClaim(change, note);
    judgeClusterIp(change, note);
    judgeVersions(change, context, note);
    judgeTransitions(change, context, note);
  },
};

function isImmutable(kind: string, pattern: string, field: FieldChange, context: ImpactContext): boolean {
  if (kind === 'apps/StatefulSet') {
    if (!isWithin(pattern, 'spec')) return false;
    if (statefulSetMutable.some((prefix) => isWithin(pattern, prefix))) return false;
    // Updates of revisionHistoryLimit are accepted since 1.33.
    return !(isWithin(pattern, 'spec/revisionHistoryLimit') && minorOf(context.after.kubernetes) >= 33);
  }
  if (kind === '/Pod') return isWithin(pattern, 'spec') && !podMutable.some((prefix) => isWithin(pattern, prefix));
  const patterns = Object.hasOwn(immutable, kind) ? immutable[kind]! : [];
  const hit = patterns.find((prefix) => isWithin(pattern, prefix));
  return hit !== undefined && !(serverSet.has(hit) && field.kind !== 'changed');
}

function refuse(change: ObjectChange, field: FieldChange, note: Note): void {
  note(
    'update-fails',
    `${pathText(field.path)} of a ${change.subject.kind} cannot change: the API server refuses the update. Give the object another name, or delete the old one first.`,
    field,
  );
}

/** Data of an immutable ConfigMap or Secret. */
function judgeData(change: ObjectChange, context: ImpactContext, note: Note): void {
  if (change.subject.group !== '' || !['ConfigMap', 'Secret'].includes(change.subject.kind)) return;
  if (get(context.before.find(change.subject), 'immutable') !== true) return;
  for (const field of realFields(change)) {
    if (/^(?:data|binaryData|stringData|immutable)(?:\/|$)/.test(patternOf(field.path))) {
      note(
        'update-fails',
        `This ${change.subject.kind} is immutable: the API server refuses the update. Give the new content a new name.`,
        field,
      );
    }
  }
}

/** A claim's spec, but for growth. */
function judgeClaim(change: ObjectChange, note: Note): void {
  if (change.subject.kind !== 'PersistentVolumeClaim' || change.subject.group !== '') return;
  for (const field of realFields(change)) {
    const pattern = patternOf(field.path);
    if (!isWithin(pattern, 'spec') || isWithin(pattern, 'spec/volumeAttributesClassName')) continue;
    if (!isWithin(pattern, 'spec/resources/requests')) {
      refuse(change, field, note);
      continue;
    }
    const [before, after] = [quantityValue(field.before), quantityValue(field.after)];
    if (before !== undefined && after !== undefined && after < before) {
      note('update-fails', 'A volume claim can grow, never shrink: the API server refuses the update.', field);
    }
  }
}

/** A Service's own addresses; going to and from ExternalName is allowed. */
function judgeClusterIp(change: ObjectChange, note: Note): void {
  if (change.subject.kind !== 'Service' || change.subject.group !== '') return;
  const external = change.fields.some(
    (field) =>
      patternOf(field.path) === 'spec/type' && (field.before === 'ExternalName' || field.after === 'ExternalName'),
  );
  if (external) return;
  for (const field of realFields(change)) {
    const pattern = patternOf(field.path);
    if (isWithin(pattern, 'spec/clusterIP') || isWithin(pattern, 'spec/clusterIPs')) {
      if (field.kind === 'changed') refuse(change, field, note);
      else if (field.kind === 'added' && field.after !== undefined) {
        note(
          'update-fails',
          'The service has an address already, given by the server: the API server refuses another one.',
          field,
        );
      }
    } else if (pattern === 'spec/ipFamilies/*' && field.kind === 'changed') refuse(change, field, note);
  }
}

/** A version of a CRD that objects are stored in cannot be dropped. */
function judgeVersions(change: ObjectChange, context: ImpactContext, note: Note): void {
  if (change.subject.kind !== 'CustomResourceDefinition') return;
  const versions = get(context.before.find(change.subject), 'spec', 'versions');
  for (const field of change.fields) {
    const last = field.path.at(-1);
    if (field.kind !== 'removed' || patternOf(field.path) !== 'spec/versions/*' || last?.kind !== 'item') continue;
    const dropped = Array.isArray(versions)
      ? versions.find((version) => get(version, 'name') === last.value)
      : undefined;
    if (get(dropped, 'storage') === true) {
      note(
        'update-fails',
        `Objects are stored as ${last.value}: the API server refuses to drop it while status.storedVersions names it. Migrate the objects first.`,
        field,
      );
    } else {
      note('removed', `Version ${last.value} of this API is no longer served: clients of it fail.`, field);
    }
  }
}

/** Transition rules of custom resources, from the CRD of the new state. */
function judgeTransitions(change: ObjectChange, context: ImpactContext, note: Note): void {
  if (!context.data.transitionFaults || change.subject.group === '') return;
  const crds = context.after
    .objects()
    .filter(({ subject }) => subject.kind === 'CustomResourceDefinition')
    .map(({ value }) => value)
    .filter((crd) => get(crd, 'spec', 'group') === change.subject.group);
  if (crds.length === 0) return;
  const [before, after] = [context.before.find(change.subject), context.after.find(change.subject)];
  if (!isObject(before) || !isObject(after)) return;
  for (const fault of context.data.transitionFaults(before, after, crds.filter(isObject))) {
    const field = change.fields.find((candidate) => (candidate.afterPointer ?? '').startsWith(fault.pointer));
    note('update-fails', `The resource definition refuses this change: ${fault.message}`, field);
  }
}

function isObject(value: unknown): value is { readonly [key: string]: never } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function minorOf(kubernetes: string): number {
  return Number(kubernetes.split('.')[1] ?? 0);
}
