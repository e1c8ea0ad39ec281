/** What an applier that does not prune must delete: derived from two states, never written by hand. */
import type { Artifact, Subject } from '../model.ts';
import { asString, get } from './path.ts';
import type { ArtifactPair } from './subjects.ts';
import { stackFolder } from './subjects.ts';

export interface Deletion {
  readonly type: 'object' | 'stack';
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  /** Name of the object, or of the stack as CloudFormation knows it. */
  readonly name: string;
  /** Why it goes, for people: the component or stack that no longer has it. */
  readonly from: string;
}

export interface ClusterDeletions {
  readonly cluster: string;
  /** In the order of deleting: what uses others goes first. */
  readonly deletions: readonly Deletion[];
}

/** Kinds that go late, because others live in them or by them; everything else goes first. */
const late = [
  'ServiceAccount',
  'ClusterRoleBinding',
  'RoleBinding',
  'ClusterRole',
  'Role',
  'CustomResourceDefinition',
  'Namespace',
];
/** Admission and aggregation go first: their programs are about to go, and they would refuse everything else. */
const early = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'APIService'];

/** Deletions of one cluster: objects and stacks of the old state that the new one does not have under any file name. */
export function deletionsOf(
  cluster: string,
  pairs: readonly ArtifactPair[],
  after: readonly Artifact[],
): ClusterDeletions {
  const present = new Set(after.flatMap((artifact) => identity(artifact) ?? []));
  const deletions = new Map<string, Deletion>();
  for (const { before } of pairs) {
    const key = before && identity(before);
    if (!before || key === undefined || present.has(key)) continue;
    deletions.set(key, deletionOf(before));
  }
  return {
    cluster,
    deletions: [...deletions.values()].sort((a, b) => rank(a) - rank(b) || compareText(textOf(a), textOf(b))),
  };
}

/** Objects by group, kind, namespace and name, so that a move to another version deletes nothing; stacks by their options. */
function identity(artifact: Artifact): string | undefined {
  if (artifact.kind === 'options') return `stack\n${stackName(artifact)}`;
  if (artifact.kind !== 'object') return undefined;
  const subject = subjectOf(artifact);
  return `object\n${subject.group}\n${subject.kind}\n${subject.namespace}\n${subject.name}`;
}

function subjectOf(artifact: Artifact): Subject {
  const apiVersion = asString(get(artifact.value, 'apiVersion')) ?? '';
  return {
    type: 'object',
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    kind: asString(get(artifact.value, 'kind')) ?? '',
    namespace: asString(get(artifact.value, 'metadata', 'namespace')) ?? '',
    name: asString(get(artifact.value, 'metadata', 'name')) ?? '',
  };
}

function stackName(artifact: Artifact): string {
  return asString(get(artifact.value, 'stack-name')) ?? stackFolder(artifact);
}

function deletionOf(artifact: Artifact): Deletion {
  const from = `${artifact.unit.kind}/${artifact.unit.name}`;
  if (artifact.kind === 'options') {
    return { type: 'stack', apiVersion: '', kind: 'Stack', namespace: '', name: stackName(artifact), from };
  }
  const { kind, namespace, name } = subjectOf(artifact);
  return { type: 'object', apiVersion: asString(get(artifact.value, 'apiVersion')) ?? '', kind, namespace, name, from };
}

/** Stacks after all objects: programs need their roles and queues to the last. */
function rank(deletion: Deletion): number {
  if (deletion.type === 'stack') return 1000;
  if (early.includes(deletion.kind)) return 0;
  const at = late.indexOf(deletion.kind);
  return at < 0 ? 1 : 2 + at;
}

function textOf(deletion: Deletion): string {
  return `${deletion.kind}\n${deletion.namespace}\n${deletion.name}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
