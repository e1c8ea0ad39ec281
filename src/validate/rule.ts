/** What a rule is. One rule a file in `rules/`, one page in `docs/rules/`, all in one index. */
import type { Place } from '../errors.ts';
import type { Artifact, ClusterPlan, JsonObject, JsonValue, Repository, Severity } from '../model.ts';
import type { ClusterView } from './views.ts';

/** The families of the design, in the order of reports. */
export type RuleFamily =
  | 'overlay'
  | 'kubernetes-schema'
  | 'names'
  | 'references'
  | 'rbac'
  | 'security'
  | 'cloudformation'
  | 'iam'
  | 'cross-reference'
  | 'embedded'
  | 'fleet'
  | 'secrets'
  | 'suppression';

interface RuleBase {
  /** Kebab-case; also the name of its file and of its page. */
  readonly id: string;
  readonly family: RuleFamily;
  readonly severity: Severity;
  /** One line for `weir rules`. */
  readonly title: string;
  /** True when the verdict depends on the date: a warning that never changes the exit status. */
  readonly dated?: boolean;
}

/**
 * Reports one fault. `pointer` is the JSON pointer of the node to fix inside the artifact: for something missing, of the
 * object that lacks it. `message` says what is wrong and what to do.
 */
export type Report = (artifact: Artifact, pointer: string, message: string) => void;

/** Says that something could not be checked, and why: never a pass. */
export type ReportUnchecked = (what: string, reason: string) => void;

/** Facts from pinned data, handed in by the command. See src/load/schemas.ts. */
export interface RuleData {
  /** Validates an object of a minor strictly; undefined when there is no schema for its kind. */
  readonly validateObject: (
    kubernetes: string,
    object: JsonObject,
    crds: readonly JsonObject[],
  ) => readonly SchemaIssue[] | undefined;
  /** Judges a template by the pinned types; kept by value. */
  readonly validateTemplate: (template: JsonObject) => TemplateVerdict;
  /** Attributes that `Fn::GetAtt` may name; undefined when the type is not in the pinned data. */
  readonly attributes: (type: string) => ReadonlySet<string> | undefined;
  readonly isResourceType: (type: string) => boolean;
  /**
   * API resources of a minor, subresources among them: `group/plural` (core: `/pods`, `/pods/log`) to verbs and scope;
   * undefined for an unknown minor.
   */
  readonly apiResources: (kubernetes: string) => ReadonlyMap<string, ApiResource> | undefined;
  /** Deprecated and removed API versions: `apiVersion/Kind`. */
  readonly deprecation: (apiVersion: string, kind: string) => Deprecation | undefined;
  /** IAM actions of a service prefix in lower case; undefined for an unknown service. */
  readonly iamActions: (service: string) => ReadonlySet<string> | undefined;
  /** Names of all service prefixes. */
  readonly iamServices: () => readonly string[];
  /** Condition keys of a service, in lower case, as patterns with `*` for what varies; undefined when it has none. */
  readonly iamConditionKeys: (service: string) => readonly string[] | undefined;
  /** End of life of a Lambda runtime: the day, and what follows it; undefined for an unknown runtime. */
  readonly lambdaRuntime: (name: string) => LambdaRuntime | undefined;
  readonly instanceType: (name: string) => InstanceType | undefined;
}

export interface TemplateVerdict {
  readonly issues: readonly SchemaIssue[];
  /** Resource types that exist and have no pinned schema. */
  readonly unchecked: readonly string[];
}

export interface SchemaIssue {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}
export interface Deprecation {
  readonly deprecated?: string;
  readonly removed?: string;
  readonly replacement?: string;
}
export interface LambdaRuntime {
  /** A day such as `2027-02-01`. */
  readonly deprecated?: string;
  readonly successor?: string | null;
}
export interface InstanceType {
  /** As nodes report it: `amd64` or `arm64`. */
  readonly architectures: readonly string[];
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly gpus: number;
}

/** Looks at one artifact by itself. Its verdict is shared by all clusters with an equal artifact. */
export interface ArtifactRule extends RuleBase {
  readonly scope: 'artifact';
  readonly check: (artifact: Artifact, report: (pointer: string, message: string) => void, data: RuleData) => void;
}

/** Looks at everything that one cluster gets. */
export interface ClusterRule extends RuleBase {
  readonly scope: 'cluster';
  readonly check: (cluster: ClusterView, report: Report, unchecked: ReportUnchecked, data: RuleData) => void;
}

/** Reports a fault of a source file. */
export type ReportSource = (place: Place, clusters: readonly string[], message: string) => void;

export interface FleetInput {
  readonly repository: Repository;
  readonly plans: readonly ClusterPlan[];
  readonly clusters: readonly ClusterView[];
  /** For rules with `dated`: the day to judge by. */
  readonly now: Date;
  /** Config keys that a compile read, by cluster: JSON pointers below `/<unit>`; absent when not recorded. */
  readonly readKeys?: (cluster: string) => ReadonlySet<string> | undefined;
}

/** Looks at all clusters and at the sources. */
export interface FleetRule extends RuleBase {
  readonly scope: 'fleet';
  readonly check: (fleet: FleetInput, report: ReportSource, data: RuleData) => void;
}

export type Rule = ArtifactRule | ClusterRule | FleetRule;

/** A value as an object, or undefined: the first question of nearly every rule. */
export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A value as a list; empty when it is none. */
export function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** A value as a string, or undefined. */
export function asString(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Own property of an object: keys such as `constructor` are data here. */
export function get(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (Array.isArray(current)) current = typeof key === 'number' ? current[key] : undefined;
    else current = Object.hasOwn(current, key) ? (current as JsonObject)[key] : undefined;
  }
  return current;
}

/** A JSON pointer (RFC 6901) from keys and indices. */
export function pointerOf(...path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Names close to `name`, for did-you-mean: at most one edit for every three characters. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name, candidate);
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && candidate < best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, two rows. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost));
    }
    previous = row;
  }
  return previous[b.length]!;
}
