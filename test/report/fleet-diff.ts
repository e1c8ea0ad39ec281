/** Comparisons for tests of reports: made ones of any size, and generated ones with hostile text. */
import fc from 'fast-check';
import type { ChangeGroup, FieldGroup, FleetDiff, Impact, JsonValue } from '../../src/model.ts';
import { impacts } from '../../src/model.ts';

export interface GroupPlan {
  readonly impact: Impact;
  /** Indices of clusters. */
  readonly clusters: readonly number[];
  readonly text: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly fields: number;
  readonly masked?: boolean;
}

/** A comparison of `size` clusters; each plan is one group, and each cause has some of them. */
export function fleetDiff(size: number, causes: readonly (readonly GroupPlan[])[]): FleetDiff {
  const names = Array.from({ length: size }, (_, index) => `kube-${index + 1}`);
  const rank = (impact: Impact) => impacts.indexOf(impact);
  const made = causes
    .map((plans, cause) => {
      const groups = plans
        .map((plan, index) => groupOf(plan, names, `${cause}-${index}`))
        .sort((a, b) => rank(a.impact) - rank(b.impact));
      const first = groups[0]!;
      return {
        cause: {
          kind: 'overlay' as const,
          name: plans[0]!.text,
          place: { file: `channels/beta/lib/l${cause}.libsonnet`, line: cause + 1, column: 1 },
        },
        impact: first.impact,
        clusters: [...new Set(groups.flatMap((group) => group.clusters))].sort(),
        groups,
      };
    })
    .sort((a, b) => rank(a.impact) - rank(b.impact));
  const groups = made.flatMap((cause) => cause.groups);
  return {
    base: 'main',
    head: 'work tree',
    ...(groups.length === 0 ? {} : { impact: made[0]!.impact }),
    causes: made,
    clusters: names.map((name, index) => {
      const own = groups.filter((group) => group.clusters.includes(name));
      return {
        name,
        channel: index % 2 === 0 ? 'beta' : 'stable',
        environment: index % 3 === 0 ? 'production' : 'test',
        region: 'eu-central-1',
        ...(own.length === 0 ? {} : { impact: own.map((group) => group.impact).sort((a, b) => rank(a) - rank(b))[0]! }),
        groups: own.map((group) => group.id),
      };
    }),
    changes: groups.reduce((sum, group) => sum + group.clusters.length, 0),
  };
}

function groupOf(plan: GroupPlan, names: readonly string[], id: string): ChangeGroup {
  const clusters = [...new Set(plan.clusters.map((index) => names[index % names.length]!))].sort();
  const note = { impact: plan.impact, rule: 'test', text: plan.text };
  const field = (index: number): FieldGroup => ({
    kind: 'changed',
    path: [{ kind: 'key', key: `f${index}` }],
    label: `${plan.text}.f${index}`,
    masked: plan.masked === true,
    impacts: index === 0 ? [note] : [],
    variants: plan.masked === true ? [{ clusters }] : [{ before: plan.before, after: plan.after, clusters }],
  });
  return {
    id: `g${id}`,
    unit: { kind: 'component', name: `unit-${id}` },
    subject: { type: 'object', kind: 'Deployment', group: 'apps', namespace: 'kube-system', name: plan.text },
    action: 'changed',
    impact: plan.impact,
    notes: [{ impact: plan.impact, rule: 'test', texts: [{ text: plan.text, clusters }] }],
    fields: Array.from({ length: plan.fields }, (_, index) => field(index)),
    clusters,
    pools: [],
    cause: { kind: 'unknown', name: 'test' },
    example: { cluster: clusters[0]!, afterPath: 'manifests/x.yaml' },
  };
}

/** What somebody might write into a name, a value or a label to take over a report. */
export const attacks: readonly string[] = [
  '@everyone look',
  '[click](https://evil.example.org)',
  '![x](https://evil.example.org/x.png)',
  'https://evil.example.org/a',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</details><h1>approved</h1>',
  '</script><script>alert(1)</script>',
  '```\n# approved\n```',
  '\n\n### weir: nothing changes\n',
  '| a | b |\n|---|---|',
  '\u001b[2J\u001b[31mred',
  '\u202egnp.exe',
  '<!-- weir -->',
  '&lt;b&gt;',
  '#1 !2 owner/repo#3',
];

const text = fc.oneof(
  fc.constantFrom(...attacks),
  fc.string({ maxLength: 300 }),
  fc.constantFrom('web', 'external-dns'),
);
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  fc.integer(),
  fc.array(text, { minLength: 2, maxLength: 60 }).map((lines) => lines.join('\n')),
);
const plan = (size: number): fc.Arbitrary<GroupPlan> =>
  fc.record({
    impact: fc.constantFrom(...impacts),
    clusters: fc.array(fc.nat({ max: size - 1 }), { minLength: 1, maxLength: 12 }),
    text,
    before: value,
    after: value,
    fields: fc.nat({ max: 40 }),
  });

/** Comparisons from one small change to more than a comment holds. */
export const fleetDiffs: fc.Arbitrary<FleetDiff> = fc
  .integer({ min: 1, max: 200 })
  .chain((size) =>
    fc
      .array(fc.array(plan(size), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 40 })
      .map((causes) => fleetDiff(size, causes)),
  );
