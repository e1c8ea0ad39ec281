/** Bad input: what a person reads, with the place, all at once. */
import { describe, expect, test } from 'vitest';
import { formatProblem, UserError } from '../../src/errors.ts';
import { loadRepository, loadWithProblems } from '../../src/load/repository.ts';
import { planClusters } from '../../src/merge/plan.ts';
import { badInput } from './bad-input.ts';
import { base, changed, edited, type Files, memoryTree } from './fixture.ts';

const alpha = 'clusters/alpha.yaml';
const dns = 'channels/beta/components/dns';

function problemsOf(files: Files, clusters?: readonly string[]): readonly string[] {
  return loadWithProblems(memoryTree(files), clusters && { clusters }).problems.map(formatProblem);
}

describe('a sound repository', () => {
  const repository = loadRepository(memoryTree(base));

  test('is loaded whole', () => {
    expect([...repository.channels.keys()]).toEqual(['beta', 'stable']);
    expect(repository.clusters.map((cluster) => cluster.name)).toEqual(['alpha', 'omega']);
    const beta = repository.channels.get('beta');
    expect(beta?.kubernetes).toBe('1.34');
    expect(beta?.layerKinds).toEqual(['environment', 'region']);
    expect(beta?.library).toEqual(['channels/beta/lib/kube.libsonnet']);
    expect([...(beta?.units.keys() ?? [])].sort()).toEqual(['cluster', 'dns', 'shared', 'worker']);
    const unit = beta?.units.get('dns');
    expect(unit).toMatchObject({ kind: 'component', order: 300, entry: `${dns}/main.jsonnet` });
    expect(unit?.resources).toEqual({ entry: `${dns}/resources.jsonnet`, stack: 'cluster' });
    expect(unit?.images.get('dns')).toBe('registry.example.org/dns:1.2.3');
    expect(beta?.units.get('cluster')?.deployment).toMatchObject({
      stackName: '{local_id}',
      terminationProtection: true,
    });
    expect(beta?.units.get('worker')?.amis?.get('eu-central-1')?.get('amd64')).toBe('ami-0123456789abcdef0');
  });

  test('has identity, pools, facts and overlay of each cluster', () => {
    const [cluster] = repository.clusters;
    expect(cluster?.identity).toMatchObject({
      name: 'alpha',
      id: 'aws:000000000001:eu-central-1:alpha',
      criticality_level: 2,
    });
    expect(cluster?.identity).not.toHaveProperty('config');
    expect(cluster?.nodePools).toMatchObject([
      { name: 'worker-1', profile: 'worker', discountStrategy: 'none', minSize: 1, maxSize: 3 },
    ]);
    expect(cluster?.facts).toEqual({ vpc: { id: 'vpc-0a1b2c3d4e5f60001' } });
    expect(cluster?.overlay).toEqual({ dns: { policy: 'upsert-only' } });
  });

  test('can be loaded in part', () => {
    expect(loadRepository(memoryTree(base), { clusters: ['omega'] }).clusters.map(({ name }) => name)).toEqual([
      'omega',
    ]);
  });

  test('needs no facts file: a missing fact is a matter of who reads it', () => {
    const files = changed({ 'clusters/alpha.facts.yaml': undefined });
    expect(problemsOf(files)).toEqual([]);
    expect(loadRepository(memoryTree(files)).clusters[0]?.facts).toEqual({});
  });

  test('does not judge the overlay of a decommissioned cluster', () => {
    const text = String(base[alpha]).replace('ready', 'decommissioned').replace('dns:', 'gone:');
    expect(problemsOf(changed({ [alpha]: text }))).toEqual([]);
  });
});

describe('bad input', () => {
  test.each(badInput)('%s', (_name, files, expected) => {
    expect(problemsOf(files)).toEqual(expected);
  });

  test('everything at once, over all files, by place', () => {
    const files = {
      ...edited(alpha, 'policy: upsert-only', 'polcy: sync\n    replicas: many'),
      'clusters/omega.yaml': 'id: 1\nid: 2\n',
      [`${dns}/component.yaml`]: 'order: first\n',
    };
    const places = problemsOf(files).map((line) => line.split(': ')[0]);
    expect(places).toEqual([...places].sort((a, b) => comparePlaces(String(a), String(b))));
    expect(new Set(places.map((place) => place?.split(':')[0]))).toEqual(
      new Set([`${dns}/component.yaml`, alpha, 'clusters/omega.yaml']),
    );
    expect(() => loadRepository(memoryTree(files))).toThrow(UserError);
  });

  test('clusters asked for by names that are paths, or unknown', () => {
    expect(problemsOf(base, ['../alpha', 'alhpa', 'omega'])).toEqual([
      '"../alpha" cannot be a cluster\'s name: it becomes a path and a part of other names, so it has lower-case letters, digits and "-", begins with a letter, and has at most 63',
      'there is no cluster alhpa; did you mean "alpha"?',
    ]);
  });

  test('a folder that is no repository', () => {
    expect(problemsOf({})).toEqual([
      'there is no folder channels/: run weir in the root of the repository',
      'there is no folder clusters/: run weir in the root of the repository',
    ]);
  });

  test('a number that readers dispute is reported once', () => {
    expect(problemsOf(edited(alpha, 'policy: upsert-only', 'replicas: 010'))).toHaveLength(1);
  });

  test('what stands in a list is whole: required keys must be there', () => {
    const schema = String(base[`${dns}/config.schema.yaml`]);
    const steps = `  steps:
    type: array
    default: []
    description: Steps.
    items:
      type: object
      additionalProperties: false
      required: [name]
      properties: { name: { type: string, description: Name of the step. } }
`;
    const files = {
      ...edited(alpha, 'policy: upsert-only', 'steps: [{}]'),
      [`${dns}/config.schema.yaml`]: schema + steps,
    };
    expect(problemsOf(files)).toEqual([`${alpha}:23:13: dns.steps[0].name must be set: Name of the step.`]);
  });

  describe('shared of two channels', () => {
    const omega = 'clusters/omega.yaml';
    const shared =
      'type: object\nadditionalProperties: false\nproperties:\n  old: { type: integer, default: 1, description: Old. }\n';
    const files = (overlay: string) =>
      changed({
        'channels/stable/shared/config.schema.yaml': shared,
        [omega]: `${base[omega]}channels: {dns: beta}\nconfig:\n  shared: ${overlay}\n`,
      });

    test('a key that one of them knows is right, and reaches the one that knows it', () => {
      expect(problemsOf(files('{old: 2, mtu: 9000}'))).toEqual([]);
      const plan = planClusters(loadRepository(memoryTree(files('{old: 2, mtu: 9000}')))).find(
        ({ cluster }) => cluster.name === 'omega',
      );
      expect(plan?.shared.get('stable')?.value).toEqual({ old: 2 });
      expect(plan?.shared.get('beta')?.value).toEqual({ domain: 'cluster.local', mtu: 9000 });
    });

    test('a key that none knows, and a wrong value, are told', () => {
      expect(problemsOf(files('{olde: 2, mtu: many}')).map((line) => line.split('\n')[0])).toEqual([
        `${omega}:11:12: unknown key shared.olde; did you mean "old"?`,
        `${omega}:11:26: shared.mtu must be a whole number, not the text "many"`,
      ]);
    });
  });

  test('facts are judged by the schema that the repository declares', () => {
    const schema = `type: object
additionalProperties: false
properties:
  vpc:
    type: object
    additionalProperties: false
    description: The VPC.
    properties:
      id: { type: string, format: vpc-id, description: Its id. }
`;
    const files = changed({
      'schemas/facts.schema.yaml': schema,
      'clusters/alpha.facts.yaml': 'vpc:\n  id: vpc-1\nvcp: {}\n',
    });
    expect(problemsOf(files)).toEqual([
      'clusters/alpha.facts.yaml:2:7: facts.vpc.id must be an id such as vpc-0a1b2c3d4e5f60789, not "vpc-1"\n    the schema is at schemas/facts.schema.yaml:9',
      'clusters/alpha.facts.yaml:3:1: unknown key facts.vcp; did you mean "vpc"?',
    ]);
  });
});

function comparePlaces(a: string, b: string): number {
  const [fileA = '', lineA = '0', columnA = '0'] = a.split(':');
  const [fileB = '', lineB = '0', columnB = '0'] = b.split(':');
  if (fileA !== fileB) return fileA < fileB ? -1 : 1;
  return Number(lineA) - Number(lineB) || Number(columnA) - Number(columnB);
}
