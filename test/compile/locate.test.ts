/** From a node of an artifact to the Jsonnet that made it and the YAML behind it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadFleet } from '../../src/commands/shared/context.ts';
import type { Compilation } from '../../src/compile/compile.ts';
import { formatPlace } from '../../src/errors.ts';
import type { Artifact, JsonValue, Provenance } from '../../src/model.ts';
import { caseFiles, compileFiles, edit, type Files, memoryTree } from './support/fleet.ts';

const small = caseFiles('small');
let compilation: Compilation;
beforeAll(async () => {
  compilation = await compileFiles(small);
});

function artifact(cluster: string, path: string): Artifact {
  const found = compilation.artifacts.find((each) => each.cluster === cluster && each.path === path);
  if (found === undefined) throw new Error(`no artifact ${path}`);
  return found;
}

function locate(cluster: string, path: string, pointer: string): Provenance {
  const found = compilation.locate(artifact(cluster, path), pointer);
  if (found === undefined) throw new Error(`nothing at ${pointer}`);
  return found;
}

/** The text that begins at a place. */
function textAt(provenance: Provenance): string {
  const { file, line, column } = provenance.source;
  return (small[file]?.split('\n')[line - 1] ?? '').slice(column - 1);
}

function settingsOf(provenance: Provenance): readonly string[] {
  return provenance.overlay.map(
    ({ path, settings }) => `${path} ${settings.map(({ origin }) => formatPlace(origin.place)).join(' < ')}`,
  );
}

const deployment = 'kubernetes/dns/deployment_kube-system_coredns.yaml';
const configMap = 'kubernetes/dns/configmap_kube-system_coredns.yaml';

describe('the Jsonnet that made a node', () => {
  test('a literal in the entry file', () => {
    const found = locate('alpha', deployment, '/spec/template/spec/containers/0/name');
    expect(found.source.file).toBe('channels/beta/components/dns/main.jsonnet');
    expect(textAt(found)).toMatch(/^'coredns'/);
  });

  test('a node that a helper made has the calls that led there', () => {
    const found = locate('alpha', configMap, '/apiVersion');
    expect(found.source.file).toBe('channels/beta/lib/kube.libsonnet');
    expect(found.calls[0]?.file).toBe('channels/beta/components/dns/main.jsonnet');
  });

  test('a resource that a component adds to a stack', () => {
    const template = 'cloudformation/cluster/template.yaml';
    expect(locate('alpha', template, '/Resources/DnsRole/Type').source.file).toBe(
      'channels/beta/components/dns/resources.jsonnet',
    );
    expect(locate('alpha', template, '/Resources/Bucket/Type').source.file).toBe(
      'channels/beta/stacks/cluster/main.jsonnet',
    );
    expect(locate('alpha', template, '').source.file).toBe('channels/beta/stacks/cluster/main.jsonnet');
  });

  test('user data, a pool of objects, and what the manifest says', () => {
    expect(locate('alpha', 'cloudformation/node-pool-worker-1/userdata.yaml', '').source.file).toBe(
      'channels/beta/node-pools/workers/main.jsonnet',
    );
    expect(
      locate('alpha', 'kubernetes/node-pool-elastic/nodepool.karpenter.sh_elastic.yaml', '/spec').source.file,
    ).toBe('channels/beta/node-pools/karpenter/main.jsonnet');
    expect(formatPlace(locate('alpha', 'cloudformation/cluster/options.yaml', '/capabilities').source)).toBe(
      'channels/beta/stacks/cluster/stack.yaml:4:1',
    );
    expect(formatPlace(locate('alpha', 'cloudformation/cluster/stack.yaml', '/tags/Environment').source)).toBe(
      'channels/beta/stacks/cluster/stack.yaml:6:1',
    );
  });

  test('no node, no place; nor for an artifact of another compile', () => {
    expect(compilation.locate(artifact('alpha', deployment), '/spec/nothing')).toBeUndefined();
    expect(compilation.locate({ ...artifact('alpha', deployment), path: 'kubernetes/x.yaml' }, '')).toBeUndefined();
  });

  test('every node of every artifact has a place', () => {
    const lost: string[] = [];
    for (const each of compilation.artifacts) {
      if (each.kind === 'plan') continue;
      for (const pointer of each.kind === 'userdata' ? [''] : pointers(each.value)) {
        if (compilation.locate(each, pointer) === undefined) lost.push(`${each.cluster} ${each.path} ${pointer}`);
      }
    }
    expect(lost).toEqual([]);
  });
});

describe('the YAML behind a node', () => {
  test('an overlay, a layer, a default, each with what it overrode', () => {
    expect(
      settingsOf(locate('alpha', deployment, '/spec/template/spec/containers/0/resources/requests/memory')),
    ).toEqual([
      '/dns/memory channels/beta/components/dns/layers/environment/production.yaml:1:1 < channels/beta/components/dns/config.schema.yaml:17:5',
    ]);
    expect(
      settingsOf(locate('bravo', deployment, '/spec/template/spec/containers/0/resources/requests/memory')),
    ).toEqual(['/dns/memory channels/beta/components/dns/config.schema.yaml:17:5']);
    expect(
      settingsOf(locate('alpha', configMap, '/data/Corefile')).some((line) =>
        line.startsWith('/dns/cache_seconds clusters/alpha.yaml:'),
      ),
    ).toBe(true);
  });

  test('an image, a fact, an identity field', () => {
    expect(settingsOf(locate('alpha', deployment, '/spec/template/spec/containers/0/image'))).toEqual([
      '/images/dns/coredns channels/beta/components/dns/component.yaml:5:3',
    ]);
    expect(settingsOf(locate('alpha', 'kubernetes/ingress/ingressclass_main.yaml', '/spec/controller'))).toContain(
      '/facts/ingress_controller clusters/alpha.facts.yaml:3:1',
    );
    expect(
      settingsOf(locate('alpha', 'cloudformation/cluster/template.yaml', '/Resources/DnsRole/Properties/RoleName')),
    ).toContain('/identity/local_id clusters/alpha.yaml:2:1');
  });
});

describe('a change of a key changes only nodes that name it', () => {
  const changes: readonly (readonly [string, string, string, string])[] = [
    ['/dns/cache_seconds', 'clusters/alpha.yaml', 'cache_seconds: 60', 'cache_seconds: 61'],
    ['/dns/zones/corp.example.org/upstream', 'clusters/alpha.yaml', '10.0.0.2', '10.0.0.3'],
    ['/dns/memory', 'channels/beta/components/dns/layers/environment/production.yaml', '200Mi', '300Mi'],
    ['/cluster/bucket', 'clusters/alpha.yaml', 'alpha-data', 'alpha-other'],
    ['/facts/hosted_zone/id', 'clusters/alpha.facts.yaml', 'Z0000000ALPHA', 'Z0000000OTHER'],
    ['/facts/ingress_controller', 'clusters/alpha.facts.yaml', 'ingress_controller: main', 'ingress_controller: other'],
    ['/images/dns/coredns', 'channels/beta/components/dns/component.yaml', 'v1.12.4', 'v1.12.5'],
    ['/node_pools/worker-1/config/labels/dedicated', 'clusters/alpha.yaml', 'dedicated: ingress', 'dedicated: egress'],
    ['/node_pools/elastic/max_size', 'clusters/alpha.yaml', 'max_size: 20', 'max_size: 21'],
  ];

  test.each(changes)('%s', async (key, path, from, to) => {
    const changed = await compileFiles(edit(small, path, from, to) as Files);
    let found = 0;
    for (const before of compilation.artifacts) {
      if (before.cluster !== 'alpha') continue;
      const after = changed.artifacts.find((each) => each.cluster === 'alpha' && each.path === before.path);
      if (after === undefined) throw new Error(`${before.path} vanished`);
      if (before.kind === 'userdata') continue;
      for (const pointer of differences(before.value, after.value)) {
        found++;
        const keys = compilation.locate(before, pointer)?.overlay.map((each) => each.path) ?? [];
        expect(keys, `${before.path} ${pointer}`).toContain(key);
      }
    }
    expect(found).toBeGreaterThan(0);
  });
});

function pointers(value: JsonValue, base = ''): string[] {
  if (typeof value !== 'object' || value === null) return [base];
  return [
    base,
    ...Object.entries(value).flatMap(([key, child]) => pointers(child as JsonValue, `${base}/${token(key)}`)),
  ];
}

function differences(before: JsonValue, after: JsonValue, base = ''): string[] {
  const nested = (value: JsonValue) => typeof value === 'object' && value !== null;
  if (!nested(before) || !nested(after)) return before === after ? [] : [base];
  return Object.entries(before as object).flatMap(([key, child]) =>
    differences(
      child as JsonValue,
      ((after as Record<string, JsonValue>)[key] ?? null) as JsonValue,
      `${base}/${token(key)}`,
    ),
  );
}

function token(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

test('the fleet of a test is planned as commands plan it', () => {
  expect(loadFleet(memoryTree(small)).all).toBe(true);
});
