/** Results of a cluster's entries -> its artifacts, and where each artifact came from. */
import type { Place, Problem } from '../errors.ts';
import type { Artifact, ClusterPlan, JsonObject, JsonValue, PlannedUnit, UnitRef } from '../model.ts';
import {
  type ContractFault,
  checkObjects,
  checkProfile,
  checkResources,
  checkTemplate,
  joinedSections,
  type NamedObject,
} from './contract.ts';
import type { EntryRun } from './failures.ts';
import { compareText, isObject, objectOf, own } from './json.ts';
import { describeIdentity } from './names.ts';
import { findUserData } from './userdata.ts';

/** One distinct result of an entry, judged once for all clusters that have it. */
export interface UnitResult {
  /** Tells distinct results apart. */
  readonly id: number;
  readonly value: JsonValue;
  readonly faults: readonly ContractFault[];
  readonly objects?: readonly NamedObject[];
  /** A stack's or a pool's template. */
  readonly template?: JsonObject;
  /** What a `resources.jsonnet` adds to a stack. */
  readonly resources?: JsonObject;
  /** Where `objects` or `template` stand in the value. */
  readonly prefix: readonly string[];
}

/** Judges a result by the kind of its entry. */
export function judgeResult(
  id: number,
  value: JsonValue,
  kind: 'component' | 'stack' | 'profile' | 'resources',
): UnitResult {
  switch (kind) {
    case 'component':
      return { id, value, prefix: [], ...checkObjects(value) };
    case 'stack': {
      const faults = checkTemplate(value);
      return { id, value, prefix: [], faults, ...(isObject(value) ? { template: value } : {}) };
    }
    case 'resources': {
      const faults = checkResources(value);
      return { id, value, prefix: [], faults, ...(isObject(value) ? { resources: value } : {}) };
    }
    case 'profile': {
      const { result, faults } = checkProfile(value);
      const prefix = result === undefined ? [] : ['template' in result ? 'template' : 'objects'];
      return { id, value, prefix, faults, ...result };
    }
  }
}

/** A part of an artifact: which run made it, and where the artifact's root stands in that run's result. */
export interface Part {
  readonly run: EntryRun;
  readonly result: UnitResult;
  readonly prefix: readonly string[];
}

/** Where the nodes of an artifact came from. */
export type ArtifactSource =
  | { readonly kind: 'part'; readonly part: Part }
  /** A template that several entries made: section and logical id say which. */
  | { readonly kind: 'joined'; readonly parts: readonly Part[] }
  /** User data: decoded from a node of the template of these parts. */
  | { readonly kind: 'decoded'; readonly parts: readonly Part[]; readonly path: readonly string[] }
  /** What the unit's manifest says, at a pointer of it. */
  | { readonly kind: 'manifest'; readonly planned: PlannedUnit };

/** What one cluster's runs gave. */
export interface ClusterResults {
  readonly plan: ClusterPlan;
  /** In plan order: the enabled units with what their entries returned. */
  readonly units: readonly {
    readonly planned: PlannedUnit;
    readonly main?: Part;
    readonly resources?: Part;
  }[];
}

export interface AssembledCluster {
  readonly artifacts: readonly Artifact[];
  readonly sources: ReadonlyMap<string, ArtifactSource>;
}

/** Assembles clusters. Templates that the same parts make are made once, and shared. */
export class Assembler {
  readonly problems: Problem[] = [];
  readonly #templates = new Map<string, JsonObject>();
  readonly #userData = new WeakMap<JsonObject, ReturnType<typeof findUserData>>();
  readonly #place: (part: Part, path: readonly string[]) => Place;

  /** `place` finds the Jsonnet line of a node of a part, for problems. */
  constructor(place: (part: Part, path: readonly string[]) => Place) {
    this.#place = place;
  }

  assemble(results: ClusterResults): AssembledCluster {
    const cluster = new ClusterBuilder(results.plan);
    const order: JsonValue[] = [];
    for (const { planned, main } of results.units) {
      const { unit, pool } = planned;
      const ref: UnitRef = { kind: unit.kind, name: unit.name };
      const folder = pool === undefined ? unit.name : `node-pool-${pool.name}`;
      if (main === undefined) continue;
      if (main.result.objects !== undefined) {
        this.#objects(cluster, main, ref, folder, pool?.name);
        if (main.result.objects.length > 0) order.push(stepOf(planned));
      } else if (main.result.template !== undefined) {
        this.#template(cluster, results, planned, main, ref, folder);
        order.push(stepOf(planned));
      }
    }
    if (results.plan.units.length > 0) {
      const value = objectOf([
        ['cluster', results.plan.cluster.name],
        ['order', order],
      ]);
      cluster.add('plan.yaml', 'plan', { kind: 'shared', name: 'shared' }, value, undefined);
    }
    this.problems.push(...cluster.problems);
    return cluster.finish();
  }

  #objects(cluster: ClusterBuilder, part: Part, unit: UnitRef, folder: string, pool: string | undefined): void {
    for (const object of part.result.objects ?? []) {
      const inner: Part = { ...part, prefix: [...part.result.prefix, object.key] };
      const earlier = cluster.claim(object.fileName, inner);
      if (earlier !== undefined) {
        this.#conflict(cluster, `${describeIdentity(object.identity)} exists twice`, inner, [], earlier, []);
        continue;
      }
      const path = `kubernetes/${folder}/${object.fileName}`;
      cluster.add(path, 'object', unit, object.value, { kind: 'part', part: inner }, pool);
    }
  }

  #template(
    cluster: ClusterBuilder,
    results: ClusterResults,
    planned: PlannedUnit,
    main: Part,
    unit: UnitRef,
    folder: string,
  ): void {
    const own: Part = { ...main, prefix: main.result.prefix };
    const joining = results.units.flatMap(({ planned: other, resources }) =>
      resources !== undefined && unit.kind === 'stack' && other.unit.resources?.stack === unit.name ? [resources] : [],
    );
    const parts = [own, ...joining];
    const template = this.#join(cluster, parts);
    const directory = `cloudformation/${folder}`;
    const pool = planned.pool?.name;
    cluster.add(`${directory}/template.yaml`, 'template', unit, template, { kind: 'joined', parts }, pool);
    this.#deployment(cluster, planned, unit, directory);

    const userData = this.#decode(template);
    const distinct = new Set(userData.map(({ text }) => text));
    for (const { logicalId, path, text } of userData) {
      // Pools have one text, whatever the number of their launch templates.
      const name = distinct.size === 1 ? 'userdata.yaml' : `userdata-${logicalId}.yaml`;
      if (cluster.has(`${directory}/${name}`)) continue;
      cluster.add(`${directory}/${name}`, 'userdata', unit, text, { kind: 'decoded', parts, path }, pool);
    }
  }

  #decode(template: JsonObject): ReturnType<typeof findUserData> {
    let found = this.#userData.get(template);
    if (found === undefined) {
      found = findUserData(template);
      this.#userData.set(template, found);
    }
    return found;
  }

  /** A template with what components add to it. A logical id exists once. */
  #join(cluster: ClusterBuilder, parts: readonly Part[]): JsonObject {
    const [main, ...joining] = parts;
    if (main === undefined) return objectOf([]);
    const base = main.result.template ?? objectOf([]);
    if (joining.length === 0) return base;
    const key = parts.map((part) => part.result.id).join(',');
    const known = this.#templates.get(key);
    if (known !== undefined) return known;
    const sections = new Map<string, JsonValue>(Object.entries(base));
    let conflicts = false;
    for (const section of joinedSections) {
      const entries = new Map<string, { readonly value: JsonValue; readonly part: Part }>();
      for (const part of parts) {
        const content = own(part.result.template ?? part.result.resources ?? {}, section);
        if (!isObject(content)) continue;
        for (const [id, value] of Object.entries(content)) {
          const earlier = entries.get(id);
          if (earlier === undefined) entries.set(id, { value, part });
          else {
            conflicts = true;
            this.#conflict(
              cluster,
              `${section} has ${JSON.stringify(id)} twice in the stack`,
              part,
              [section, id],
              earlier.part,
              [section, id],
            );
          }
        }
      }
      if (entries.size > 0) {
        const sorted = [...entries].sort(([a], [b]) => compareText(a, b));
        sections.set(section, objectOf(sorted.map(([id, { value }]) => [id, value])));
      }
    }
    const template = objectOf([...sections].sort(([a], [b]) => compareText(a, b)));
    // A conflict is a problem of every cluster that has it, so it is found anew for each.
    if (!conflicts) this.#templates.set(key, template);
    return template;
  }

  /** The deployment file of CloudFormation Git sync, and what that format has no word for. */
  #deployment(cluster: ClusterBuilder, planned: PlannedUnit, unit: UnitRef, directory: string): void {
    const { deployment } = planned.unit;
    if (deployment === undefined) {
      this.problems.push({
        message: `${unit.kind}/${unit.name}: a template needs a stack name: give the manifest a \`name\`.`,
        place: manifestPlace(planned, ''),
        clusters: [cluster.name],
      });
      return;
    }
    const fill = (text: string): string => this.#fill(cluster, planned, text);
    const tags = [...deployment.tags].map(([key, value]) => [key, fill(value)] as const);
    const source: ArtifactSource = { kind: 'manifest', planned };
    const pool = planned.pool?.name;
    const stack = objectOf([
      ['template-file-path', `out/${cluster.name}/${directory}/template.yaml`],
      ['parameters', objectOf([])],
      ['tags', objectOf(tags)],
    ]);
    cluster.add(`${directory}/stack.yaml`, 'deployment', unit, stack, source, pool);
    const name = fill(deployment.stackName);
    // docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, StackName
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) {
      this.problems.push({
        message: `${unit.kind}/${unit.name}: ${JSON.stringify(name)} is no stack name: a letter, then at most 127 letters, digits and hyphens.`,
        place: manifestPlace(planned, '/name'),
        clusters: [cluster.name],
      });
    }
    const options = objectOf([
      ['stack-name', name],
      ['capabilities', [...deployment.capabilities]],
      ['termination-protection', deployment.terminationProtection],
      ...(deployment.policy === undefined ? [] : [['stack-policy', deployment.policy] as const]),
    ]);
    cluster.add(`${directory}/options.yaml`, 'options', unit, options, source, pool);
  }

  /** Fills `{field}` of the cluster's identity and `{pool}`. */
  #fill(cluster: ClusterBuilder, planned: PlannedUnit, text: string): string {
    return text.replace(/\{([^{}]*)\}/g, (whole, field: string) => {
      if (field === 'pool' && planned.pool !== undefined) return planned.pool.name;
      const value = own(cluster.plan.cluster.identity, field);
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
      const { unit } = planned;
      this.problems.push({
        message: `${unit.kind}/${unit.name}: ${whole} in ${JSON.stringify(text)} is no identity field of the cluster.`,
        place: manifestPlace(planned, '/name'),
        clusters: [cluster.name],
      });
      return whole;
    });
  }

  #conflict(
    cluster: ClusterBuilder,
    what: string,
    part: Part,
    path: readonly string[],
    earlier: Part,
    earlierPath: readonly string[],
  ): void {
    const place = this.#place(part, path);
    const other = this.#place(earlier, earlierPath);
    const name = (each: Part) => `${each.run.planned.unit.kind}/${each.run.planned.unit.name}`;
    this.problems.push({
      message: `${name(part)}: ${what}: here, and in ${name(earlier)} at ${other.file}:${other.line}:${other.column}. Keep one.`,
      place,
      clusters: [cluster.name],
    });
  }
}

function manifestPlace(planned: PlannedUnit, pointer: string): Place {
  const { manifest, folder } = planned.unit;
  return manifest?.places.get(pointer) ?? { file: manifest?.file ?? folder, line: 1, column: 1 };
}

/** One line of plan.yaml. */
function stepOf(planned: PlannedUnit): JsonValue {
  const { unit, pool } = planned;
  return pool === undefined ? objectOf([[unit.kind, unit.name]]) : objectOf([['node-pool', pool.name]]);
}

class ClusterBuilder {
  readonly plan: ClusterPlan;
  readonly name: string;
  readonly problems: Problem[] = [];
  readonly #artifacts: Artifact[] = [];
  readonly #sources = new Map<string, ArtifactSource>();
  readonly #paths = new Set<string>();
  readonly #identities = new Map<string, Part>();

  constructor(plan: ClusterPlan) {
    this.plan = plan;
    this.name = plan.cluster.name;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** Takes an object's identity; returns who has it already. */
  claim(identity: string, part: Part): Part | undefined {
    const earlier = this.#identities.get(identity);
    if (earlier === undefined) this.#identities.set(identity, part);
    return earlier;
  }

  add(
    path: string,
    kind: Artifact['kind'],
    unit: UnitRef,
    value: JsonValue,
    source: ArtifactSource | undefined,
    pool?: string,
  ): void {
    if (this.#paths.has(path)) {
      // A stack that is called like a pool's folder, say.
      this.problems.push({
        message: `Two units write out/${this.name}/${path}; one is ${unit.kind}/${unit.name}. Rename it, or the pool.`,
        clusters: [this.name],
      });
      return;
    }
    this.#paths.add(path);
    const artifact = { cluster: this.name, path, kind, unit, value };
    this.#artifacts.push(pool === undefined ? artifact : { ...artifact, pool });
    if (source !== undefined) this.#sources.set(path, source);
  }

  finish(): AssembledCluster {
    return {
      artifacts: this.#artifacts.sort((a, b) => compareText(a.path, b.path)),
      sources: this.#sources,
    };
  }
}
