/** What the API server refuses in workloads beyond their schema. Source: Kubernetes' apps and batch validation. */
import type { JsonObject } from '../../model.ts';
import { isSchedule } from '../kubernetes-schema/schedule.ts';
import { asObject, asString, type ClusterRule, get } from '../rule.ts';
import { type ObjectView, viewPod } from '../views.ts';

type Fault = (pointer: string, message: string) => void;

export const workloadFields: ClusterRule = {
  id: 'workload-fields',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'workloads have strategies, restart policies and schedules that the API server takes',
  scope: 'cluster',
  check(cluster, report) {
    for (const view of cluster.objects) {
      const fault: Fault = (pointer, message) =>
        report(view.artifact, pointer, `${view.kind} ${view.name}: ${message}`);
      const spec = asObject(get(view.object, 'spec'));
      if (!spec || !['apps', 'batch'].includes(view.group)) continue;
      if (view.kind === 'Deployment') checkStrategy(spec, 'strategy', ['RollingUpdate', 'Recreate'], fault);
      if (view.kind === 'DaemonSet') checkStrategy(spec, 'updateStrategy', ['RollingUpdate', 'OnDelete'], fault);
      if (view.kind === 'StatefulSet') checkStrategy(spec, 'updateStrategy', ['RollingUpdate', 'OnDelete'], fault);
      if (view.kind === 'CronJob') checkSchedule(spec, fault);
      checkRestartPolicy(view, fault);
      const selector = asObject(spec.selector);
      if (selector && Object.keys(selector).length === 0)
        fault('/spec/selector', 'the selector is empty: it would select every pod.');
      const replicas = spec.replicas;
      if (typeof replicas === 'number' && replicas < 0) fault('/spec/replicas', `there are no ${replicas} replicas.`);
    }
  },
};

function checkStrategy(spec: JsonObject, key: string, types: readonly string[], fault: Fault): void {
  const strategy = asObject(spec[key]);
  if (!strategy) return;
  const type = asString(strategy.type) ?? 'RollingUpdate';
  const rolling = asObject(strategy.rollingUpdate);
  if (!types.includes(type)) return;
  if (type !== 'RollingUpdate' && rolling) {
    fault(
      `/spec/${key}/rollingUpdate`,
      `rollingUpdate is for the type RollingUpdate, not for ${type}. Drop one of them.`,
    );
  }
  if (!rolling || type !== 'RollingUpdate') return;
  const unavailable = rolling.maxUnavailable;
  const surge = rolling.maxSurge;
  // Both default to something above zero (a daemon set surges 0 and takes 1 away).
  if (isZero(unavailable) && (isZero(surge) || (surge === undefined && types.includes('OnDelete')))) {
    fault(`/spec/${key}/rollingUpdate`, 'maxUnavailable and maxSurge are both 0: no pod could ever be replaced.');
  }
}

function isZero(value: unknown): boolean {
  return value === 0 || value === '0' || value === '0%';
}

function checkRestartPolicy(view: ObjectView, fault: Fault): void {
  const pod = viewPod(view);
  if (!pod) return;
  const policy = asString(pod.spec.restartPolicy);
  const job = view.kind === 'Job' || view.kind === 'CronJob';
  const pointer = `${pod.pointer}/spec`;
  if (job && policy !== 'OnFailure' && policy !== 'Never') {
    fault(
      policy === undefined ? pointer : `${pointer}/restartPolicy`,
      'the pods of a job have restartPolicy OnFailure or Never.',
    );
  }
  if (!job && policy !== undefined && policy !== 'Always') {
    fault(`${pointer}/restartPolicy`, `pods that run on have restartPolicy Always, not ${policy}.`);
  }
}

function checkSchedule(spec: JsonObject, fault: Fault): void {
  const schedule = asString(spec.schedule);
  if (schedule === undefined) return;
  if (/^(?:CRON_)?TZ=/.test(schedule))
    fault('/spec/schedule', 'the time zone is given in timeZone, not in the schedule.');
  else if (!isSchedule(schedule))
    fault(
      '/spec/schedule',
      `"${schedule}" is no schedule: minute, hour, day, month, weekday, or @hourly and its like.`,
    );
}
