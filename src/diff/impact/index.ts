/** Every impact rule. A new one is a file here, a line here, and a page in docs/impacts/. */
import { type FieldChange, type Impact, type ImpactNote, impacts, type ObjectChange } from '../../model.ts';
import { subjectKey } from '../subjects.ts';
import { access } from './access.ts';
import { configurationData } from './configuration-data.ts';
import { exportInUse } from './exports-in-use.ts';
import { imageChange } from './images.ts';
import { immutableField } from './immutable-field.ts';
import { nodeRoll } from './node-roll.ts';
import { podsRestart } from './pods-restart.ts';
import { propagate } from './propagation.ts';
import { removal } from './removal.ts';
import { resourceReplacement } from './resource-replacement.ts';
import type { ImpactContext, ImpactRule } from './rule.ts';
import { scalingBounds } from './scaling.ts';

export const impactRules: readonly ImpactRule[] = [
  immutableField,
  resourceReplacement,
  exportInUse,
  nodeRoll,
  podsRestart,
  configurationData,
  removal,
  access,
  scalingBounds,
  imageChange,
];

/** The changes of one cluster with everything that follows from them. */
export function judgeChanges(changes: readonly ObjectChange[], context: ImpactContext): readonly ObjectChange[] {
  const judged = changes.map((change) => judgeChange(change, context));
  const followed = propagate(judged, context);
  if (followed.length === 0) return judged;
  const byKey = new Map(judged.map((change) => [subjectKey(change.subject), change]));
  for (const { subject, note } of followed) {
    const key = subjectKey(subject);
    const change = byKey.get(key);
    if (change) byKey.set(key, { ...change, impacts: distinct([...change.impacts, note]) });
    else {
      const template = context.after.templates().find((candidate) => candidate.stack === subject.group);
      if (!template) continue;
      const { unit, pool, path } = template.artifact;
      byKey.set(key, {
        cluster: context.after.cluster.name,
        unit,
        ...(pool === undefined ? {} : { pool }),
        subject,
        action: 'changed',
        beforePath: path,
        afterPath: path,
        fields: [],
        impacts: [note],
      });
    }
  }
  return [...byKey.values()];
}

function judgeChange(change: ObjectChange, context: ImpactContext): ObjectChange {
  const whole: ImpactNote[] = [];
  const byField = new Map<FieldChange, ImpactNote[]>();
  for (const rule of impactRules) {
    rule.judge(change, context, (impact, text, field) => {
      const note: ImpactNote = { impact, rule: rule.id, text };
      if (!field) whole.push(note);
      else {
        const list = byField.get(field);
        if (list) list.push(note);
        else byField.set(field, [note]);
      }
    });
  }
  const fields = change.fields.map((field) => ({
    ...field,
    impacts: distinct(carried(byField.get(field)) ?? (whole.length === 0 ? [fieldNote(change, field)] : [])),
  }));
  if (whole.length === 0 && fields.length === 0) whole.push(defaultNote(change));
  return { ...change, fields, impacts: distinct(whole) };
}

/** What a step of an image is comes with what it does: alone it is an update in place. */
function carried(notes: readonly ImpactNote[] | undefined): readonly ImpactNote[] | undefined {
  const [loudest] = (notes ?? [])
    .filter((note) => note.rule !== 'image-change')
    .sort((a, b) => rank(a.impact) - rank(b.impact));
  return loudest === undefined
    ? notes
    : notes?.map((note) => (note.rule === 'image-change' ? { ...note, impact: loudest.impact } : note));
}

/** What is said of a thing that no rule has anything to say about. */
function defaultNote(change: ObjectChange): ImpactNote {
  const what = `${change.subject.kind} ${change.subject.name}`;
  if (change.action === 'created') return { impact: 'created', rule: 'creation', text: `${what} is created.` };
  if (change.action === 'removed') return { impact: 'removed', rule: 'removal', text: `${what} is deleted.` };
  return { impact: 'updated', rule: 'update', text: `${what} is updated in place.` };
}

function fieldNote(change: ObjectChange, field: FieldChange): ImpactNote {
  if (field.kind === 'rewritten' || field.kind === 'reordered') {
    return { impact: 'no-effect', rule: 'no-effect', text: 'Written differently, and means the same.' };
  }
  return {
    impact: 'updated',
    rule: 'update',
    text: `${change.subject.kind} ${change.subject.name} is updated in place.`,
  };
}

function distinct(notes: readonly ImpactNote[]): readonly ImpactNote[] {
  const seen = new Set<string>();
  return notes
    .filter((note) => {
      const key = `${note.impact}\n${note.text}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort((a, b) => rank(a.impact) - rank(b.impact));
}

/** Position in the order of loudness: 0 is the loudest. */
export function rank(impact: Impact): number {
  return impacts.indexOf(impact);
}

/** Every note of a change, of its fields and of the whole, the loudest first. */
export function notesOf(change: ObjectChange): readonly ImpactNote[] {
  return distinct([...change.impacts, ...change.fields.flatMap((field) => field.impacts)]);
}

/** The loudest consequence of a change. */
export function impactOf(change: ObjectChange): Impact {
  return notesOf(change)[0]?.impact ?? 'no-effect';
}
