/** ConfigMaps and Secrets: what reads them, and whether it notices. */

import type { JsonValue, ObjectChange, Subject } from '../../model.ts';
import { asList, asString, get } from '../path.ts';
import type { ClusterState } from '../state.ts';
import type { ImpactRule } from './rule.ts';

const workloads = new Set(['Deployment', 'DaemonSet', 'StatefulSet', 'CronJob', 'Job']);

export const configurationData: ImpactRule = {
  id: 'configuration-data',
  title: 'a ConfigMap or Secret changes: pods restart by themselves only where a hash says so',
  judge(change, context, note) {
    const { type, group, kind } = change.subject;
    if (change.action !== 'changed' || type !== 'object' || group !== '' || !['ConfigMap', 'Secret'].includes(kind)) {
      return;
    }
    if (change.fields.every((field) => field.kind === 'rewritten')) return;
    const readers = readersOf(context.after, change);
    if (readers.length === 0) {
      note('updated', 'No pod of this cluster names it: whoever reads it by the API sees the new content at once.');
      return;
    }
    for (const reader of readers) {
      if (restarts(context.before, context.after, reader.subject)) continue;
      const how =
        reader.how === 'volume'
          ? 'sees the new files within about a minute, if it reads them again'
          : 'keeps the old value until its pods restart: nothing in its template changes';
      note('next-run', `${reader.subject.kind} ${reader.subject.name} ${how}.`);
    }
    const restarted = readers.filter((reader) => restarts(context.before, context.after, reader.subject));
    for (const reader of restarted) {
      note(
        'pods-restart',
        `${reader.subject.kind} ${reader.subject.name} restarts with it: its template carries the hash.`,
      );
    }
  },
};

interface Reader {
  readonly subject: Subject;
  /** How the content reaches the program; `volume` alone is ever updated in place (subPath mounts are not). */
  readonly how: 'environment' | 'volume';
}

function readersOf(state: ClusterState, change: ObjectChange): readonly Reader[] {
  const { kind, namespace, name } = change.subject;
  return state.objects().flatMap(({ subject, value }): readonly Reader[] => {
    if (!workloads.has(subject.kind) || subject.namespace !== namespace) return [];
    const spec = podSpec(subject.kind, value);
    const containers = [...asList(get(spec, 'containers')), ...asList(get(spec, 'initContainers'))];
    const inEnvironment = containers.some(
      (container) =>
        asList(get(container, 'env')).some((entry) => namesIn(entry, kind, name, 'valueFrom')) ||
        asList(get(container, 'envFrom')).some((entry) => namesIn(entry, kind, name)),
    );
    if (inEnvironment) return [{ subject, how: 'environment' }];
    const volumes = asList(get(spec, 'volumes')).filter(
      (volume) =>
        namesIn(volume, kind, name) ||
        asList(get(volume, 'projected', 'sources')).some((source) => namesIn(source, kind, name)),
    );
    if (volumes.length === 0) return [];
    const mounts = containers.flatMap((container) => asList(get(container, 'volumeMounts')));
    const subPath = mounts.some(
      (mount) =>
        asString(get(mount, 'subPath')) !== undefined &&
        volumes.some((volume) => get(volume, 'name') === get(mount, 'name')),
    );
    return [{ subject, how: subPath ? 'environment' : 'volume' }];
  });
}

function podSpec(kind: string, value: JsonValue): JsonValue | undefined {
  return kind === 'CronJob'
    ? get(value, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
    : get(value, 'spec', 'template', 'spec');
}

function namesIn(entry: JsonValue, kind: string, name: string, below?: string): boolean {
  const source = below === undefined ? entry : get(entry, below);
  const fields =
    kind === 'ConfigMap' ? ['configMapKeyRef', 'configMapRef', 'configMap'] : ['secretKeyRef', 'secretRef', 'secret'];
  return fields.some((field) => {
    const reference = get(source, field);
    return get(reference, 'name') === name || get(reference, 'secretName') === name;
  });
}

function restarts(before: ClusterState, after: ClusterState, subject: Subject): boolean {
  if (subject.kind === 'CronJob') return false;
  const [old, fresh] = [before.find(subject), after.find(subject)];
  const [left, right] = [get(old, 'spec', 'template'), get(fresh, 'spec', 'template')];
  return left !== undefined && JSON.stringify(left) !== JSON.stringify(right);
}
