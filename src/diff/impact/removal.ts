/** What goes away, and what goes with it. */

import type { FieldChange, ObjectChange } from '../../model.ts';
import { asString, get, pathText, patternOf } from '../path.ts';
import type { ImpactRule, Note } from './rule.ts';

export const removal: ImpactRule = {
  id: 'removal',
  title: 'an object, a port or a host goes away',
  judge(change, context, note) {
    if (change.subject.type !== 'object') return;
    const { kind, name, namespace } = change.subject;
    if (change.action === 'renamed') {
      note(
        'removed',
        `${kind} ${change.from?.name ?? ''} is deleted and ${name} is created: between the two there is neither.`,
      );
    }
    if (change.action === 'removed') {
      if (kind === 'CustomResourceDefinition') {
        const plural = asString(get(context.before.find(change.subject), 'spec', 'names', 'kind')) ?? name;
        note(
          'data-destroyed',
          `Every ${plural} of the cluster is deleted with its definition, also those that teams made.`,
        );
      } else if (kind === 'Namespace') {
        note('data-destroyed', `Everything in namespace ${name} is deleted with it, also what teams put there.`);
      } else if (kind === 'PersistentVolumeClaim') {
        note('data-destroyed', 'The volume goes with its claim, unless its storage class retains volumes.');
      } else if (kind === 'StatefulSet') {
        note('removed', `Its pods stop. Its volume claims in ${namespace} stay, and must be deleted by hand.`);
      } else if (kind === 'PodDisruptionBudget') {
        note('removed', 'Node drains no longer wait for these pods.');
      } else note('removed', `${kind} ${name} is deleted.`);
    }
    for (const field of change.fields) judgeField(change, field, note);
  },
};

function judgeField(change: ObjectChange, field: FieldChange, note: Note): void {
  if (field.kind !== 'removed') return;
  const pattern = patternOf(field.path);
  const last = field.path.at(-1);
  const item = last?.kind === 'item' ? last.value : pathText(field.path);
  if (change.subject.kind === 'Service' && pattern === 'spec/ports/*') {
    note('removed', `Port ${item} of service ${change.subject.name} is gone: its clients are refused.`, field);
  }
  if (['Ingress', 'RouteGroup'].includes(change.subject.kind) && /^spec\/(?:rules|hosts)\/\*$/.test(pattern)) {
    const host = asString(get(field.before, 'host')) ?? asString(field.before) ?? item;
    note('removed', `${change.subject.name} no longer serves ${host}.`, field);
  }
}
