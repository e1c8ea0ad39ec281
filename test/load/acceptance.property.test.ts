/** Two judges that share no code: what weir accepts in an overlay is what ajv accepts by the schema for editors. */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterEditorSchema } from '../../src/load/editor-schema.ts';
import { loadRepository, loadWithProblems } from '../../src/load/repository.ts';
import { planWithProblems } from '../../src/merge/plan.ts';
import type { JsonValue } from '../../src/model.ts';
import { base, changed, memoryTree } from './fixture.ts';

const repository = loadRepository(memoryTree(base));
const beta = repository.channels.get('beta');
if (!beta) throw new Error('no channel beta');
const schema = clusterEditorSchema(beta, repository.channels);
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
const accepts = ajv.compile(schema);
const whole = ajv.compile({
  ...schema,
  required: [],
  properties: { config: (schema.properties as { config: object }).config },
});

const scalar = fc.constantFrom<JsonValue>(
  null,
  true,
  false,
  0,
  1,
  3,
  -1,
  1.5,
  '',
  'sync',
  'upsert-only',
  'x',
  'a.example',
  '1.10',
  '000000000001',
  'UP',
);
const anything = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('a', 'ttl', 'x.y'), scalar, { maxKeys: 2 }),
);
const sometimes = <T>(value: fc.Arbitrary<T>) =>
  fc.option(fc.oneof({ weight: 30, arbitrary: value }, { weight: 1, arbitrary: anything }), { nil: undefined });

/** One of the right values, now and then a wrong one. */
const mostly = <T>(right: readonly T[], wrong: readonly T[]) =>
  fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
const zone = fc.record(
  { ttl: mostly<JsonValue>([0, 5, 60], [1.5, '5', null]), forward: mostly<JsonValue>(['x', null], [3]) },
  { requiredKeys: [] },
);
const dns = fc.record({
  enabled: sometimes(fc.boolean()),
  version: sometimes(fc.constantFrom('1.10', 'x')),
  account: sometimes(mostly(['000000000001', null], ['1'])),
  replicas: sometimes(mostly([1, 2, 50], [0, -1, 1.5])),
  policy: sometimes(mostly(['sync', 'upsert-only'], ['snyc'])),
  domains: sometimes(fc.array(mostly<JsonValue>(['a.example', 'b'], ['UP', 1, '']), { maxLength: 2 })),
  zones: sometimes(
    fc.dictionary(mostly(['internal', 'a', 'b.c'], ['B C']), fc.oneof(zone, fc.constant(null)), { maxKeys: 3 }),
  ),
  unknown: fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: scalar }),
});
const labels = fc.dictionary(mostly(['team', 'example.org/x'], ['-']), mostly<JsonValue>(['a', '', null], ['-', 1]), {
  maxKeys: 2,
});

/** JSON text of what is defined: JSON is YAML. */
function overlay(config: unknown, pool: unknown): string {
  const head = String(base['clusters/alpha.yaml']).replace(/ {4}config:\n[\s\S]*$/, '');
  return `${head}    config: ${JSON.stringify(pool)}\nconfig: ${JSON.stringify(config)}\n`;
}

test('an overlay is right for weir when it is right for the editor', () => {
  let right = 0;
  fc.assert(
    fc.property(dns, sometimes(labels), fc.boolean(), (unit, poolLabels, viaPool) => {
      const config = viaPool ? { dns: unit } : { dns: unit, worker: { labels: poolLabels } };
      const text = overlay(config, viaPool ? { labels: poolLabels } : {});
      const { repository: loaded, problems } = loadWithProblems(memoryTree(changed({ 'clusters/alpha.yaml': text })));
      const identity = loaded.clusters[0]?.file.value;
      expect([accepts(JSON.parse(JSON.stringify(identity))), text]).toEqual([problems.length === 0, text]);
      // Planning what load finds fault with must not fail either, and what is right stays right when it is merged.
      const { plans, problems: missing } = planWithProblems(loaded);
      expect(missing).toEqual([]);
      if (problems.length > 0) return;
      right++;
      for (const { unit: planned, config: merged } of plans.flatMap(({ cluster, units }) =>
        cluster.name === 'alpha' ? units : [],
      )) {
        expect([whole({ config: { [planned.name]: JSON.parse(JSON.stringify(merged.value)) } }), whole.errors]).toEqual(
          [true, null],
        );
      }
    }),
    { numRuns: 300 },
  );
  expect(right).toBeGreaterThan(30);
});
