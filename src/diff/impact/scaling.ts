/** Bounds of autoscalers and sizes of groups: what may run from now on. */
import { pathText, patternOf } from '../path.ts';
import type { ImpactRule } from './rule.ts';

const bounds: Readonly<Record<string, readonly string[]>> = {
  'AWS::AutoScaling::AutoScalingGroup': ['Properties/MinSize', 'Properties/MaxSize', 'Properties/DesiredCapacity'],
  HorizontalPodAutoscaler: ['spec/minReplicas', 'spec/maxReplicas'],
  ScaledObject: ['spec/minReplicaCount', 'spec/maxReplicaCount'],
  Deployment: ['spec/replicas'],
  StatefulSet: ['spec/replicas'],
};

export const scalingBounds: ImpactRule = {
  id: 'scaling-bounds',
  title: 'the bounds of an autoscaler or the size of a group change',
  judge(change, _context, note) {
    if (change.action !== 'changed') return;
    const patterns = Object.hasOwn(bounds, change.subject.kind) ? bounds[change.subject.kind]! : [];
    for (const field of change.fields) {
      const pattern = patternOf(field.path);
      if (!patterns.includes(pattern) || field.kind === 'rewritten') continue;
      const [before, after] = [Number(field.before ?? Number.NaN), Number(field.after ?? Number.NaN)];
      const smaller = after < before;
      const upper = /max/i.test(pattern) || pattern === 'spec/replicas';
      const effect = !Number.isFinite(before) || !Number.isFinite(after) ? 'set' : smaller ? 'lowered' : 'raised';
      const consequence =
        smaller && upper
          ? '; what is above it is taken away'
          : !smaller && !upper
            ? '; what is missing is started'
            : '';
      note('updated', `${pathText(field.path)} of ${change.subject.name} is ${effect}${consequence}.`, field);
    }
  },
};
