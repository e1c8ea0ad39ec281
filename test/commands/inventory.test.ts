/** `weir clusters`, `weir components`, `weir schema`, `weir explain` on a small repository on disk. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusters } from '../../src/commands/clusters.ts';
import { components } from '../../src/commands/components.ts';
import { explain } from '../../src/commands/explain.ts';
import { schema } from '../../src/commands/schema.ts';
import type { ExitStatus, Io } from '../../src/commands/shared/io.ts';
import { UsageError, UserError } from '../../src/errors.ts';
import { base } from '../load/fixture.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-inventory-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(folder, 'r-'));
  for (const [path, content] of Object.entries(base)) put(path, String(content));
});

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

async function run<T>(command: (options: T, io: Io) => Promise<ExitStatus>, options: T) {
  const out: string[] = [];
  const io: Io = {
    cwd: root,
    env: {},
    out: (text) => void out.push(text),
    err: () => undefined,
    columns: 160,
    color: false,
  };
  const status = await command(options, io);
  return { status, out: out.join('') };
}

describe('weir clusters', () => {
  test('as a table', async () => {
    expect(
      (await run(clusters, {})).out,
    ).toBe(`name   channel  kubernetes  environment  region        lifecycle_status  pools     account
alpha  beta     1.34        production   eu-central-1  ready             worker-1  000000000001
omega  stable   1.33        test         eu-central-1  ready             -         000000000002
`);
  });

  test('as JSON, with the name first', async () => {
    const rows = JSON.parse((await run(clusters, { json: true, channel: 'beta' })).out);
    expect(rows).toHaveLength(1);
    expect(Object.keys(rows[0])[0]).toBe('name');
    expect(rows[0]).toMatchObject({
      name: 'alpha',
      owner: 'team-a',
      account: '000000000001',
      pools: [{ name: 'worker-1', profile: 'worker', max_size: 3 }],
      components: ['dns'],
      file: 'clusters/alpha.yaml',
    });
  });

  test('by selector', async () => {
    expect(JSON.parse((await run(clusters, { json: true, selectors: ['environment=test'] })).out)).toMatchObject([
      { name: 'omega' },
    ]);
  });
});

describe('weir components', () => {
  test('as a table, of every channel', async () => {
    expect((await run(components, {})).out).toBe(`name  channel  order  clusters  versions
dns   beta     300    1         1.2.3
dns   stable   300    1         -
`);
  });

  test('of one channel and every kind, as JSON', async () => {
    const rows = JSON.parse((await run(components, { channel: 'beta', kind: 'all', json: true })).out);
    expect(rows.map((row: { name: string }) => row.name)).toEqual(['cluster', 'dns', 'shared', 'worker']);
    expect(Object.keys(rows[1])[0]).toBe('name');
    expect(rows[1]).toMatchObject({
      images: { dns: 'registry.example.org/dns:1.2.3' },
      stack: 'cluster',
      clusters: ['alpha'],
    });
  });

  test('a unit that is off is on no cluster', async () => {
    put('clusters/alpha.yaml', String(base['clusters/alpha.yaml']).replace('policy: upsert-only', 'enabled: false'));
    expect(JSON.parse((await run(components, { channel: 'beta', json: true })).out)).toMatchObject([{ clusters: [] }]);
  });

  test('wrong arguments are told', async () => {
    await expect(run(components, { kind: 'app' })).rejects.toThrow(UsageError);
    await expect(run(components, { channel: 'gamma' })).rejects.toThrow(
      'there is no channel gamma; there are beta, stable',
    );
  });
});

describe('weir explain', () => {
  test('prints a chain', async () => {
    const { status, out } = await run(explain, { cluster: 'alpha', path: 'dns.policy' });
    expect(status).toBe(0);
    expect(out).toContain('set by  cluster  clusters/alpha.yaml:23:5');
  });

  test('suggests', async () => {
    await expect(run(explain, { cluster: 'alhpa', path: 'dns' })).rejects.toThrow(
      'there is no cluster alhpa; did you mean "alpha"?',
    );
    await expect(run(explain, { cluster: 'alpha', path: 'dns.polcy' })).rejects.toThrow(
      'dns has no "polcy"; did you mean "policy"?',
    );
  });
});

describe('weir schema', () => {
  const path = () => join(root, 'schemas/clusters/beta.schema.json');
  const judge = (text: string) => {
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    const validate = ajv.compile(JSON.parse(readFileSync(path(), 'utf8')));
    return validate(parse(text))
      ? []
      : (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
  };

  test('writes one schema for each channel, and then nothing', async () => {
    expect((await run(schema, {})).out).toBe(
      'schemas/clusters/beta.schema.json\nschemas/clusters/stable.schema.json\n2 schemas, 2 changed\n',
    );
    expect((await run(schema, {})).out).toBe('2 schemas, nothing changed\n');
    expect((await run(schema, { check: true })).out).toBe('2 schemas, all current\n');
  });

  test('an editor accepts what weir accepts', async () => {
    await run(schema, {});
    expect(judge(String(base['clusters/alpha.yaml']))).toEqual([]);
    const more = String(base['clusters/alpha.yaml']).replace(
      'policy: upsert-only',
      'zones: {internal: null, a: {ttl: 3}}',
    );
    expect(judge(more)).toEqual([]);
  });

  test.each([
    ['policy: upsert-only', 'polcy: sync', '/config/dns additionalProperties'],
    ['policy: upsert-only', 'policy: snyc', '/config/dns/policy enum'],
    ['policy: upsert-only', 'replicas: 0', '/config/dns/replicas minimum'],
    ['policy: upsert-only', 'policy: null', '/config/dns/policy type'],
    ['labels:', 'lables:', '/node_pools/worker-1/config additionalProperties'],
    ['profile: worker', 'profile: wroker', '/node_pools/worker-1/profile enum'],
    ['channel: beta', 'channel: stable', '/channel const'],
    ['local_id: alpha\n', '', ' required'],
    ['aws:000000000001\n', 'aws:1\n', '/infrastructure_account pattern'],
  ])('an editor marks %j changed to %j', async (from, to, expected) => {
    await run(schema, {});
    expect(judge(String(base['clusters/alpha.yaml']).replace(from, to))).toContain(expected);
  });

  test('descriptions and defaults are there to read', async () => {
    await run(schema, {});
    const generated = JSON.parse(readFileSync(path(), 'utf8'));
    expect(generated.definitions.dns.properties.zones.additionalProperties.anyOf[0].properties.ttl).toEqual({
      type: 'integer',
      default: 30,
      description: 'Time to live. In seconds.',
    });
    expect(generated.definitions.dns.description).toBe('Answers names.');
  });

  test('the check names what is missing, changed and left over', async () => {
    await run(schema, {});
    put('schemas/clusters/beta.schema.json', '{}');
    put('schemas/clusters/gone.schema.json', '{}');
    rmSync(join(root, 'schemas/clusters/stable.schema.json'));
    await expect(run(schema, { check: true })).rejects.toThrow(
      [
        'schemas/clusters/beta.schema.json is changed: run weir schema',
        'schemas/clusters/gone.schema.json is left over: run weir schema',
        'schemas/clusters/stable.schema.json is missing: run weir schema',
      ].join('\n'),
    );
    await run(schema, {});
    expect((await run(schema, { check: true })).status).toBe(0);
  });

  test('a cluster that names another channel in its first line is told', async () => {
    put(
      'clusters/alpha.yaml',
      `# yaml-language-server: $schema=../schemas/clusters/stable.schema.json\n${base['clusters/alpha.yaml']}`,
    );
    await run(schema, {}).catch(() => undefined);
    await expect(run(schema, { check: true })).rejects.toThrow(
      'clusters/alpha.yaml:1:1: this cluster is on channel beta: write "# yaml-language-server: $schema=../schemas/clusters/beta.schema.json"',
    );
  });

  test('facts have one when the repository declares them', async () => {
    put(
      'schemas/facts.schema.yaml',
      readFileSync(join(import.meta.dirname, '../../schemas/facts.schema.yaml'), 'utf8'),
    );
    expect((await run(schema, {})).out).toContain('schemas/facts.schema.json\n3 schemas');
  });

  test('is not written through a link', async () => {
    mkdirSync(join(folder, 'elsewhere'), { recursive: true });
    symlinkSync(join(folder, 'elsewhere'), join(root, 'schemas'));
    await expect(run(schema, {})).rejects.toThrow(UserError);
  });
});
