/** What people read when something is wrong: each case shows the whole message, and that everything is said at once. */
import { describe, expect, test } from 'vitest';
import { caseFiles, edit, type Files, problemsOf } from './support/fleet.ts';

const small = caseFiles('small');
const dns = 'channels/beta/components/dns';
const main = `${dns}/main.jsonnet`;

/** The component `off`, switched on everywhere, with another entry file. */
function withEntry(text: string): Files {
  const on = edit(small, 'channels/beta/components/off/config.schema.yaml', 'default: false', 'default: true');
  return { ...on, 'channels/beta/components/off/main.jsonnet': text };
}

const all = '    clusters: alpha, bravo, charlie';
const entry = 'channels/beta/components/off/main.jsonnet';

describe('what an entry file returns', () => {
  const object = `{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }`;
  test.each<[string, string, string]>([
    [
      'a list',
      `function() [${object}]`,
      'component/off must return a map from a short name to one object, and returns a list',
    ],
    [
      'a string',
      `function() 'x'`,
      'component/off must return a map from a short name to one object, and returns a string',
    ],
    [
      'nested maps',
      `function() { a: { b: ${object} } }`,
      'component/off returns under "a" a map of objects: entries are not nested, add the two maps instead',
    ],
    [
      'a list under a name',
      `function() { a: [${object}] }`,
      'component/off returns under "a" a list: give each object an entry of its own, with a short name',
    ],
    [
      'a number under a name',
      `function() { a: 1 }`,
      'component/off returns under "a" a number, not an object; null drops an entry',
    ],
    [
      'no kind',
      `function() { a: ${object} { kind:: null } }`,
      'component/off returns under "a" an object without a string `kind`',
    ],
    [
      'no apiVersion',
      `function() { a: ${object} { apiVersion: 1 } }`,
      'component/off returns under "a" an object without a string `apiVersion`',
    ],
    [
      'no metadata',
      `function() { a: ${object} { metadata:: null } }`,
      'component/off returns under "a" an object without `metadata`',
    ],
    [
      'no name',
      `function() { a: ${object} { metadata: { generateName: 'x' } } }`,
      'component/off returns under "a" an object without a string `metadata.name`',
    ],
    [
      'a null namespace',
      `function() { a: ${object} { metadata+: { namespace: null } } }`,
      'component/off returns under "a" an object whose `metadata.namespace` is null: leave it out for what has none',
    ],
    [
      'a List',
      `function() { a: { apiVersion: 'v1', kind: 'List', metadata: { name: 'l' }, items: [${object}] } }`,
      'component/off returns under "a" a List: give each of its items an entry of its own',
    ],
  ])('%s', async (_name, text, message) => {
    const [problem, ...more] = await problemsOf(withEntry(text));
    expect(more).toEqual([]);
    expect(problem).toContain(message);
    expect(problem).toMatch(/^channels\/beta\/components\/off\/main\.jsonnet:\d+:\d+: /);
    expect(problem).toContain(all);
  });

  test.each<[string, string, string]>([
    ['no function of a value', `function() { a: function(x) x }`, "couldn't manifest function"],
    ['NaN', `function() { a: ${object} { n: std.log(-1) } }`, 'component/off: '],
    ['an overflow', `function() { a: ${object} { n: 1e308 * 10 } }`, 'component/off: '],
    ['infinite recursion', `function() local f(x) = f(x + 1) + 1; { a: f(1) }`, 'max stack frames exceeded'],
    ['an infinite structure', `function() local a = { b: a }; { a: a }`, 'component/off: '],
    [
      'a bad argument of a built-in function',
      `function(config) local weir = import 'weir.libsonnet'; { a: weir.quantity.bytes(config.enabled) }`,
      'component/off: weir.quantity.bytes: quantity must be a string, got true',
    ],
    ['an error', `function(config) error 'no ' + std.toString(config.enabled)`, 'component/off: no true'],
    ['a failed assertion', `function() { assert 1 == 2 : 'one is not two', a: null }`, 'component/off: one is not two'],
  ])('%s', async (_name, text, message) => {
    const [problem, ...more] = await problemsOf(withEntry(text));
    expect(more).toEqual([]);
    expect(problem).toContain(message);
    // After two that exceed a limit, other inputs are not tried: each costs seconds.
    expect(problem).toContain('    clusters: alpha, bravo');
    expect(problem).toMatch(/^channels\/beta\/components\/off\/main\.jsonnet:1:\d+: /);
  });

  test('a template without resources, with a section that is none, with a resource that is none', async () => {
    const problems = await problemsOf({
      ...small,
      'channels/beta/stacks/cluster/main.jsonnet': `function() { Outputz: {}, Conditions: [], }`,
      'channels/beta/components/dns/resources.jsonnet': `function() { Resources: { A: { Typ: 'x' }, B: null } }`,
    });
    expect(problems.map((problem) => problem.split('\n')[0])).toEqual([
      expect.stringContaining('resources.jsonnet:1:'),
      expect.stringContaining('component/dns returns the resource "B" without a string `Type`'),
      expect.stringContaining('stack/cluster returns a template without `Resources`'),
      expect.stringContaining('stack/cluster returns the section "Outputz"; there are AWSTemplateFormatVersion,'),
      expect.stringContaining('stack/cluster returns a list as `Conditions`, which is a map'),
    ]);
  });

  test('a profile that returns neither or both', async () => {
    const path = 'channels/beta/node-pools/karpenter/main.jsonnet';
    expect((await problemsOf({ ...small, [path]: 'function() { Resources: {} }' }))[0]).toContain(
      'profile/karpenter must return {template} or {objects}, and returns an object with Resources',
    );
    expect((await problemsOf({ ...small, [path]: 'function() { template: { Resources: {} } }' }))[0]).toContain(
      'profile/karpenter: a template needs a stack name',
    );
  });
});

describe('what an entry file asks for', () => {
  test.each<[string, string, string]>([
    [
      'a missing fact',
      `function(cluster) { a: cluster.facts.vpc.id }`,
      "reads cluster.facts.vpc, which is missing: add vpc to the cluster's facts file, clusters/<cluster>.facts.yaml",
    ],
    [
      'a missing key',
      `function(config) { a: config.enabeld }`,
      'reads config.enabeld, which is missing: channels/beta/components/off/config.schema.yaml declares no such key, or nothing sets it; did you mean enabled?',
    ],
    [
      'a missing key of shared',
      `function(shared) { a: shared.loglevel }`,
      'reads shared.loglevel, which is missing: channels/beta/shared/config.schema.yaml declares no such key, or nothing sets it; did you mean log_level?',
    ],
    [
      'an undeclared image',
      `function(images) { a: images.off }`,
      'reads images.off, which is missing: declare the image under images in channels/beta/components/off/component.yaml',
    ],
    [
      'an unknown unit',
      `function(cluster) { a: cluster.enabled.dsn }`,
      'reads cluster.enabled.dsn, which is missing: no unit of this cluster has that name; did you mean dns?',
    ],
    [
      'an unknown field',
      `function(cluster) { a: cluster.regoin }`,
      'reads cluster.regoin, which is missing: docs/units.md lists what a cluster has; did you mean region?',
    ],
    [
      'an unknown argument',
      `function(clusters) {}`,
      'there is no argument clusters: an entry file of this kind may ask for cluster, shared, config, images',
    ],
    ['a pool outside a profile', `function(pool) {}`, 'there is no argument pool'],
  ])('%s', async (_name, text, message) => {
    const [problem, ...more] = await problemsOf(withEntry(text));
    expect(more).toEqual([]);
    expect(problem).toContain(message);
    expect(problem).toMatch(/^channels\/beta\/components\/off\/main\.jsonnet:1:\d+: /);
  });

  test('a fact that nobody reads may be missing', async () => {
    const files = edit(small, 'clusters/alpha.facts.yaml', 'captured: 2026-11-02\n', '');
    await expect(problemsOf(files)).rejects.toThrow('it compiled');
  });

  test('a missing AMI says where to pin it', async () => {
    const files = edit(small, 'channels/beta/node-pools/workers/profile.yaml', ', arm64: ami-0123456789abcdef1', '');
    expect((await problemsOf(files))[0]).toContain(
      'reads pool.amis.arm64, which is missing: pin the image under amis.eu-central-1.arm64 in channels/beta/node-pools/workers/profile.yaml',
    );
  });

  test('a pool of two architectures', async () => {
    const files = edit(small, 'clusters/alpha.yaml', '[m6g.large, m7g.large]', '[m6g.large, m6i.large]');
    expect(await problemsOf(files)).toEqual([
      expect.stringContaining(
        'The pool worker-1 mixes architectures, and a pool has one image: m6g.large is arm64, m6i.large is amd64. Make two pools of it.\n    clusters: alpha',
      ),
    ]);
  });

  test('an overlay that a unit cannot use names the line of the overlay', async () => {
    const files = edit(small, main, 'config: kube', 'bad: config.cache_seconds.x,\n    config: kube');
    const [problem] = await problemsOf(files);
    expect(problem).toContain('config.cache_seconds is 60, set by cluster at clusters/alpha.yaml:');
  });
});

describe('imports', () => {
  const library = 'channels/beta/lib/kube.libsonnet';
  test.each<[string, Files, string]>([
    [
      'another unit',
      { [entry]: `local x = import '../dns/zones.libsonnet'; function() {}` },
      'leaves what this file may import: channels/beta/components/off/ and channels/beta/lib/',
    ],
    [
      'another unit, never evaluated',
      { [entry]: `function() if false then import '../dns/zones.libsonnet' else {}` },
      'leaves what this file may import',
    ],
    [
      'the root',
      { [entry]: `local x = importstr '/etc/passwd'; function() {}` },
      'an import is a path relative to its file',
    ],
    [
      'above the root',
      { [entry]: `local x = importstr '../../../../../etc/passwd'; function() {}` },
      'leaves what this file may import',
    ],
    [
      'a file that is not there',
      { [entry]: `local x = import 'x.libsonnet'; function() {}` },
      'channels/beta/components/off/x.libsonnet does not exist',
    ],
    [
      'a unit from lib/',
      { [library]: `import '../components/dns/zones.libsonnet'` },
      'leaves what this file may import: channels/beta/lib/',
    ],
    [
      'a symbolic link',
      { [entry]: `local x = importstr 'x'; function() {}`, 'channels/beta/components/off/x': '-> /etc/passwd' },
      'channels/beta/components/off/x is a symbolic link',
    ],
    ['a directory', { [entry]: `local x = importstr '../../lib'; function() {}` }, 'leaves what this file may import'],
    ['a syntax error', { [entry]: `function( {}` }, `${entry}:1:11: `],
    ['a computed import', { [entry]: `local x = import 'a' + 'b'; function() {}` }, entry],
    [
      'a cycle',
      {
        [entry]: `local x = import 'a.libsonnet'; function() {}`,
        'channels/beta/components/off/a.libsonnet': `import 'b.libsonnet'`,
        'channels/beta/components/off/b.libsonnet': `import 'a.libsonnet'`,
      },
      'cycl',
    ],
    [
      'text that is not UTF-8 in spirit',
      {
        [entry]: `local x = import 'a.libsonnet'; function() {}`,
        'channels/beta/components/off/a.libsonnet': `{ a: 'x }`,
      },
      'channels/beta/components/off/a.libsonnet:1:6: ',
    ],
  ])('%s', async (_name, changed, message) => {
    const problems = await problemsOf({ ...small, ...changed });
    expect(problems.join('\n')).toContain(message);
  });

  test('a unit that no cluster has on is judged too', async () => {
    expect(await problemsOf({ ...small, [entry]: 'function( {}' })).toHaveLength(1);
  });
});

describe('two of one', () => {
  test('one object from two components names both places', async () => {
    const problems = await problemsOf(
      withEntry(
        `function() {\n  a: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'pools', namespace: 'kube-system' } },\n}`,
      ),
    );
    expect(problems).toEqual([
      expect.stringMatching(
        /^channels\/beta\/components\/off\/main\.jsonnet:\d+:\d+: component\/off: ConfigMap kube-system\/pools exists twice: here, and in component\/ingress at channels\/beta\/components\/ingress\/main\.jsonnet:\d+:\d+\. Keep one\.\n {4}clusters: alpha, bravo, charlie$/,
      ),
    ]);
  });

  test('one object under two names of a component, in two versions', async () => {
    const problems = await problemsOf(
      withEntry(
        `function() { [n]: { apiVersion: 'batch/' + n, kind: 'Job', metadata: { name: 'x' } } for n in ['v1', 'v2'] }`,
      ),
    );
    expect(problems).toEqual([expect.stringContaining('Job.batch x exists twice')]);
  });

  test('one logical id from a stack and a component', async () => {
    const files = edit(
      small,
      'channels/beta/components/dns/resources.jsonnet',
      'DnsRole: {\n      Type',
      'Bucket: {\n      Type',
    );
    const problems = await problemsOf(files);
    expect(problems).toEqual([
      expect.stringContaining(
        'component/dns: Resources has "Bucket" twice in the stack: here, and in stack/cluster at ',
      ),
    ]);
  });
});

test('a mistake in lib/ is one problem, though several units run into it', async () => {
  const problems = await problemsOf(
    edit(small, 'channels/beta/lib/kube.libsonnet', 'kind: kind', "kind: error 'no kind'"),
  );
  expect(problems).toEqual([
    [
      'channels/beta/lib/kube.libsonnet:5:11: component/dns, component/ingress: no kind',
      '    in component/dns:',
      '    at channels/beta/lib/kube.libsonnet:5:11 in object <anonymous>',
      '    while making config.kind',
      '    clusters: alpha, bravo, charlie',
    ].join('\n'),
  ]);
});

test('everything wrong is said at once, and the same in every cluster is said once', async () => {
  const files = {
    ...edit(withEntry('function() { a: 1 }'), main, 'images.coredns', 'images.corednz'),
    'channels/beta/node-pools/karpenter/main.jsonnet': `function(pool) error 'pool ' + pool.name`,
  };
  const problems = await problemsOf(
    edit(files, 'clusters/alpha.facts.yaml', 'hosted_zone: { name: example.org, id: Z0000000ALPHA }\n', ''),
  );
  expect(problems.map((problem) => problem.split('\n').at(-1))).toEqual(
    [all, all, all, '    clusters: alpha'].map((line) => expect.stringContaining(line)),
  );
});
