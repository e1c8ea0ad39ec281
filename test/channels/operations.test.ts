/** Schedules, gates by environment and refusals of the channel's components for operations. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model.ts';
import { at, type CompiledObject, compileObjects, compileVariant, list, nameOf, ofKind } from './compiled.ts';

const ofUnit = (objects: readonly CompiledObject[] | undefined, unit: string) =>
  (objects ?? []).filter((object) => object.unit === unit);

describe('etcd-backup', () => {
  /** Minutes of the hour at which a `first-59/step` schedule fires. */
  const minutes = (schedule: string): readonly number[] => {
    const [, first, step] = /^(\d+)-59\/(\d+) \* \* \* \*$/.exec(schedule) ?? [];
    expect(step, schedule).toBeDefined();
    return Array.from({ length: 60 }, (_, minute) => minute).filter(
      (minute) => minute >= Number(first) && (minute - Number(first)) % Number(step) === 0,
    );
  };

  it.each([
    ['kube-1', 1],
    ['kube-1', 2],
    ['kube-1', 4],
    ['kube-1-test', 1],
    ['kube-1-test', 4],
  ])('on %s, members take turns of %i minutes, and miss none', async (cluster, interval) => {
    const jobs = ofKind(await compileVariant(cluster, { 'etcd-backup': { interval } }), 'CronJob').filter((job) =>
      nameOf(job).startsWith('etcd-backup-'),
    );
    const turns = jobs.flatMap((job) => minutes(String(at(job, 'spec', 'schedule'))));
    expect(turns.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 / interval }, (_, turn) => turn * interval));
    for (const job of jobs) expect(at(job, 'spec', 'concurrencyPolicy')).toBe('Forbid');
  });

  it('shows all of the client certificate or none, and checks a snapshot before it is uploaded', async () => {
    const [job] = ofKind(await compileVariant('kube-1', {}), 'CronJob').filter((found) =>
      nameOf(found).startsWith('etcd-backup-'),
    );
    const pod = at(job, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
    const command = list(pod, 'initContainers', 0, 'command').map(String);
    const flags = ['--cacert=', '--cert=', '--key='].map((flag) => command.some((part) => part.startsWith(flag)));
    expect(flags).toEqual([true, true, true]);
    expect(list(pod, 'initContainers').map((container) => at(container, 'name'))).toEqual(['snapshot', 'check']);
    expect(list(pod, 'containers').map((container) => at(container, 'name'))).toEqual(['upload']);
  });
});

describe('by environment', () => {
  it('scales down and cleans up outside production alone', async () => {
    const objects = await compileObjects(['kube-1', 'kube-1-test']);
    for (const unit of ['kube-downscaler', 'kube-janitor']) {
      expect(ofUnit(objects.get('kube-1'), unit), unit).toEqual([]);
      expect(ofUnit(objects.get('kube-1-test'), unit).length, unit).toBeGreaterThan(0);
    }
    const downscaler = ofKind(ofUnit(objects.get('kube-1-test'), 'kube-downscaler'), 'Deployment')[0];
    expect(list(downscaler, 'spec', 'template', 'spec', 'containers', 0, 'args')).toContain(
      '--default-uptime=Mon-Fri 07:30-20:30 Europe/Berlin',
    );
  });

  it('drains more patiently in production', async () => {
    const objects = await compileObjects(['kube-1', 'kube-1-test']);
    const args = (cluster: string) => {
      const found = ofKind(ofUnit(objects.get(cluster), 'cluster-lifecycle-controller'), 'Deployment')[0];
      return list(found, 'spec', 'template', 'spec', 'containers', 0, 'args').map(String);
    };
    expect(args('kube-1')).toContain('--drain-min-pod-lifetime=72h');
    expect(args('kube-1-test')).toContain('--drain-min-pod-lifetime=8h');
  });
});

describe('what cannot be', () => {
  it.each<[string, JsonObject, RegExp]>([
    [
      'a grace longer than the lifetime that it spares',
      { 'cluster-lifecycle-controller': { drain_grace_period: '80h' } },
      /drain_grace_period .*must not be longer than drain_min_pod_lifetime/s,
    ],
    [
      'metrics that fill their volume',
      { prometheus: { storage: { size: '10Gi', retention_size: '10Gi' } } },
      /retention_size .*must be less than storage\.size/s,
    ],
    ['a schedule that is none', { 'kube-downscaler': { default_uptime: 'Mon-Fri 7-20' } }, /default_uptime/],
    ['a file system id that is none', { 'efs-csi-driver': { file_system_id: 'vol-1' } }, /file_system_id/],
    ['a key that nobody reads', { karpenter: { versions: 'current' } }, /versions/],
  ])('refuses %s', async (_, config, message) => {
    await expect(compileVariant('kube-1', config)).rejects.toThrow(message);
  });
});
