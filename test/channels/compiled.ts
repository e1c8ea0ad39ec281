/** Compiles clusters of this repository for the tests of its channels. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { compilePlans, loadFleet } from '../../src/commands/shared/context.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import type { Artifact, JsonObject, JsonValue, SourceTree } from '../../src/model.ts';

/** Root of this repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** One Kubernetes object of one cluster, and the unit that it came from. */
export interface CompiledObject {
  readonly unit: string;
  readonly value: JsonObject;
}

/** Objects of the named clusters, by cluster. */
export async function compileObjects(
  clusters: readonly string[],
  tree: SourceTree = openWorkTree(root),
): Promise<ReadonlyMap<string, readonly CompiledObject[]>> {
  const fleet = loadFleet(tree, { clusters });
  const { artifacts } = await compilePlans(fleet.repository, fleet.plans);
  return new Map(clusters.map((cluster) => [cluster, artifacts.flatMap((artifact) => objectOf(artifact, cluster))]));
}

/** Artifacts of the named clusters: templates and user data too. */
export async function compileArtifacts(clusters: readonly string[]): Promise<readonly Artifact[]> {
  const fleet = loadFleet(openWorkTree(root), { clusters });
  return (await compilePlans(fleet.repository, fleet.plans)).artifacts;
}

/** Objects of one cluster with other overlays for some units than its file has: `config` is by unit. */
export async function compileVariant(cluster: string, config: JsonObject): Promise<readonly CompiledObject[]> {
  const base = openWorkTree(root);
  const path = `clusters/${cluster}.yaml`;
  const tree: SourceTree = {
    label: base.label,
    kind: (name) => base.kind(name),
    list: (directory) => base.list(directory),
    read: (name) => {
      const bytes = base.read(name);
      if (name !== path || bytes === undefined) return bytes;
      const file = parse(new TextDecoder().decode(bytes)) as JsonObject;
      return new TextEncoder().encode(stringify({ ...file, config: { ...(file.config as JsonObject), ...config } }));
    },
  };
  return (await compileObjects([cluster], tree)).get(cluster) ?? [];
}

function objectOf(artifact: Artifact, cluster: string): readonly CompiledObject[] {
  if (artifact.cluster !== cluster || artifact.kind !== 'object') return [];
  return [{ unit: artifact.unit.name, value: artifact.value as JsonObject }];
}

/** The value at a path; undefined where there is none. */
export function at(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  let node = value;
  for (const key of path) {
    if (node === null || typeof node !== 'object') return undefined;
    node = (node as Readonly<Record<string, JsonValue>>)[key];
  }
  return node;
}

/** The list at a path; empty where there is none. */
export function list(value: JsonValue | undefined, ...path: readonly (string | number)[]): readonly JsonValue[] {
  const node = at(value, ...path);
  return Array.isArray(node) ? node : [];
}

/** The objects of one kind. */
export function ofKind(objects: readonly CompiledObject[], kind: string): readonly JsonObject[] {
  return objects.filter((object) => object.value.kind === kind).map((object) => object.value);
}

export function nameOf(object: JsonObject): string {
  return String(at(object, 'metadata', 'name'));
}
