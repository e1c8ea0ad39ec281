/** The reference pages name what the code has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterSchema, lifecycleStatuses } from '../../src/load/cluster-schema.ts';
import { formats } from '../../src/load/formats.ts';
import { channelSchema } from '../../src/load/manifest-schemas.ts';
import { limits } from '../../src/load/yaml-file.ts';

const docs = join(import.meta.dirname, '../../docs');
const page = (path: string): string => readFileSync(join(docs, path), 'utf8');

test('docs/reference/clusters.md names every field of clusters, pools and channels', () => {
  const text = page('reference/clusters.md');
  const pool = clusterSchema.properties?.node_pools?.additionalProperties;
  const fields = [
    ...Object.keys(clusterSchema.properties ?? {}),
    ...Object.keys((pool || undefined)?.properties ?? {}),
    ...Object.keys(channelSchema.properties ?? {}),
    ...lifecycleStatuses,
  ];
  expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
});

test('docs/reference/yaml.md has the limits', () => {
  const text = page('reference/yaml.md');
  expect(text).toContain(`${limits.size / 1024} KiB`);
  expect(text).toContain(`${limits.depth} levels`);
  expect(text).toContain(`${limits.nodes.toLocaleString('en-US')} values`);
});

test('docs/units.md names every format', () => {
  const text = page('units.md');
  expect([...formats.keys()].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
