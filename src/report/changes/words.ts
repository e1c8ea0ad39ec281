/** Words and choices that every report of changes shares. */
import type { Cause, ChangeGroup, FieldGroup, FleetDiff, Impact, JsonValue } from '../../model.ts';
import { impacts } from '../../model.ts';

/** What an impact is called in a sentence, and what it means in one line. */
export const impactWords: Readonly<Record<Impact, { readonly title: string; readonly meaning: string }>> = {
  'update-fails': {
    title: 'the update will fail',
    meaning: 'the API server or CloudFormation refuses it; nothing changes, or half of it does',
  },
  'data-destroyed': { title: 'data is destroyed', meaning: 'what is stored there is gone' },
  replaced: { title: 'a resource is replaced', meaning: 'a new one takes the place of the old one, under another id' },
  'nodes-roll': { title: 'nodes roll', meaning: 'instances are replaced, and the pods on them move' },
  'control-plane-restarts': {
    title: 'the control plane restarts',
    meaning: 'API servers or etcd members are replaced one after the other',
  },
  'pods-restart': { title: 'pods restart', meaning: 'new pods take the place of those that run' },
  removed: { title: 'something is removed', meaning: 'an object, a port or a host goes away' },
  'access-widened': { title: 'access is widened', meaning: 'somebody or something may do more than before' },
  created: { title: 'something is created', meaning: 'new objects or resources' },
  updated: { title: 'updated in place', meaning: 'changed without a restart' },
  'next-run': { title: 'takes effect later', meaning: 'with the next run, the next pod or the next node' },
  'no-effect': { title: 'no effect at run time', meaning: 'written differently, and means the same' },
};

/** `nodes roll on 12 clusters`, or that nothing changes: the sentence that a reviewer reads first. */
export function verdict(diff: FleetDiff): string {
  if (diff.impact === undefined) return 'nothing changes on any cluster';
  const clusters = clustersWith(diff, diff.impact);
  return `${impactWords[diff.impact].title} on ${countText(clusters.length, 'cluster')}`;
}

/** One line for a commit status: verdict and counts, within 140 characters. */
export function statusLine(diff: FleetDiff): string {
  if (diff.impact === undefined) return 'nothing changes on any cluster';
  const touched = diff.clusters.filter((cluster) => cluster.impact !== undefined).length;
  return `${verdict(diff)}; ${touchedText(touched, diff.clusters.length)}, ${countText(diff.causes.length, 'cause')}`.slice(
    0,
    140,
  );
}

/** `all 12 clusters change`, `3 of 12 clusters change`. */
export function touchedText(touched: number, all: number): string {
  if (all === 1) return touched === 1 ? 'the only cluster changes' : 'the only cluster does not change';
  if (touched === all) return `all ${all} clusters change`;
  return `${touched} of ${all} clusters ${touched === 1 ? 'changes' : 'change'}`;
}

/** Names, and after the first few how many more there are. */
export function namesText(names: readonly string[], limit: number): string {
  if (names.length <= limit) return names.join(', ');
  const shown = names.slice(0, Math.max(1, Math.floor(limit / 2)));
  return `${shown.join(', ')} and ${names.length - shown.length} more`;
}

export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Clusters that have at least one note of this impact. */
export function clustersWith(diff: FleetDiff, impact: Impact): readonly string[] {
  const found = new Set<string>();
  for (const group of groupsOf(diff)) {
    for (const note of group.notes) {
      if (note.impact === impact)
        for (const text of note.texts) for (const cluster of text.clusters) found.add(cluster);
    }
  }
  return [...found].sort();
}

export function groupsOf(diff: FleetDiff): readonly ChangeGroup[] {
  return diff.causes.flatMap((cause) => cause.groups);
}

/** Impacts that occur, the loudest first, with how many groups and clusters have them. */
export function impactCounts(
  diff: FleetDiff,
): readonly { readonly impact: Impact; readonly groups: number; readonly clusters: number }[] {
  return impacts.flatMap((impact) => {
    const groups = groupsOf(diff).filter((group) => group.notes.some((note) => note.impact === impact)).length;
    return groups === 0 ? [] : [{ impact, groups, clusters: clustersWith(diff, impact).length }];
  });
}

/** `Deployment kube-system/external-dns`, `AWS::IAM::Role Worker of stack cluster`, `cluster kube-1`. */
export function subjectText(group: Pick<ChangeGroup, 'subject' | 'from' | 'action'>): string {
  const { subject, from } = group;
  const name = subject.namespace === '' ? subject.name : `${subject.namespace}/${subject.name}`;
  const where = subject.type === 'resource' ? ` of stack ${subject.group}` : '';
  const text = subject.type === 'stack' ? `stack ${subject.name} (${subject.kind})` : `${subject.kind} ${name}${where}`;
  return from ? `${text}, before: ${from.name}` : text;
}

/** `clusters/kube-1.yaml:12`, or what is known. */
export function causeText(cause: Cause): string {
  const where = cause.place ? `${cause.place.file}:${cause.place.line}` : '';
  switch (cause.kind) {
    case 'overlay':
      return cause.name === cause.place?.file ? where : `${cause.name} (${where})`;
    case 'default':
      return `default of ${cause.name} (${where})`;
    case 'image':
      return `${cause.name} (${where})`;
    case 'facts':
      return `fact ${cause.name} (${where})`;
    case 'code':
      return where;
    case 'identity':
      return cause.name.startsWith('identity.') && where !== '' ? `${cause.name.slice(9)} (${where})` : cause.name;
    case 'channel':
      return cause.name;
    case 'unknown':
      return 'cause not found in the changed sources';
  }
}

/** All names while they are few, else how many and the first ones. */
export function clusterText(clusters: readonly string[], limit = 6): string {
  if (clusters.length <= limit) return clusters.join(', ');
  return `${clusters.length} clusters (${clusters.slice(0, 3).join(', ')}, …)`;
}

export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A value in one line; objects and lists as JSON. Absent values are an em dash. */
export function valueText(value: JsonValue | undefined, limit = 200): string {
  if (value === undefined) return '—';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
}

/** Whether a field's values are worth a comparison by line. */
export function isLong(field: FieldGroup): boolean {
  const variant = field.variants[0];
  return [variant?.before, variant?.after].some((value) => typeof value === 'string' && value.includes('\n'));
}

export const fieldWords = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  moved: 'moved within its list',
  reordered: 'other order, which means nothing here',
  rewritten: 'written differently, means the same',
} as const;

export const actionWords = { created: 'new', removed: 'removed', changed: 'changed', renamed: 'renamed' } as const;
