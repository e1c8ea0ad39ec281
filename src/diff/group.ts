/** The same change on many clusters is one group; many groups of one cause stand under it. */
import { createHash } from 'node:crypto';
import type {
  Cause,
  CauseGroup,
  ChangeGroup,
  FieldChange,
  FieldGroup,
  FieldVariant,
  Impact,
  JsonValue,
  NoteGroup,
  ObjectChange,
  Subject,
} from '../model.ts';
import { causeKey } from './cause.ts';
import { type ClusterNames, neutral, neutralText } from './identity.ts';
import { notesOf, rank } from './impact/index.ts';
import { pathText } from './path.ts';

interface Member {
  readonly change: ObjectChange;
  readonly names: ClusterNames;
}

/**
 * Groups changes by their shape: unit, subject and fields with their impacts, a cluster's own names replaced. Values that
 * still differ are variants inside the group. `causeOf` is asked once a group.
 */
export function groupChanges(
  changes: readonly ObjectChange[],
  namesOf: (cluster: string) => ClusterNames,
  causeOf: (change: ObjectChange) => Cause,
): readonly ChangeGroup[] {
  const byShape = new Map<string, Member[]>();
  for (const change of changes.flatMap(byField)) {
    const names = namesOf(change.cluster);
    const key = shapeOf(change, names);
    const members = byShape.get(key);
    if (members) members.push({ change, names });
    else byShape.set(key, [{ change, names }]);
  }
  const groups = [...byShape].map(([shape, members]) => groupOf(shape, members, causeOf));
  return [...mergeFields(namedCauses(groups))].sort(compareGroups);
}

/**
 * What left a thing has no trace, so its cause is known by file alone. Where another field of the same thing has a cause
 * in that file, or any change has one at that line, or all that have a cause in the file have the same, that is the one.
 * Things that are new or gone stay with the first changed line: it is where their cause begins.
 */
function namedCauses(groups: readonly ChangeGroup[]): readonly ChangeGroup[] {
  const byPlace = new Map<string, Cause>();
  const byFile = new Map<string, Map<string, Cause>>();
  for (const { unit, subject, cause } of groups) {
    if (cause.place === undefined || isByFile(cause)) continue;
    const { file, line } = cause.place;
    const thing = JSON.stringify([file, unit, subject]);
    if (!byPlace.has(thing)) byPlace.set(thing, cause);
    if (!byPlace.has(`${file}:${line}`)) byPlace.set(`${file}:${line}`, cause);
    const causes = byFile.get(file) ?? new Map<string, Cause>();
    byFile.set(file, causes.set(`${cause.name}:${line}`, cause));
  }
  return groups.map((group) => {
    const { unit, subject, cause } = group;
    if (cause.place === undefined || !isByFile(cause)) return group;
    const { file, line } = cause.place;
    const inFile = [...(byFile.get(file)?.values() ?? [])];
    const named =
      byPlace.get(JSON.stringify([file, unit, subject])) ??
      byPlace.get(`${file}:${line}`) ??
      (group.action === 'changed' && inFile.length === 1 ? inFile[0] : undefined);
    return named === undefined ? group : { ...group, cause: named };
  });
}

/** Whether a cause is a file and no value in it. Code has no values: there the line says all. */
function isByFile(cause: Cause): boolean {
  return cause.kind !== 'code' && cause.name === cause.place?.file;
}

/** Fields part ways first, so that a change which one cluster has beside others does not split what all have in common. */
function byField(change: ObjectChange): readonly ObjectChange[] {
  if (change.action !== 'changed' || change.fields.length < 2 || change.impacts.length > 0) return [change];
  return change.fields.map((field) => ({ ...change, fields: [field] }));
}

/** Fields of one thing that share clusters, pools and cause are shown together again. */
function mergeFields(groups: readonly ChangeGroup[]): readonly ChangeGroup[] {
  const merged = new Map<string, ChangeGroup>();
  for (const group of groups) {
    const { unit, subject, action, clusters, pools, cause } = group;
    const key = JSON.stringify([
      unit,
      subject,
      action,
      clusters,
      pools,
      causeKey(cause),
      action === 'changed' ? 0 : group.id,
    ]);
    const other = merged.get(key);
    merged.set(key, other ? joinGroups(other, group) : group);
  }
  return [...merged.values()];
}

function joinGroups(a: ChangeGroup, b: ChangeGroup): ChangeGroup {
  const notes = new Map(a.notes.map((note) => [`${note.impact}\n${note.rule}`, note]));
  for (const note of b.notes) {
    const key = `${note.impact}\n${note.rule}`;
    const known = notes.get(key);
    const texts = known ? [...known.texts] : [];
    for (const text of note.texts) if (!texts.some((other) => other.text === text.text)) texts.push(text);
    notes.set(key, { ...note, texts });
  }
  const sorted = [...notes.values()].sort((x, y) => rank(x.impact) - rank(y.impact) || compareText(x.rule, y.rule));
  return {
    ...a,
    id: createHash('sha256').update(`${a.id}\n${b.id}`).digest('hex').slice(0, 12),
    impact: sorted[0]?.impact ?? 'no-effect',
    notes: sorted,
    fields: [...a.fields, ...b.fields],
  };
}

/** Puts groups under their causes, the loudest first. */
export function groupCauses(groups: readonly ChangeGroup[]): readonly CauseGroup[] {
  const byCause = new Map<string, ChangeGroup[]>();
  for (const group of groups) {
    const key = causeKey(group.cause);
    const list = byCause.get(key);
    if (list) list.push(group);
    else byCause.set(key, [group]);
  }
  return [...byCause.values()]
    .map((list): CauseGroup => {
      const first = list[0]!;
      return {
        cause: first.cause,
        impact: first.impact,
        clusters: sortedSet(list.flatMap((group) => group.clusters)),
        groups: list,
      };
    })
    .sort(
      (a, b) =>
        rank(a.impact) - rank(b.impact) ||
        b.clusters.length - a.clusters.length ||
        compareText(causeKey(a.cause), causeKey(b.cause)),
    );
}

function shapeOf(change: ObjectChange, names: ClusterNames): string {
  const { subject } = change;
  const text = (part: string) => neutralText(part, names, change.pool);
  const fields = change.fields.map(
    (field) =>
      `${field.kind} ${text(pathText(field.path))} ${field.masked} ${field.impacts.map((note) => `${note.impact}/${note.rule}`).join(',')}`,
  );
  return [
    change.unit.kind,
    change.unit.name,
    subject.type,
    text(subject.group),
    subject.kind,
    text(subject.namespace),
    text(subject.name),
    change.from ? text(change.from.name) : '',
    change.action,
    change.impacts.map((note) => `${note.impact}/${note.rule}`).join(','),
    ...fields,
  ].join('\n');
}

function groupOf(shape: string, members: readonly Member[], causeOf: (change: ObjectChange) => Cause): ChangeGroup {
  const sorted = [...members].sort((a, b) => compareText(a.change.cluster, b.change.cluster));
  const first = sorted[0]!;
  const clusters = sortedSet(sorted.map((member) => member.change.cluster));
  const single = clusters.length === 1 && sorted.length === 1;
  const { change, names } = first;
  const show = (subject: Subject): Subject =>
    single
      ? subject
      : {
          ...subject,
          group: neutralText(subject.group, names, change.pool),
          namespace: neutralText(subject.namespace, names, change.pool),
          name: neutralText(subject.name, names, change.pool),
        };
  const notes = groupNotes(sorted);
  return {
    id: createHash('sha256').update(shape).digest('hex').slice(0, 12),
    unit: change.unit,
    subject: show(change.subject),
    ...(change.from ? { from: show(change.from) } : {}),
    action: change.action,
    impact: notes[0]?.impact ?? 'no-effect',
    notes,
    fields: change.fields.map((field, index) => groupField(field, index, sorted, single)),
    clusters,
    pools: sortedSet(sorted.flatMap((member) => (member.change.pool === undefined ? [] : [member.change.pool]))),
    cause: causeOf(change),
    example: {
      cluster: change.cluster,
      ...(change.beforePath === undefined ? {} : { beforePath: change.beforePath }),
      ...(change.afterPath === undefined ? {} : { afterPath: change.afterPath }),
    },
  };
}

function groupField(field: FieldChange, index: number, members: readonly Member[], single: boolean): FieldGroup {
  const variants = new Map<string, { before?: JsonValue; after?: JsonValue; clusters: Set<string> }>();
  for (const { change, names } of members) {
    const own = change.fields[index]!;
    const value = (side: JsonValue | undefined) =>
      side === undefined || own.masked ? undefined : single ? side : neutral(side, names, change.pool);
    const [before, after] = [value(own.before), value(own.after)];
    const key = own.masked ? '' : JSON.stringify([before ?? null, after ?? null]);
    const variant = variants.get(key);
    if (variant) variant.clusters.add(change.cluster);
    else {
      variants.set(key, {
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        clusters: new Set([change.cluster]),
      });
    }
  }
  return {
    kind: field.kind,
    path: field.path,
    label: single
      ? pathText(field.path)
      : neutralText(pathText(field.path), members[0]!.names, members[0]!.change.pool),
    masked: field.masked,
    impacts: field.impacts,
    variants: [...variants.entries()]
      .sort(([a, left], [b, right]) => right.clusters.size - left.clusters.size || compareText(a, b))
      .map(([, variant]): FieldVariant => ({ ...variant, clusters: [...variant.clusters].sort() })),
  };
}

function groupNotes(members: readonly Member[]): readonly NoteGroup[] {
  const byRule = new Map<string, { impact: Impact; rule: string; texts: Map<string, Set<string>> }>();
  for (const { change, names } of members) {
    for (const note of notesOf(change)) {
      const text = members.length === 1 ? note.text : neutralText(note.text, names, change.pool);
      const key = `${note.impact}\n${note.rule}`;
      const entry = byRule.get(key) ?? { impact: note.impact, rule: note.rule, texts: new Map() };
      byRule.set(key, entry);
      const clusters = entry.texts.get(text);
      if (clusters) clusters.add(change.cluster);
      else entry.texts.set(text, new Set([change.cluster]));
    }
  }
  return [...byRule.values()]
    .sort((a, b) => rank(a.impact) - rank(b.impact) || compareText(a.rule, b.rule))
    .map((entry) => ({
      impact: entry.impact,
      rule: entry.rule,
      texts: [...entry.texts]
        .sort(([a, left], [b, right]) => right.size - left.size || compareText(a, b))
        .map(([text, clusters]) => ({ text, clusters: [...clusters].sort() })),
    }));
}

function compareGroups(a: ChangeGroup, b: ChangeGroup): number {
  return (
    rank(a.impact) - rank(b.impact) ||
    b.clusters.length - a.clusters.length ||
    compareText(a.unit.kind, b.unit.kind) ||
    compareText(a.unit.name, b.unit.name) ||
    compareText(a.subject.kind, b.subject.kind) ||
    compareText(a.subject.namespace, b.subject.namespace) ||
    compareText(a.subject.name, b.subject.name) ||
    compareText(a.id, b.id)
  );
}

function sortedSet(list: readonly string[]): readonly string[] {
  return [...new Set(list)].sort();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
