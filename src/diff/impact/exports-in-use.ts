/** Exports that other stacks of the cluster import can neither change nor go. */
import { get, isWithin, patternOf } from '../path.ts';
import { importersOf } from './propagation.ts';
import type { ImpactRule } from './rule.ts';

export const exportInUse: ImpactRule = {
  id: 'export-in-use',
  title: 'an export that another stack imports changes or goes',
  judge(change, context, note) {
    if (change.subject.kind !== 'Output') return;
    const subject = change.from ?? change.subject;
    const exported = get(context.before.find(subject), 'Export', 'Name');
    if (exported === undefined) return;
    const importers = importersOf(exported, context).filter((stack) => stack !== subject.group);
    if (importers.length === 0) return;
    const label = typeof exported === 'string' ? exported : subject.name;
    const text = `Export ${label} is imported by ${importers.join(', ')}: CloudFormation refuses to`;
    const remedy = 'Export the new value under a new name, move the importers, then remove the old one.';
    if (change.action === 'removed') note('update-fails', `${text} remove it. ${remedy}`);
    for (const field of change.fields) {
      if (field.kind === 'rewritten') continue;
      const pattern = patternOf(field.path);
      if (isWithin(pattern, 'Value')) note('update-fails', `${text} change its value. ${remedy}`, field);
      if (isWithin(pattern, 'Export')) note('update-fails', `${text} rename it. ${remedy}`, field);
    }
  },
};
