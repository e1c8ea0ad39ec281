/** Repositories in, bytes out: the expected `out/`, who shares an evaluation, and what an edit costs. */
import { describe, expect, test } from 'vitest';
import type { ResultStore } from '../../src/compile/compile.ts';
import type { EntryRecord } from '../../src/compile/evaluate.ts';
import { caseFiles, compileFiles, edit, expectedOutput, type Files, memoryTree, outputOf } from './support/fleet.ts';

const small = caseFiles('small');

describe('the small case', () => {
  test('gives the expected files, byte for byte', async () => {
    expect(outputOf(await compileFiles(small))).toEqual(expectedOutput('small'));
  });

  test('gives the same whatever the order of files and keys in memory', async () => {
    const reversed = Object.fromEntries(Object.entries(small).reverse());
    expect(outputOf(await compileFiles(reversed))).toEqual(expectedOutput('small'));
  });

  test('artifacts are sorted by cluster and path', async () => {
    const { artifacts } = await compileFiles(small);
    const keys = artifacts.map((artifact) => `${artifact.cluster}\0${artifact.path}`);
    expect(keys).toEqual([...keys].sort());
  });

  test('clusters that agree share values', async () => {
    const { artifacts } = await compileFiles(small);
    const configs = artifacts.filter(
      (artifact) => artifact.path === 'kubernetes/dns/configmap_kube-system_coredns.yaml',
    );
    const values = new Map(configs.map((artifact) => [artifact.cluster, artifact.value]));
    expect(values.get('bravo')).toBe(values.get('charlie'));
    expect(values.get('alpha')).not.toBe(values.get('bravo'));
  });

  test('a unit that is off compiles to nothing, and other units see it', async () => {
    const files = edit(small, 'clusters/bravo.yaml', '  cluster:\n', '  dns: { enabled: false }\n  cluster:\n');
    const before = Object.keys(outputOf(await compileFiles(small)));
    const after = Object.keys(outputOf(await compileFiles(files)));
    expect(before.filter((path) => !after.includes(path))).toEqual([
      'out/bravo/kubernetes/dns/clusterrole_system%3acoredns.yaml',
      'out/bravo/kubernetes/dns/configmap_kube-system_coredns.yaml',
      'out/bravo/kubernetes/dns/deployment_kube-system_coredns.yaml',
      'out/bravo/kubernetes/ingress/ingressclass_main.yaml',
    ]);
  });

  test("a unit from another channel brings that channel's files, lib/ and shared", async () => {
    const other = Object.fromEntries(
      Object.entries(small)
        .filter(([path]) => path.startsWith('channels/beta/'))
        .map(([path, text]) => [path.replace('channels/beta/', 'channels/next/'), text]),
    );
    let files: Files = { ...small, ...other };
    files = edit(files, 'channels/next/lib/kube.libsonnet', 'data: data', "data: data { channel: 'next' }");
    files = edit(
      files,
      'channels/next/shared/layers/environment/test.yaml',
      'log_level: debug',
      'cluster_domain: next.local',
    );
    files = edit(files, 'clusters/bravo.yaml', 'channel: beta', 'channel: beta\nchannels: { dns: next }');
    const output = outputOf(await compileFiles(files));
    const configMap = output['out/bravo/kubernetes/dns/configmap_kube-system_coredns.yaml'];
    expect(configMap).toContain('kubernetes next.local');
    expect(configMap).toContain('channel: next');
    expect(output['out/bravo/kubernetes/ingress/configmap_kube-system_pools.yaml']).not.toContain('channel: next');
  });
});

/** A store in memory that knows what files a record is about, as the one on disk does. */
class MemoryStore implements ResultStore {
  files: Files = {};
  readonly #saved = new Map<
    string,
    { readonly digest: string; readonly paths: readonly string[]; readonly records: readonly EntryRecord[] }
  >();

  load(entry: string): readonly EntryRecord[] | undefined {
    const saved = this.#saved.get(entry);
    return saved !== undefined && this.#digest(saved.paths) === saved.digest ? saved.records : undefined;
  }

  save(entry: string, paths: readonly string[], records: readonly EntryRecord[]): void {
    // What is stored is text: nothing may depend on the identity of values.
    this.#saved.set(entry, JSON.parse(JSON.stringify({ digest: this.#digest(paths), paths, records })));
  }

  #digest(paths: readonly string[]): string {
    return JSON.stringify(paths.map((path) => this.files[path]));
  }
}

describe('an edit evaluates again exactly what reads it', () => {
  async function evaluatedAfter(change: (files: Files) => Files): Promise<Record<string, number>> {
    const store = new MemoryStore();
    store.files = small;
    await compileFiles(small, { results: store });
    const edited = change(small);
    store.files = edited;
    const compilation = await compileFiles(edited, { results: store });
    expect(outputOf(compilation)).toEqual(outputOf(await compileFiles(edited)));
    return Object.fromEntries(
      compilation.entries
        .filter(({ evaluations }) => evaluations > 0)
        .map(({ entry, evaluations }) => [entry.replace('channels/beta/', ''), evaluations]),
    );
  }

  test('cold: each entry once per distinct input', async () => {
    const { entries } = await compileFiles(small);
    expect(
      Object.fromEntries(
        entries.map(({ entry, evaluations, reused }) => [entry.replace('channels/beta/', ''), [evaluations, reused]]),
      ),
    ).toEqual({
      // Two environments; bravo and charlie agree on all that is read.
      'components/dns/main.jsonnet': [2, 1],
      'components/dns/resources.jsonnet': [3, 0],
      'components/ingress/main.jsonnet': [2, 1],
      'components/off/main.jsonnet': [0, 0],
      'node-pools/karpenter/main.jsonnet': [1, 2],
      'node-pools/workers/main.jsonnet': [3, 0],
      'stacks/cluster/main.jsonnet': [3, 0],
    });
  });

  test('nothing changed: nothing', async () => {
    expect(await evaluatedAfter((files) => files)).toEqual({});
  });

  test('a key of one unit in one cluster: that unit, once', async () => {
    expect(
      await evaluatedAfter((files) => edit(files, 'clusters/alpha.yaml', 'cache_seconds: 60', 'cache_seconds: 61')),
    ).toEqual({
      'components/dns/main.jsonnet': 1,
    });
  });

  test('a key that nothing reads: nothing', async () => {
    expect(
      await evaluatedAfter((files) => edit(files, 'clusters/alpha.yaml', 'owner: team-one', 'owner: team-two')),
    ).toEqual({});
    expect(
      await evaluatedAfter((files) => edit(files, 'clusters/alpha.facts.yaml', '2026-11-02', '2026-11-03')),
    ).toEqual({});
  });

  test('a fact: the unit that reads it', async () => {
    expect(
      await evaluatedAfter((files) => edit(files, 'clusters/alpha.facts.yaml', 'Z0000000ALPHA', 'Z0000000OTHER')),
    ).toEqual({
      'stacks/cluster/main.jsonnet': 1,
    });
  });

  test('an input that another cluster has already: its result serves', async () => {
    expect(
      await evaluatedAfter((files) =>
        edit(files, 'clusters/bravo.facts.yaml', 'ingress_controller: main', 'ingress_controller: other'),
      ),
    ).toEqual({
      'components/ingress/main.jsonnet': 1,
    });
    expect(
      await evaluatedAfter((files) =>
        edit(files, 'clusters/bravo.yaml', 'instance_types: [m6i.large]', 'instance_types: [m6g.large, m7g.large]'),
      ),
    ).toEqual({
      'node-pools/workers/main.jsonnet': 1,
    });
  });

  test('a layer of shared: its readers, in the clusters of that environment', async () => {
    expect(
      await evaluatedAfter((files) =>
        edit(files, 'channels/beta/shared/layers/environment/test.yaml', 'debug', 'info'),
      ),
    ).toEqual({ 'components/dns/main.jsonnet': 1 });
  });

  test('a default that every overlay overrides for the reader', async () => {
    expect(
      await evaluatedAfter((files) =>
        edit(files, 'channels/beta/components/dns/config.schema.yaml', 'default: 30', 'default: 31'),
      ),
    ).toEqual({ 'components/dns/main.jsonnet': 1 });
  });

  test('an image: the component, for each distinct input', async () => {
    expect(
      await evaluatedAfter((files) => edit(files, 'channels/beta/components/dns/component.yaml', 'v1.12.4', 'v1.12.5')),
    ).toEqual({ 'components/dns/main.jsonnet': 2 });
  });

  test('code: every entry that imports it, and no other', async () => {
    expect(
      await evaluatedAfter((files) =>
        edit(files, 'channels/beta/components/dns/zones.libsonnet', 'forward .', 'forward  .'),
      ),
    ).toEqual({ 'components/dns/main.jsonnet': 2 });
    expect(
      await evaluatedAfter((files) => edit(files, 'channels/beta/lib/kube.libsonnet', '// Constructors', '// Makers')),
    ).toEqual({ 'components/dns/main.jsonnet': 2, 'components/ingress/main.jsonnet': 2 });
  });
});

test('the tree of a test is what load expects', () => {
  const tree = memoryTree(small);
  expect(tree.kind('channels')).toBe('directory');
  expect(tree.read('nothing')).toBeUndefined();
});
