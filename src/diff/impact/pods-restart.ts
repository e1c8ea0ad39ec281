/** Which pods restart, and how. A change of a pod template is a new revision; what reads it decides when. */
import type { FieldChange, ObjectChange } from '../../model.ts';
import { asString, get, isWithin, patternOf } from '../path.ts';
import { type ImpactContext, type ImpactRule, type Note, realFields } from './rule.ts';

export const podsRestart: ImpactRule = {
  id: 'pods-restart',
  title: 'a pod template changes, so pods are replaced',
  judge(change, context, note) {
    if (change.action !== 'changed' || change.subject.type !== 'object') return;
    const { group, kind } = change.subject;
    if (group === 'apps' && ['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind)) judge(change, context, note);
    if (group === 'batch' && kind === 'CronJob') {
      for (const field of realFields(change)) {
        if (isWithin(patternOf(field.path), 'spec')) note('next-run', 'Takes effect with the next run.', field);
      }
    }
  },
};

function judge(change: ObjectChange, context: ImpactContext, note: Note): void {
  const template = realFields(change).filter((field) => isWithin(patternOf(field.path), 'spec/template'));
  const value = context.after.find(change.subject);
  judgeReplicas(change, context, note);
  if (template.length === 0) return;
  const how = strategyText(change.subject.kind, value);
  const name = change.subject.name;
  for (const field of template) {
    if (how.restarts) {
      note('pods-restart', `${podCount(change, value)} of ${name} ${how.text}${trigger(template)}.`, field);
    } else note('next-run', `Pods of ${name} keep running as they are: ${how.text}.`, field);
  }
}

/** Of a DaemonSet on every node, of a Deployment as many as its replicas. */
function podCount(change: ObjectChange, value: unknown): string {
  if (change.subject.kind === 'DaemonSet') return 'The pods on every node';
  const replicas = get(value as never, 'spec', 'replicas');
  if (typeof replicas !== 'number') return 'The pods';
  return replicas === 1 ? 'The only pod' : `The ${replicas} pods`;
}

function strategyText(kind: string, value: unknown): { readonly restarts: boolean; readonly text: string } {
  const spec = get(value as never, 'spec');
  const verb = kind !== 'DaemonSet' && get(spec, 'replicas') === 1 ? 'restarts' : 'restart';
  if (kind === 'Deployment') {
    if (get(spec, 'replicas') === 0) return { restarts: false, text: 'there are no replicas' };
    if (get(spec, 'strategy', 'type') === 'Recreate') {
      return { restarts: true, text: `${verb}, with downtime: strategy Recreate stops all before it starts new ones` };
    }
    const unavailable = get(spec, 'strategy', 'rollingUpdate', 'maxUnavailable');
    return {
      restarts: true,
      text: `${verb}, rolling${unavailable === undefined ? '' : `, ${String(unavailable)} unavailable at a time`}`,
    };
  }
  const type = asString(get(spec, 'updateStrategy', 'type')) ?? 'RollingUpdate';
  if (type === 'OnDelete') {
    return { restarts: false, text: 'strategy OnDelete waits until a pod is deleted or its node replaced' };
  }
  if (kind === 'StatefulSet') {
    const partition = get(spec, 'updateStrategy', 'rollingUpdate', 'partition');
    const held = typeof partition === 'number' && partition > 0 ? `, those below ordinal ${partition} held back` : '';
    return { restarts: true, text: `${verb}, one after the other from the highest ordinal${held}` };
  }
  const unavailable = get(spec, 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1;
  return { restarts: true, text: `${verb}, rolling, ${String(unavailable)} at a time` };
}

/** When all that changed is a hash of configuration, the reader wants to know that. */
function trigger(fields: readonly FieldChange[]): string {
  const onlyAnnotations = fields.every((field) =>
    isWithin(patternOf(field.path), 'spec/template/metadata/annotations'),
  );
  return onlyAnnotations ? ', for the configuration whose hash the annotation carries' : '';
}

/** Replicas restart nothing, but zero stops everything, and losing the field beside an autoscaler resets to one. */
function judgeReplicas(change: ObjectChange, context: ImpactContext, note: Note): void {
  const field = realFields(change).find((candidate) => patternOf(candidate.path) === 'spec/replicas');
  if (!field) return;
  if (field.after === 0) note('removed', `All pods of ${change.subject.name} stop: replicas 0.`, field);
  const scaled = context.after
    .objects()
    .some(
      ({ subject, value }) =>
        subject.kind === 'HorizontalPodAutoscaler' &&
        subject.namespace === change.subject.namespace &&
        get(value, 'spec', 'scaleTargetRef', 'name') === change.subject.name,
    );
  if (scaled && field.kind === 'removed') {
    note(
      'updated',
      'The autoscaler owns the replicas from now on; appliers that replace whole objects reset them to 1 once.',
      field,
    );
  }
}
