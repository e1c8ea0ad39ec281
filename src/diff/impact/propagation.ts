/** What follows from a replacement inside a cluster's stacks: by Ref, GetAtt and Sub, and by exports that others import. */
import type { Impact, ImpactNote, ObjectChange, Subject } from '../../model.ts';
import { get } from '../path.ts';
import type { TemplateState } from '../state.ts';
import { subjectKey } from '../subjects.ts';
import { referencesIn } from '../template.ts';
import { rollNodes } from './node-roll.ts';
import { matchesProperty, replaced } from './resource-replacement.ts';
import type { ImpactContext } from './rule.ts';

export interface PropagatedNote {
  readonly subject: Subject;
  readonly note: ImpactNote;
}

const rule = 'propagation';

/** Notes for everything that a replaced or re-versioned resource drags along. Starts from the judged changes of one cluster. */
export function propagate(changes: readonly ObjectChange[], context: ImpactContext): readonly PropagatedNote[] {
  const results: PropagatedNote[] = [];
  const queue: Subject[] = [];
  const seen = new Set<string>();
  const enqueue = (subject: Subject) => {
    const key = subjectKey(subject);
    if (seen.has(key)) return;
    seen.add(key);
    queue.push(subject);
  };
  for (const change of changes) {
    if (change.subject.type !== 'resource' || change.action !== 'changed') continue;
    const notes = [...change.impacts, ...change.fields.flatMap((field) => field.impacts)];
    // Where the replacement itself fails nothing follows from it.
    if (notes.some((note) => note.impact === 'update-fails')) continue;
    if (notes.some((note) => note.rule === 'resource-replacement' && isReplacement(note.impact)))
      enqueue(change.subject);
  }
  for (let subject = queue.shift(); subject; subject = queue.shift()) {
    const state = context.after.templates().find((template) => template.stack === subject!.group);
    if (state) followReferences(state, subject, context, results, enqueue);
  }
  return results;
}

function isReplacement(impact: Impact): boolean {
  return impact === 'replaced' || impact === 'data-destroyed';
}

function followReferences(
  state: TemplateState,
  origin: Subject,
  context: ImpactContext,
  results: PropagatedNote[],
  enqueue: (subject: Subject) => void,
): void {
  for (const name of Object.keys(state.resources)) {
    if (name === origin.name) continue;
    const resource = state.resources[name];
    const uses = referencesIn(get(resource, 'Properties')).filter((reference) => reference.target === origin.name);
    if (uses.length === 0) continue;
    const kind = String(get(resource, 'Type') ?? 'resource');
    const subject: Subject = { type: 'resource', kind, group: state.stack, namespace: '', name };
    const because = `, because ${origin.name} is replaced`;
    const push = (impact: Impact, text: string) => results.push({ subject, note: { impact, rule, text } });
    if (kind === 'AWS::EC2::LaunchTemplate' && uses.some((use) => use.pointer.startsWith('/LaunchTemplateData'))) {
      rollNodes(subject, context, push, because);
      continue;
    }
    const createOnly = context.data.createOnly(kind);
    if (uses.some((use) => matchesProperty(propertyOf(use.pointer), createOnly))) {
      replaced({ subject }, undefined, context, push, false, because);
      if (!results.some((result) => result.subject === subject && result.note.impact === 'update-fails'))
        enqueue(subject);
    } else push('updated', `${name} (${kind}) is updated in place${because}.`);
  }
  followExports(state, origin, context, results);
}

/** `/LaunchTemplateData/TagSpecifications/0/Tags` to `LaunchTemplateData/TagSpecifications/*\/Tags`. */
function propertyOf(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map((part) => (/^\d+$/.test(part) ? '*' : part.replaceAll('~1', '/').replaceAll('~0', '~')))
    .join('/');
}

/** An export whose value changes while another stack imports it: CloudFormation refuses the update. */
function followExports(state: TemplateState, origin: Subject, context: ImpactContext, results: PropagatedNote[]): void {
  const outputs = get(state.template, 'Outputs');
  for (const name of Object.keys((outputs as object | undefined) ?? {})) {
    const uses = referencesIn(get(outputs, name, 'Value')).some((reference) => reference.target === origin.name);
    const exported = get(outputs, name, 'Export', 'Name');
    if (!uses || exported === undefined) continue;
    const importers = importersOf(exported, context);
    if (importers.length === 0) continue;
    results.push({
      subject: { type: 'resource', kind: 'Output', group: state.stack, namespace: '', name },
      note: {
        impact: 'update-fails',
        rule,
        text: `Export ${typeof exported === 'string' ? exported : name} would change, because ${origin.name} is replaced, and is imported by ${importers.join(', ')}: CloudFormation refuses to change an export in use.`,
      },
    });
  }
}

/** Stacks that import an export, in the state that is deployed: the old one. */
export function importersOf(exported: unknown, context: ImpactContext): readonly string[] {
  const wanted = JSON.stringify(exported);
  return context.before.templates().flatMap((template) => {
    const text = JSON.stringify(template.resources);
    return text.includes(`{"Fn::ImportValue":${wanted}}`) ? [template.stack] : [];
  });
}
