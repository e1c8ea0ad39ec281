/**
 * The pinned schema data of the package: `schemas/` beside `src/` (or `dist/`), made by `npm run schemas`. Every file is
 * read when it is first asked for, and once.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject, JsonValue } from '../model.ts';

/** `schemas/kubernetes/v<minor>.json`: JSON Schema definitions with Kubernetes' extensions. */
export interface KubernetesData {
  readonly minor: string;
  /** `apiVersion Kind` to the name of a definition. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

/** One row of `schemas/kubernetes/resources.json`. */
export interface ResourceRow {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs?: readonly string[];
  /** Subresource to its verbs. */
  readonly subresources?: Readonly<Record<string, readonly string[]>>;
  /** Minors that serve it; absent for aggregated APIs, which come with a component. */
  readonly minors?: readonly string[];
  readonly aggregated?: boolean;
}

/** One row of `schemas/kubernetes/deprecations.json`; minors such as `1.25`. */
export interface DeprecationRow {
  readonly apiVersion: string;
  readonly kind: string;
  readonly introduced?: string;
  readonly deprecated?: string;
  readonly removed?: string;
  /** `apiVersion Kind`. */
  readonly replacement?: string;
}

/** One type of `schemas/cloudformation/types/`. Property paths have slashes, and `*` for list items. */
export interface ResourceTypeData {
  readonly properties?: Readonly<Record<string, JsonObject>>;
  readonly definitions?: Readonly<Record<string, JsonObject>>;
  readonly required?: readonly string[];
  /** A change of one of these replaces the resource. */
  readonly createOnly?: readonly string[];
  /** A change of one of these may replace the resource. */
  readonly conditionalCreateOnly?: readonly string[];
  /** What `Fn::GetAtt` may name, with dots. */
  readonly attributes?: readonly string[];
  readonly readOnly?: readonly string[];
  readonly identifier?: readonly string[];
  readonly deprecated?: readonly string[];
}

/** What properties of one resource demand of each other. */
export interface CombinationData {
  /** `AWS::Service::Type/Property/*`. */
  readonly at: readonly string[];
  readonly message: string;
  readonly schema: JsonObject;
  readonly definitions?: Readonly<Record<string, JsonObject>>;
}

export interface InstanceTypeRow {
  /** `amd64`, `arm64`, or both with a space between; empty for what runs no Linux node. */
  readonly arch: string;
  readonly vcpus: number;
  /** MiB */
  readonly memory: number;
  readonly gpus?: number;
  /** Inferentia and Trainium devices. */
  readonly accelerators?: number;
  /** GB of instance storage. */
  readonly disk?: number;
  /** Network interfaces, and IPv4 addresses of each. */
  readonly interfaces?: number;
  readonly addresses?: number;
  /** True for a previous generation. */
  readonly old?: boolean;
}

/** End of life of a Lambda runtime; days such as `2027-02-01`. */
export interface RuntimeRow {
  readonly deprecated?: string;
  readonly successor?: string | null;
}

export interface IamServiceRow {
  /** Action names with spaces between. */
  readonly actions: string;
  /** Condition keys with spaces between; `${...}` in a key stands for anything. */
  readonly keys?: string;
}

export interface PinnedSchemas {
  /** Minors with schemas, oldest first. */
  readonly minors: readonly string[];
  readonly kubernetes: (minor: string) => KubernetesData | undefined;
  readonly apiResources: () => readonly ResourceRow[];
  readonly deprecations: () => readonly DeprecationRow[];
  /** CustomResourceDefinitions that something outside the repository installs; `schemas/crds/`. */
  readonly externalCrds: () => readonly JsonObject[];
  /** undefined when the type has no schema here. */
  readonly resourceType: (type: string) => ResourceTypeData | undefined;
  /** Names of all types, with and without a schema. */
  readonly resourceTypes: () => ReadonlySet<string>;
  readonly combinations: () => readonly CombinationData[];
  readonly lambdaRuntimes: () => Readonly<Record<string, RuntimeRow>>;
  /** By service prefix. */
  readonly iamServices: () => Readonly<Record<string, IamServiceRow>>;
  readonly instanceTypes: () => Readonly<Record<string, InstanceTypeRow>>;
}

const packaged = fileURLToPath(new URL('../../schemas/', import.meta.url));

/** Opens the pinned data; reads nothing but the list of minors. `folder` ends with a slash. */
export function openSchemas(folder: string = packaged): PinnedSchemas {
  const files = new Map<string, JsonValue | undefined>();
  const read = <T>(path: string): T | undefined => {
    if (!files.has(path)) {
      const file = folder + path;
      files.set(path, existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JsonValue) : undefined);
    }
    return files.get(path) as T | undefined;
  };
  const must = <T>(path: string): T => {
    const value = read<T>(path);
    if (value === undefined) throw new Error(`schemas/${path} is missing from the package: npm run schemas makes it`);
    return value;
  };
  const minors = listFiles(`${folder}kubernetes`)
    .flatMap((file) => /^v(\d+\.\d+)\.json$/.exec(file)?.[1] ?? [])
    .sort((a, b) => minorNumber(a) - minorNumber(b));
  let types: ReadonlySet<string> | undefined;
  let crds: readonly JsonObject[] | undefined;
  return {
    minors,
    kubernetes: (minor) => (minors.includes(minor) ? read<KubernetesData>(`kubernetes/v${minor}.json`) : undefined),
    apiResources: () => must<{ resources: readonly ResourceRow[] }>('kubernetes/resources.json').resources,
    deprecations: () => must<{ apis: readonly DeprecationRow[] }>('kubernetes/deprecations.json').apis,
    externalCrds: () => {
      crds ??= listFiles(`${folder}crds`).map((file) => must<{ definition: JsonObject }>(`crds/${file}`).definition);
      return crds;
    },
    resourceType: (type) => {
      // Letters and digits only: the name becomes a path.
      const service = /^AWS::([A-Za-z0-9]+)::[A-Za-z0-9]+(?:::MODULE)?$/.exec(type)?.[1];
      if (service === undefined) return undefined;
      const found = read<Record<string, ResourceTypeData>>(`cloudformation/types/${service}.json`);
      return found && Object.hasOwn(found, type) ? found[type] : undefined;
    },
    resourceTypes: () => {
      types ??= new Set(must<{ types: readonly string[] }>('cloudformation/index.json').types);
      return types;
    },
    combinations: () => must<{ entries: readonly CombinationData[] }>('cloudformation/combinations.json').entries,
    lambdaRuntimes: () => must<Record<string, RuntimeRow>>('cloudformation/lambda-runtimes.json'),
    iamServices: () => must<{ services: Record<string, IamServiceRow> }>('aws/iam-actions.json').services,
    instanceTypes: () => must<{ types: Record<string, InstanceTypeRow> }>('aws/instance-types.json').types,
  };
}

/** Names of the JSON files of a folder, sorted; none when there is no folder. */
function listFiles(path: string): readonly string[] {
  return existsSync(path)
    ? readdirSync(path)
        .filter((file) => file.endsWith('.json'))
        .sort()
    : [];
}

function minorNumber(minor: string): number {
  return Number(minor.split('.')[1]);
}
