/**
 * Every variant of every unit compiles and passes the checks: the tables in variants/, and a pairwise sweep over all
 * boolean and enum keys of the channel. Each variant is a cluster of its own; units that a variant does not touch are
 * evaluated once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compilePlans, loadFleet } from '../../src/commands/shared/context.ts';
import { validateFleet } from '../../src/commands/shared/validation.ts';
import { patchTree } from '../../src/load/patched.ts';
import { loadWithProblems } from '../../src/load/repository.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import type { ConfigSchema, Finding, JsonObject, JsonValue } from '../../src/model.ts';
import { renderYaml } from '../../src/write/yaml.ts';
import { root } from './compiled.ts';

interface Variant {
  readonly name: string;
  /** Overlay by unit. */
  readonly config: JsonObject;
  /** Another cluster to start from. */
  readonly cluster?: string;
}

const tree = openWorkTree(root);
const { repository } = loadWithProblems(tree);
const channel = repository.channels.get('beta')!;
const folder = join(root, 'test/channels/variants');

function tables(): readonly { readonly unit: string; readonly variants: readonly Variant[] }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace('.yaml', ''))
    .sort()
    .map((unit) => {
      const rows = parse(readFileSync(join(folder, `${unit}.yaml`), 'utf8')) as readonly {
        readonly name: string;
        readonly config?: JsonObject;
        readonly with?: JsonObject;
        readonly cluster?: string;
      }[];
      return {
        unit,
        variants: rows.map(({ name, config, with: others, cluster }) => ({
          name: `${unit}: ${name}`,
          config: { ...others, [unit]: { enabled: true, ...config } },
          ...(cluster === undefined ? {} : { cluster }),
        })),
      };
    });
}

/** Compiles one cluster for each variant, and returns what is wrong, with the variant's name before it. */
async function faults(variants: readonly Variant[], base: string): Promise<readonly string[]> {
  const files = new Map<string, Uint8Array>();
  const names = variants.map((_, index) => `variant-${index}`);
  for (const [index, variant] of variants.entries()) {
    const model = variant.cluster ?? base;
    const text = (path: string) => new TextDecoder().decode(tree.read(path)!);
    const name = names[index]!;
    const cluster = parse(text(`clusters/${model}.yaml`)) as JsonObject;
    const own = {
      ...cluster,
      id: `${String(cluster.id).slice(0, String(cluster.id).lastIndexOf(':'))}:${name}`,
      local_id: name,
      channel: 'beta',
      channels: {},
      config: merge(cluster.config as JsonObject, variant.config),
    };
    delete (own as { alias?: unknown }).alias;
    files.set(`clusters/${name}.yaml`, new TextEncoder().encode(renderYaml(own)));
    files.set(`clusters/${name}.facts.yaml`, tree.read(`clusters/${model}.facts.yaml`)!);
  }
  const patched = patchTree(tree, files, 'variants');
  const fleet = loadFleet(patched, { clusters: names });
  const compilation = await compilePlans(fleet.repository, fleet.plans);
  const { findings } = validateFleet(fleet, compilation, patched, new Date('2026-06-01'));
  return findings
    .filter((finding) => finding.severity === 'error' && finding.clusters.length > 0)
    .map((finding) => describeFinding(finding, variants));
}

function describeFinding(finding: Finding, variants: readonly Variant[]): string {
  const who = finding.clusters.slice(0, 3).map((name) => variants[Number(name.slice('variant-'.length))]?.name ?? name);
  const place = finding.source ? ` at ${finding.source.file}:${finding.source.line}` : '';
  return `${who.join(' | ')}: ${finding.rule}: ${finding.message} (${finding.artifact}${place})`;
}

function merge(below: JsonValue | undefined, above: JsonValue): JsonValue {
  if (!isMap(below) || !isMap(above)) return above;
  const result: Record<string, JsonValue> = { ...below };
  for (const [key, value] of Object.entries(above)) result[key] = merge(below[key], value);
  return result;
}

function isMap(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('tables of variants', () => {
  test('every component has one, and every table a component', () => {
    const components = [...channel.units.values()].filter((unit) => unit.kind === 'component').map((unit) => unit.name);
    expect(tables().map((table) => table.unit)).toEqual([...components].sort());
  });

  test('every variant compiles and passes', async () => {
    expect(
      await faults(
        tables().flatMap((table) => table.variants),
        'kube-1',
      ),
    ).toEqual([]);
  }, 300_000);
});

/** Boolean and enum keys of a unit, by path: the values that each may take. */
function switches(schema: ConfigSchema, path: readonly string[] = []): readonly Factor[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]): readonly Factor[] => {
    const at = [...path, key];
    if (property.enum) return [{ path: at, values: property.enum }];
    if (property.type === 'boolean') return [{ path: at, values: [true, false] }];
    return property.properties ? switches(property, at) : [];
  });
}

interface Factor {
  readonly path: readonly string[];
  readonly values: readonly JsonValue[];
}

/**
 * A small set of rows in which every pair of values of two different factors occurs in one row at least: greedy, with a
 * fixed order, so that it is the same everywhere.
 */
function pairwise(factors: readonly Factor[]): readonly (readonly number[])[] {
  const open = new Set<string>();
  for (let a = 0; a < factors.length; a++) {
    for (let b = a + 1; b < factors.length; b++) {
      for (let x = 0; x < factors[a]!.values.length; x++) {
        for (let y = 0; y < factors[b]!.values.length; y++) open.add(`${a} ${x} ${b} ${y}`);
      }
    }
  }
  const rows: number[][] = [];
  while (open.size > 0) {
    const [seed] = open;
    const [a, x, b, y] = seed!.split(' ').map(Number) as [number, number, number, number];
    const row: number[] = new Array(factors.length).fill(-1);
    row[a] = x;
    row[b] = y;
    for (let factor = 0; factor < factors.length; factor++) {
      if (row[factor] !== -1) continue;
      let best = 0;
      let most = -1;
      for (let value = 0; value < factors[factor]!.values.length; value++) {
        let gain = 0;
        for (let other = 0; other < factors.length; other++) {
          if (row[other] === -1 || other === factor) continue;
          const key =
            other < factor ? `${other} ${row[other]} ${factor} ${value}` : `${factor} ${value} ${other} ${row[other]}`;
          if (open.has(key)) gain++;
        }
        if (gain > most) [best, most] = [value, gain];
      }
      row[factor] = best;
    }
    for (let i = 0; i < row.length; i++)
      for (let j = i + 1; j < row.length; j++) open.delete(`${i} ${row[i]} ${j} ${row[j]}`);
    rows.push(row);
  }
  return rows;
}

const caBundle =
  '-----BEGIN CERTIFICATE-----\nMIIBdzCCAR2gAwIBAgIUZm9yLXRlc3RzLW9ubHktbm90LXJlYWww\n-----END CERTIFICATE-----\n';
/** What a switch needs beside it when it is on: keys without a default that anybody could use. */
const companions: JsonObject = {
  'pod-identity-webhook': { ca_bundle: caBundle },
  'skipper-webhook': { ca_bundle: caBundle },
  skipper: {
    oauth2_login: { auth_url: 'https://login.example.org/auth', token_url: 'https://login.example.org/token' },
    open_policy_agent: { bundle_url: 'https://policies.example.org' },
    tokeninfo: {
      provider_url: 'https://login.example.org',
      upstream_url: 'https://login.example.org/info',
      bridge_provider_url: 'https://bridge.example.org',
      bridge_upstream_url: 'https://bridge.example.org/info',
    },
  },
};

describe('the sweep', () => {
  const factors = [...channel.units.values()]
    .filter((unit) => unit.kind === 'component' || unit.kind === 'stack')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((unit) => switches(unit.schema).map((factor) => ({ ...factor, path: [unit.name, ...factor.path] })))
    // A stack that is off while units join it is an error of its own.
    .filter(({ path }) => !(channel.units.get(path[0]!)?.kind === 'stack' && path[1] === 'enabled'));

  test('every pair of switches of the whole channel compiles and passes', async () => {
    const rows = pairwise(factors);
    expect(rows.length).toBeGreaterThan(4);
    const variants = rows.map((row, index): Variant => {
      let config: JsonValue = companions;
      for (const [factor, value] of row.entries()) {
        const leaf = factors[factor]!.values[value]!;
        config = merge(
          config,
          [...factors[factor]!.path].reverse().reduce<JsonValue>((inner, key) => ({ [key]: inner }), leaf),
        );
      }
      return { name: `row ${index}`, config: config as JsonObject };
    });
    expect(await faults(variants, 'kube-1')).toEqual([]);
  }, 300_000);
});
