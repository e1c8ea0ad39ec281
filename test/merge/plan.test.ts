/** What each cluster gets: chosen units, layers of its identity, apply order, shared configs. */
import { describe, expect, test } from 'vitest';
import { formatProblem, UserError } from '../../src/errors.ts';
import { loadRepository } from '../../src/load/repository.ts';
import { planClusters, planWithProblems } from '../../src/merge/plan.ts';
import { base, changed, edited, type Files, memoryTree } from '../load/fixture.ts';

const alpha = 'clusters/alpha.yaml';
const schema = 'channels/beta/components/dns/config.schema.yaml';

function plansOf(files: Files) {
  return planClusters(loadRepository(memoryTree(files)));
}

function unitOf(files: Files, name: string, cluster = 'alpha') {
  const unit = plansOf(files)
    .find((plan) => plan.cluster.name === cluster)
    ?.units.find((planned) => planned.unit.name === name);
  if (!unit) throw new Error(`no unit ${name}`);
  return unit;
}

describe('units', () => {
  test('stand in apply order, pools with their names', () => {
    const pools = String(base[alpha]).replace(
      'node_pools:\n',
      'node_pools:\n  a-pool: {profile: worker, instance_types: [m6i.large], min_size: 0, max_size: 1}\n',
    );
    const [plan] = plansOf(changed({ [alpha]: pools }));
    expect(plan?.kubernetes).toBe('1.34');
    expect(plan?.units.map(({ unit, pool }) => [unit.kind, unit.name, pool?.name])).toEqual([
      ['stack', 'cluster', undefined],
      ['profile', 'worker', 'a-pool'],
      ['profile', 'worker', 'worker-1'],
      ['component', 'dns', undefined],
    ]);
  });

  test('a profile that no pool names is not planned', () => {
    const text = String(base[alpha]).replace(/node_pools:[\s\S]*config:\n {2}dns/, 'config:\n  dns');
    expect(plansOf(changed({ [alpha]: text }))[0]?.units.map(({ unit }) => unit.name)).toEqual(['cluster', 'dns']);
  });

  test('a unit that is off is listed as off', () => {
    expect(unitOf(edited(alpha, 'policy: upsert-only', 'enabled: false'), 'dns').enabled).toBe(false);
  });

  test('a decommissioned cluster has none', () => {
    const [plan] = plansOf(edited(alpha, 'lifecycle_status: ready', 'lifecycle_status: decommissioned'));
    expect(plan?.units).toEqual([]);
  });
});

describe('layers', () => {
  test('the unit layers that the identity selects, then the cluster', () => {
    const { config } = unitOf(base, 'dns');
    expect(config.value).toMatchObject({ replicas: 3, policy: 'upsert-only' });
    expect(config.settings.get('/replicas')?.map(({ origin }) => origin)).toEqual([
      {
        layer: 'environment/production',
        place: { file: 'channels/beta/components/dns/layers/environment/production.yaml', line: 1, column: 1 },
      },
      { layer: 'default', place: { file: schema, line: 20, column: 5 } },
    ]);
    expect(config.settings.get('/policy')?.[0]?.origin).toEqual({
      layer: 'cluster',
      place: { file: alpha, line: 23, column: 5 },
    });
  });

  test('later layer kinds are stronger, the cluster is stronger than all', () => {
    const files = changed({
      'channels/beta/components/dns/layers/region/eu-central-1.yaml': 'replicas: 5\npolicy: sync\n',
    });
    expect(unitOf(files, 'dns').config.value).toMatchObject({ replicas: 5, policy: 'upsert-only' });
    const chain = unitOf(files, 'dns').config.settings.get('/replicas') ?? [];
    expect(chain.map(({ origin }) => origin.layer)).toEqual([
      'region/eu-central-1',
      'environment/production',
      'default',
    ]);
  });

  test('the pool is stronger than the overlay of its profile', () => {
    const files = edited(alpha, 'config:\n  dns:', 'config:\n  worker:\n    labels: {team: b, zone: z}\n  dns:');
    const { config } = unitOf(files, 'worker');
    expect(config.value.labels).toEqual({ team: 'a', zone: 'z' });
    expect(config.settings.get('/labels/team')?.map(({ origin }) => origin.layer)).toEqual([
      'pool worker-1',
      'cluster',
    ]);
  });
});

describe('single units from another channel', () => {
  const files = edited(
    'clusters/omega.yaml',
    'lifecycle_status: ready\n',
    'lifecycle_status: ready\nchannels: {dns: beta}\nconfig:\n  dns: {new_key: true}\n  shared: {mtu: 9000}\n',
  );

  test('come with their schema, their layers and their shared', () => {
    const plan = plansOf(files).find(({ cluster }) => cluster.name === 'omega');
    const unit = plan?.units.find(({ unit }) => unit.name === 'dns');
    expect(unit?.unit.channel).toBe('beta');
    expect(unit?.config.value).toMatchObject({ new_key: true, replicas: 2 });
    expect(plan?.kubernetes).toBe('1.33');
    expect([...(plan?.shared.keys() ?? [])]).toEqual(['beta', 'stable']);
    expect(plan?.shared.get('beta')?.value).toEqual({ domain: 'cluster.local', mtu: 9000 });
    expect(plan?.shared.get('stable')?.value).toEqual({});
  });
});

test('configs that nobody changed are shared between clusters, so that equal is the same', () => {
  const second = String(base[alpha])
    .replaceAll('alpha', 'beta')
    .replace(':beta\nalias', ':beta\nalias')
    .replace(/config:\n {2}dns[\s\S]*$/, '');
  const third = second
    .replaceAll('eu-central-1:beta', 'eu-central-1:gamma')
    .replaceAll('beta\nlocal_id: beta', 'gamma\nlocal_id: gamma');
  const plans = plansOf(changed({ 'clusters/beta.yaml': second, 'clusters/gamma.yaml': third }));
  const configs = plans
    .filter(({ cluster }) => cluster.name === 'beta' || cluster.name === 'gamma')
    .map(({ units }) => units.find(({ unit }) => unit.name === 'dns')?.config);
  expect(configs).toHaveLength(2);
  expect(configs[0]).toBe(configs[1]);
});

describe('problems', () => {
  const required = edited(
    schema,
    'properties:\n',
    'required: [zone_id]\nproperties:\n  zone_id:\n    type: string\n    description: Id of the zone.\n',
  );

  test('a key that a cluster must set, where its overlay of the unit stands', () => {
    const { problems } = planWithProblems(loadRepository(memoryTree(required)));
    expect(problems.map(formatProblem)).toEqual([
      `${alpha}:22:3: dns.zone_id must be set: Id of the zone.\n    clusters: alpha`,
    ]);
    expect(() => plansOf(required)).toThrow(UserError);
  });

  test('a key that a pool must set, by the name of each pool', () => {
    const schema = 'channels/beta/node-pools/worker/config.schema.yaml';
    const files = edited(
      schema,
      'properties:\n',
      'required: [role]\nproperties:\n  role: { type: string, description: Role. }\n',
    );
    const pools = String(base[alpha])
      .replace('    config:\n      labels:\n        team: a\n', '')
      .replace(
        'node_pools:\n',
        'node_pools:\n  a: {profile: worker, instance_types: [m6i.large], min_size: 0, max_size: 1}\n',
      );
    expect(
      planWithProblems(loadRepository(memoryTree({ ...files, [alpha]: pools }))).problems.map(formatProblem),
    ).toEqual([
      `${alpha}:13:3: pool/a.role must be set: Role.\n    clusters: alpha`,
      `${alpha}:14:3: pool/worker-1.role must be set: Role.\n    clusters: alpha`,
    ]);
  });

  test('what is off needs nothing', () => {
    const text = String(base[alpha]).replace('policy: upsert-only', 'enabled: false');
    expect(planWithProblems(loadRepository(memoryTree({ ...required, [alpha]: text }))).problems).toEqual([]);
  });

  test('a component that is on while its stack is off', () => {
    const files = edited(alpha, 'config:\n  dns:', 'config:\n  cluster: {enabled: false}\n  dns:');
    expect(planWithProblems(loadRepository(memoryTree(files))).problems.map(formatProblem)).toEqual([
      `${alpha}:1:1: dns is on, but the stack cluster that its resources join is off in this cluster\n    clusters: alpha`,
    ]);
  });
});
