/** Schemas of custom resources, taken from the CustomResourceDefinitions of the same compile. */
import type { JsonObject } from '../../model.ts';
import { asList, asObject, asString, get } from '../rule.ts';
import type { SchemaNode } from './schema.ts';

/** One served version of one custom kind. */
export interface CustomKind {
  readonly crd: JsonObject;
  readonly namespaced: boolean;
  /** undefined when the version keeps everything or says nothing. */
  readonly schema?: SchemaNode;
  readonly served: boolean;
  readonly deprecated: boolean;
  /** Names of all served versions, for messages. */
  readonly versions: readonly string[];
}

const indexes = new WeakMap<readonly JsonObject[], ReadonlyMap<string, CustomKind>>();

/** Kinds by `apiVersion Kind`. The list is indexed once: hand in the same list for every object of a cluster. */
export function indexCrds(crds: readonly JsonObject[]): ReadonlyMap<string, CustomKind> {
  let index = indexes.get(crds);
  if (!index) {
    index = new Map(crds.flatMap(kindsOf));
    indexes.set(crds, index);
  }
  return index;
}

function kindsOf(crd: JsonObject): readonly (readonly [string, CustomKind])[] {
  const group = asString(get(crd, 'spec', 'group'));
  const kind = asString(get(crd, 'spec', 'names', 'kind'));
  if (group === undefined || kind === undefined) return [];
  const versions = asList(get(crd, 'spec', 'versions'))
    .map(asObject)
    .filter((version) => version !== undefined);
  const served = versions.flatMap((version) =>
    version.served === true && typeof version.name === 'string' ? version.name : [],
  );
  return versions.flatMap((version) => {
    const name = asString(version.name);
    if (name === undefined) return [];
    const schema = asObject(get(version, 'schema', 'openAPIV3Schema'));
    const entry: CustomKind = {
      crd,
      namespaced: get(crd, 'spec', 'scope') !== 'Cluster',
      schema: schema as SchemaNode | undefined,
      served: version.served === true,
      deprecated: version.deprecated === true,
      versions: served,
    };
    return [[`${group}/${name} ${kind}`, entry] as const];
  });
}
