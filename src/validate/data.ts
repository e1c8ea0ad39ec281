/** Makes the facts that rules ask for from the pinned data. Everything is read and indexed when first asked for. */
import type { JsonObject } from '../model.ts';
import type { TemplateSchemas } from './cloudformation-schema/schema.ts';
import { createTemplateValidator } from './cloudformation-schema/template.ts';
import { createObjectValidator } from './kubernetes-schema/validator.ts';
import type { ApiResource, Deprecation, InstanceType, LambdaRuntime, RuleData } from './rule.ts';

type ResourceRow = Omit<ApiResource, 'verbs'> & {
  readonly verbs?: readonly string[];
  readonly subresources?: Readonly<Record<string, readonly string[]>>;
  readonly minors?: readonly string[];
};

/** The pinned data that rules need: what src/load/schemas.ts reads. */
export interface PinnedData extends TemplateSchemas {
  readonly kubernetes: (minor: string) =>
    | {
        readonly minor: string;
        readonly kinds: Readonly<Record<string, string>>;
        readonly definitions: Readonly<Record<string, JsonObject>>;
      }
    | undefined;
  readonly apiResources: () => readonly ResourceRow[];
  readonly deprecations: () => readonly (Deprecation & { readonly apiVersion: string; readonly kind: string })[];
  readonly externalCrds: () => readonly JsonObject[];
  readonly lambdaRuntimes: () => Readonly<Record<string, LambdaRuntime>>;
  readonly instanceTypes: () => Readonly<
    Record<string, { readonly arch: string; readonly vcpus: number; readonly memory: number; readonly gpus?: number }>
  >;
}

/** Facts for `validate()`. One result serves a whole run: verdicts are kept inside it. */
export function createRuleData(pinned: PinnedData): RuleData {
  const resources = new Map<string, ReadonlyMap<string, ApiResource> | undefined>();
  const actions = new Map<string, ReadonlySet<string> | undefined>();
  let deprecations: ReadonlyMap<string, Deprecation> | undefined;
  return {
    validateObject: createObjectValidator(pinned.kubernetes, pinned.externalCrds),
    validateTemplate: createTemplateValidator(pinned),
    attributes: (type) => {
      const found = pinned.resourceType(type);
      return found && new Set(found.attributes ?? []);
    },
    isResourceType: (type) => pinned.resourceTypes().has(type),
    apiResources: (kubernetes) => {
      if (!resources.has(kubernetes)) {
        const rows = pinned.apiResources().filter((row) => row.minors?.includes(kubernetes) ?? true);
        const served = rows.some((row) => row.minors !== undefined);
        resources.set(kubernetes, served ? new Map(rows.flatMap(withSubresources)) : undefined);
      }
      return resources.get(kubernetes);
    },
    deprecation: (apiVersion, kind) => {
      deprecations ??= new Map(pinned.deprecations().map((row) => [`${row.apiVersion} ${row.kind}`, row]));
      return deprecations.get(`${apiVersion} ${kind}`);
    },
    iamActions: (service) => {
      if (!actions.has(service)) {
        const services = pinned.iamServices();
        const row = Object.hasOwn(services, service) ? services[service] : undefined;
        actions.set(service, row && new Set(row.actions.toLowerCase().split(' ')));
      }
      return actions.get(service);
    },
    iamServices: () => Object.keys(pinned.iamServices()).filter((service) => service !== 'aws'),
    iamConditionKeys: (service) => {
      const services = pinned.iamServices();
      const row = Object.hasOwn(services, service) ? services[service] : undefined;
      return row?.keys
        ?.toLowerCase()
        .split(' ')
        .map((key) => key.replace(/\$\{[^}]*\}/g, '*'));
    },
    lambdaRuntime: (name) => {
      const runtimes = pinned.lambdaRuntimes();
      return Object.hasOwn(runtimes, name) ? runtimes[name] : undefined;
    },
    instanceType: (name) => instanceType(pinned, name),
  };
}

/** A resource and its subresources (`pods`, `pods/log`, ...), as RBAC names them. */
function withSubresources(row: ResourceRow): readonly (readonly [string, ApiResource])[] {
  const { group, version, kind, plural, namespaced } = row;
  const entry = (name: string, verbs: readonly string[]) =>
    [`${group}/${name}`, { group, version, kind, plural: name, namespaced, verbs }] as const;
  return [
    entry(plural, row.verbs ?? []),
    ...Object.entries(row.subresources ?? {}).map(([name, verbs]) => entry(`${plural}/${name}`, verbs)),
  ];
}

function instanceType(pinned: PinnedData, name: string): InstanceType | undefined {
  const types = pinned.instanceTypes();
  const row = Object.hasOwn(types, name) ? types[name] : undefined;
  return (
    row && {
      architectures: row.arch === '' ? [] : row.arch.split(' '),
      memoryMiB: row.memory,
      vcpus: row.vcpus,
      gpus: row.gpus ?? 0,
    }
  );
}
