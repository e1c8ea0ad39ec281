/**
 * Values that are written differently and mean the same: quantities where the API server reads quantities, durations
 * where it reads durations, one string where a policy admits a list. Nothing else: `1.3` is not `1.30`.
 */
import type { JsonValue } from '../model.ts';

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const quantity = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

/** Keys below which every scalar is a `resource.Quantity` (Kubernetes API reference). */
const quantityMaps = new Set([
  'requests',
  'limits',
  'minAllowed',
  'maxAllowed',
  'capacity',
  'hard',
  'default',
  'defaultRequest',
  'max',
  'min',
  'overhead',
  'podFixed',
]);
const quantityKeys = new Set(['sizeLimit', 'averageValue', 'storage']);

/** The number that a quantity stands for, or undefined when the text is none. */
export function quantityValue(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const match = quantity.exec(value);
  if (!match) return undefined;
  const base = Number(match[1]);
  return match[3] === undefined ? base * suffixes[match[2] ?? '']! : base * 10 ** Number(match[3]);
}

const durationUnits: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Seconds of a Go duration (`1h30m`), or undefined when the text is none. */
export function durationSeconds(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string' || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  let seconds = 0;
  for (const [, number, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(number) * durationUnits[unit!]!;
  }
  return seconds;
}

/** Keys whose values the API types declare as `metav1.Duration` (kubelet and scheduler configuration among them). */
const durationKey =
  /(?:Timeout|Period|Duration|Interval|Delay|GracePeriod|CacheAuthorizedTTL|TTL|consolidateAfter|expireAfter|terminationGracePeriod)$/;

/** Whether two different scalars mean the same at this pattern (keys joined by `/`, items `*`). */
export function sameMeaning(pattern: string, before: JsonValue, after: JsonValue): boolean {
  const keys = pattern.split('/');
  const last = keys.at(-1) ?? '';
  const parent = keys.at(-2) ?? '';
  if (quantityMaps.has(parent) || quantityKeys.has(last)) {
    const a = quantityValue(before);
    return a !== undefined && a === quantityValue(after);
  }
  if (durationKey.test(last)) {
    const a = durationSeconds(before);
    return a !== undefined && a === durationSeconds(after);
  }
  return false;
}

/** Patterns of lists that are sets: their order means nothing to whoever reads them. */
const setKeys = new Set([
  // RBAC rules (rbac/v1 API reference): each is a set of alternatives.
  'verbs',
  'apiGroups',
  'resources',
  'resourceNames',
  'nonResourceURLs',
  // IAM policy grammar.
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'AWS',
  'Service',
  'Federated',
  // Kubernetes and CloudFormation lists that are declared as sets.
  'finalizers',
  'accessModes',
  'categories',
  'shortNames',
  'topologyKeys',
  'VPCZoneIdentifier',
  'Subnets',
  'SubnetIds',
  'SecurityGroups',
  'SecurityGroupIds',
  'TargetGroupARNs',
  'ManagedPolicyArns',
  'Roles',
]);

/** Whether the order of the list at this pattern carries no meaning. */
export function isSet(pattern: string): boolean {
  const last = pattern.slice(pattern.lastIndexOf('/') + 1);
  return setKeys.has(last) || pattern === 'subjects';
}
