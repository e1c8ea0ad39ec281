/** Where values come from, as text and as data. */
import { describe, expect, test } from 'vitest';
import { clusterSchema } from '../../src/load/cluster-schema.ts';
import { loadRepository } from '../../src/load/repository.ts';
import { explain } from '../../src/merge/explain.ts';
import { planClusters } from '../../src/merge/plan.ts';
import type { Explanation } from '../../src/model.ts';
import { explanationJson, explanationText } from '../../src/report/explain.ts';
import { base, edited, type Files, memoryTree } from '../load/fixture.ts';

function answer(path: string, files: Files = base, cluster = 'alpha') {
  const repository = loadRepository(memoryTree(files));
  const plan = planClusters(repository).find((candidate) => candidate.cluster.name === cluster);
  if (!plan) throw new Error(`no cluster ${cluster}`);
  return explain(repository, plan, path, { cluster: clusterSchema });
}

function found(path: string, files?: Files): readonly Explanation[] {
  const result = answer(path, files);
  if ('unknown' in result) throw new Error(`${result.after} has no ${result.unknown}`);
  return result;
}

function text(path: string, files?: Files): string {
  return explanationText(found(path, files), 200);
}

describe('a leaf', () => {
  test('has its value, its meaning and the chain of layers', () => {
    expect(text('dns.replicas')).toBe(`dns.replicas = 3
  cluster alpha, component dns of channel beta
  How many.
  integer

  set by  environment/production  channels/beta/components/dns/layers/environment/production.yaml:1:1  3
  over    default                 channels/beta/components/dns/config.schema.yaml:20:5                 2
`);
  });

  test('tells the values it may have and the config item it replaces', () => {
    expect(text('dns.policy')).toContain('string; one of "sync", "upsert-only"; config item dns_policy');
  });

  test.each([
    ['config.dns.policy', 'dns.policy'],
    ['pool/worker-1.labels.team', 'pool/worker-1.labels.team'],
    ['worker.labels.team', 'worker.labels.team'],
    ['shared.mtu', 'shared.mtu'],
    ['facts.vpc.id', 'facts.vpc.id'],
    ['identity.region', 'identity.region'],
    ['node_pools.worker-1.max_size', 'node_pools.worker-1.max_size'],
    ['dns.domains', 'dns.domains'],
    ['dns.domains[0]', 'dns.domains[0]'],
    ['dns.domains.0', 'dns.domains[0]'],
    ['dns.zones.internal.ttl', 'dns.zones.internal.ttl'],
  ])('%s', (path, answered) => {
    const [explanation] = found(path);
    expect(explanation?.path).toBe(answered);
    expect(explanation?.leaves).toHaveLength(1);
    expect(explanation?.leaves[0]?.chain[0]?.origin.place.line).toBeGreaterThan(0);
  });
});

describe('keys with dots', () => {
  const files = edited('clusters/alpha.yaml', 'team: a', 'example.org/team: a\n        example.org/team.lead: b');

  test.each([
    'pool/worker-1.labels.example.org/team.lead',
    'pool/worker-1.labels."example.org/team.lead"',
    'pool/worker-1.labels["example.org/team.lead"]',
  ])('%s', (path) => {
    expect(found(path, files)[0]).toMatchObject({ path: 'pool/worker-1.labels."example.org/team.lead"', value: 'b' });
  });
});

describe('what is above a leaf', () => {
  test('a whole unit, with what was overridden', () => {
    const lines = text('dns').split('\n');
    expect(lines.slice(0, 2)).toEqual(['dns', '  cluster alpha, component dns of channel beta']);
    const policy = lines.findIndex((line) => line.startsWith('  policy '));
    expect(lines[policy]).toMatch(/^ {2}policy +"upsert-only" +cluster +clusters\/alpha\.yaml:23:5$/);
    expect(lines[policy + 1]).toMatch(
      /^ +over "sync" +default +channels\/beta\/components\/dns\/config\.schema\.yaml:25:5$/,
    );
    expect(lines.some((line) => line.startsWith('  zones.internal.ttl '))).toBe(true);
  });

  test('a subtree, narrower than its lines', () => {
    expect(explanationText(found('dns.zones'), 40)).toContain('\n  internal.ttl 5\n        default  channels/beta');
  });

  test('a unit that is off says so', () => {
    expect(text('dns', edited('clusters/alpha.yaml', 'policy: upsert-only', 'enabled: false'))).toContain(
      'switched off',
    );
  });
});

test('a removed entry tells who removed it', () => {
  const files = edited('clusters/alpha.yaml', 'policy: upsert-only', 'zones: {internal: null}');
  expect(text('dns.zones.internal', files)).toMatch(
    /^dns\.zones\.internal = removed\n[\s\S]*set by {2}cluster +clusters\/alpha\.yaml:23:13 +null\n {2}over/,
  );
});

test('as JSON: value, chain and meaning', () => {
  const parsed = JSON.parse(explanationJson(found('dns.replicas')));
  expect(parsed).toMatchObject([
    {
      cluster: 'alpha',
      path: 'dns.replicas',
      unit: { kind: 'component', name: 'dns', channel: 'beta', enabled: true },
      value: 3,
      meaning: { description: 'How many.', type: 'integer', default: 2 },
      leaves: [
        {
          chain: [
            { value: 3, origin: { layer: 'environment/production' } },
            { value: 2, origin: { layer: 'default' } },
          ],
        },
      ],
    },
  ]);
});

test('text from the repository cannot steer a terminal', () => {
  const files = edited('clusters/alpha.yaml', 'policy: upsert-only', 'version: "\\e[2J\\u202e"');
  const shown = text('dns.version', files);
  expect(shown).not.toMatch(/[\u001b\u202e]/);
});

test.each([
  ['dsn.policy', { unknown: 'dsn', after: '' }],
  ['dns.polcy', { unknown: 'polcy', after: 'dns' }],
  ['dns.zones.internal.tll', { unknown: 'tll', after: 'dns.zones.internal' }],
  ['dns.policy.more', { unknown: 'more', after: 'dns.policy' }],
  ['dns.domains[7]', { unknown: '[7]', after: 'dns.domains' }],
  ['facts.__proto__', { unknown: '__proto__', after: 'facts' }],
])('%s leads nowhere', (path, expected) => {
  expect(answer(path)).toMatchObject(expected);
});

test('every leaf of every cluster can be asked for by the path that the whole names', () => {
  for (const cluster of ['alpha', 'omega']) {
    for (const subject of [
      'dns',
      'cluster',
      'identity',
      'facts',
      'node_pools',
      ...(cluster === 'alpha' ? ['shared', 'worker'] : []),
    ]) {
      const whole = answer(subject, base, cluster);
      if ('unknown' in whole) throw new Error(`${cluster} has no ${subject}`);
      for (const leaf of whole.flatMap(({ leaves }) => leaves)) {
        const again = answer(leaf.path, base, cluster);
        if ('unknown' in again) throw new Error(`${leaf.path} leads nowhere`);
        expect(again[0]?.leaves.find(({ path }) => path === leaf.path)?.chain).toEqual(leaf.chain);
        expect(leaf.chain.length).toBeGreaterThan(0);
      }
    }
  }
});
