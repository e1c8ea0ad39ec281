/** Types that the stages share. Plain data: no behaviour, no I/O. See the design's "Words". */
import type { Place } from './errors.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A path into a JSON value: keys and indices, root first. */
export type JsonPath = readonly (string | number)[];

// ---------------------------------------------------------------------------------------------- sources

/** What a name in a tree is. `other` is a device, a socket or a submodule. */
export type EntryKind = 'file' | 'directory' | 'symlink' | 'other';

/**
 * A tree of source files: the work tree, or a git revision. Paths are relative to the repository root, with forward
 * slashes, `''` for the root. Reading never leaves the root: a path through a symbolic link is an error.
 */
export interface SourceTree {
  /** What a reader calls this tree: `work tree`, or a revision. */
  readonly label: string;
  kind(path: string): EntryKind | undefined;
  /** Names in a directory, sorted by code units; empty when it does not exist. */
  list(directory: string): readonly { readonly name: string; readonly kind: EntryKind }[];
  /** Bytes of a file; undefined when there is none. */
  read(path: string): Uint8Array | undefined;
}

/** Where one value was set: the layer in people's words and its place. */
export interface Origin {
  /** `default`, `environment/production`, `cluster`, `pool master-1`, `fact`, `identity`. */
  readonly layer: string;
  readonly place: Place;
}

/** One link of the chain of a leaf: what a layer set. */
export interface Setting {
  readonly value: JsonValue;
  readonly origin: Origin;
}

/**
 * A merged value with its history. `settings` maps a JSON pointer of every leaf (scalars, lists, empty maps, and
 * removals) to its chain, strongest first: `settings.get('/cpu')[0]` is what holds.
 */
export interface Config {
  readonly value: JsonObject;
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
}

/** The JSON Schema dialect of `config.schema.yaml`. See docs/units.md. */
export interface ConfigSchema {
  readonly type?: SchemaType | readonly SchemaType[];
  readonly description?: string;
  readonly default?: JsonValue;
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: ConfigSchema;
  readonly properties?: Readonly<Record<string, ConfigSchema>>;
  readonly required?: readonly string[];
  /** `false` closes the object; a schema makes it a name-keyed map. `true` is not allowed. */
  readonly additionalProperties?: false | ConfigSchema;
  readonly propertyNames?: ConfigSchema;
  readonly minProperties?: number;
  /** Physical unit of a number or a quantity: `seconds`, `bytes`, `cores`, ... */
  readonly 'x-unit'?: string;
  /** The incumbent's config items that this key replaces. */
  readonly 'x-config-item'?: string | readonly string[];
  /** What a change costs on a running cluster, for reference pages. */
  readonly 'x-change'?: string;
}
export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';

export type UnitKind = 'component' | 'stack' | 'profile' | 'shared';

/** A YAML file as read: its value and the place of every node, by JSON pointer. */
export interface SourceFile {
  readonly file: string;
  readonly value: JsonValue;
  /** Place of the value at a pointer; for a map entry, the place of its key is `keyPlaces`. */
  readonly places: ReadonlyMap<string, Place>;
  readonly keyPlaces: ReadonlyMap<string, Place>;
}

/** A name that a unit's objects refer to and something else provides. */
export interface ProvidedName {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly reason: string;
  readonly place: Place;
}

/** One unit of a channel, whole: what is promoted together. */
export interface Unit {
  readonly channel: string;
  readonly kind: UnitKind;
  readonly name: string;
  /** Folder, relative to the repository root. */
  readonly folder: string;
  /** `component.yaml`, `stack.yaml` or `profile.yaml`; absent for `shared`. */
  readonly manifest?: SourceFile;
  readonly description: string;
  /** Apply order over all units of a cluster; ties by kind, then name. */
  readonly order: number;
  /** Name to `host/repository:tag[@digest]`. */
  readonly images: ReadonlyMap<string, string>;
  readonly schema: ConfigSchema;
  readonly schemaFile: SourceFile;
  /** Layer files by kind, then by value: `layers.get('environment')?.get('production')`. */
  readonly layers: ReadonlyMap<string, ReadonlyMap<string, SourceFile>>;
  /** Path of `main.jsonnet`; absent for `shared`. */
  readonly entry?: string;
  /** Path of `resources.jsonnet` and the stack that its resources join. */
  readonly resources?: { readonly entry: string; readonly stack: string };
  /** For stacks and profiles. */
  readonly deployment?: StackDeployment;
  /** For profiles: AMI id by region, then architecture. */
  readonly amis?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly provided: readonly ProvidedName[];
}

/** What `stack.yaml` and `options.yaml` of `out/` say beside the template. */
export interface StackDeployment {
  /** Physical stack name; `{field}` stands for an identity field of the cluster, `{pool}` for the pool's name. */
  readonly stackName: string;
  readonly capabilities: readonly string[];
  readonly terminationProtection: boolean;
  /** Values may have the placeholders of `stackName`. */
  readonly tags: ReadonlyMap<string, string>;
  /** Stack policy document. */
  readonly policy?: JsonObject;
}

export interface Channel {
  readonly name: string;
  readonly folder: string;
  readonly manifest: SourceFile;
  /** Kubernetes minor, such as `1.34`. */
  readonly kubernetes: string;
  readonly promotesTo?: string;
  /** Layer kinds, weakest first. Each is an identity field of the cluster: `environment`, `region`, ... */
  readonly layerKinds: readonly string[];
  /** Units by name, `shared` among them. */
  readonly units: ReadonlyMap<string, Unit>;
  /** Paths of `lib/*.libsonnet`. */
  readonly library: readonly string[];
}

export interface NodePool {
  readonly name: string;
  readonly profile: string;
  readonly instanceTypes: readonly string[];
  readonly discountStrategy: 'none' | 'spot';
  readonly minSize: number;
  readonly maxSize: number;
  /** The overlay as written. */
  readonly config: JsonObject;
  readonly place: Place;
}

export interface Cluster {
  readonly name: string;
  readonly file: SourceFile;
  readonly factsFile?: SourceFile;
  /** Identity fields as written: id, local_id, channel, environment, region, ... and `name`. */
  readonly identity: JsonObject;
  readonly channel: string;
  /** Units taken from another channel: unit name to channel name. */
  readonly channels: ReadonlyMap<string, string>;
  readonly lifecycleStatus: string;
  readonly nodePools: readonly NodePool[];
  /** `config` as written, by unit name. */
  readonly overlay: JsonObject;
  readonly facts: JsonObject;
}

export interface Repository {
  readonly tree: SourceTree;
  readonly channels: ReadonlyMap<string, Channel>;
  /** Sorted by name. */
  readonly clusters: readonly Cluster[];
}

// ---------------------------------------------------------------------------------------------- merged

/** One unit as one cluster gets it. */
export interface PlannedUnit {
  readonly unit: Unit;
  readonly enabled: boolean;
  readonly config: Config;
  /** For profiles: the pool that names it. */
  readonly pool?: NodePool;
}

/** Everything that compile needs of one cluster: a complete, valid config of every unit. */
export interface ClusterPlan {
  readonly cluster: Cluster;
  /** Kubernetes minor of the cluster's channel. */
  readonly kubernetes: string;
  /** `shared` of every channel that this cluster takes units from, by channel. */
  readonly shared: ReadonlyMap<string, Config>;
  /** Sorted by order, kind, name, pool. Disabled units are listed with `enabled: false`. */
  readonly units: readonly PlannedUnit[];
}

/** What the schema says of a key, for people. */
export interface KeyMeaning {
  readonly description?: string;
  readonly type: string;
  readonly format?: string;
  readonly unit?: string;
  readonly enum?: readonly JsonValue[];
  readonly default?: JsonValue;
  /** The incumbent's config items that the key replaces. */
  readonly configItems: readonly string[];
  /** What a change costs on a running cluster. */
  readonly change?: string;
  /** Where the schema declares it; absent for fields that weir itself declares. */
  readonly place?: Place;
}

/** One leaf of an explained path. */
export interface ExplainedLeaf {
  /** As `weir explain` takes it: `external-dns.policy`. */
  readonly path: string;
  /** Absent for an entry that a layer removed. */
  readonly value?: JsonValue;
  /** Strongest first; the first one holds. Empty where nobody can set it. */
  readonly chain: readonly Setting[];
  readonly meaning?: KeyMeaning;
}

/** Answer of `weir explain CLUSTER PATH`: a value, how it came to be, and what it means. */
export interface Explanation {
  readonly cluster: string;
  readonly path: string;
  /** The unit that the path leads into, and how the cluster has it. */
  readonly unit?: {
    readonly kind: UnitKind;
    readonly name: string;
    readonly channel: string;
    readonly enabled: boolean;
  };
  readonly pool?: string;
  /** Absent when a layer removed it. */
  readonly value?: JsonValue;
  readonly meaning?: KeyMeaning;
  /** Every leaf at and below the path, in the order of the config. */
  readonly leaves: readonly ExplainedLeaf[];
}

// ---------------------------------------------------------------------------------------------- artifacts

export interface UnitRef {
  readonly kind: UnitKind;
  readonly name: string;
}

export type ArtifactKind = 'plan' | 'object' | 'template' | 'deployment' | 'options' | 'userdata';

/** One file of `out/`, in memory. Values are shared between clusters that agree: compare by reference first. */
export interface Artifact {
  readonly cluster: string;
  /** Relative to `out/<cluster>/`, forward slashes. */
  readonly path: string;
  readonly kind: ArtifactKind;
  readonly unit: UnitRef;
  readonly pool?: string;
  readonly value: JsonValue;
}

/** Where a node of an artifact came from, by the engine's trace. */
export interface Provenance {
  /** The Jsonnet expression that made it. */
  readonly source: Place;
  /** Call sites from the entry file to it, outermost first. */
  readonly calls: readonly Place[];
  /** The settings of the config keys that were read while it was made: pointer in the cluster's config, and its chain. */
  readonly overlay: readonly { readonly path: string; readonly settings: readonly Setting[] }[];
}

/** `locate(artifact, pointer)`: undefined when the artifact has no such node or was not compiled here. */
export type Locate = (artifact: Artifact, pointer: string) => Provenance | undefined;

// ---------------------------------------------------------------------------------------------- findings

export type Severity = 'error' | 'warning' | 'info';

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong and what to do, for people. */
  readonly message: string;
  /** The clusters that have it, sorted. */
  readonly clusters: readonly string[];
  /** Relative to the cluster's folder of `out/`; absent for findings about sources. */
  readonly artifact?: string;
  /** JSON pointer inside the artifact. */
  readonly pointer?: string;
  /** The line in `out/` of the first cluster. */
  readonly output?: Place;
  /** The line to fix. */
  readonly source?: Place;
  /** The overlay line of the config key involved, where there is one. */
  readonly overlay?: Place;
  /** Further places of the chain at which a suppression counts. */
  readonly chain?: readonly Place[];
  /** True for findings that depend on the date: they never change the exit status. */
  readonly dated?: boolean;
}

/** A kind that could not be checked, by name: never a pass. */
export interface Unchecked {
  readonly rule: string;
  readonly what: string;
  readonly reason: string;
  readonly clusters: readonly string[];
}

// ---------------------------------------------------------------------------------------------- changes

/**
 * What a change does to a running cluster, the loudest first. The order is the order of reports and of limits such as
 * `--fail-on nodes-roll`.
 */
export const impacts = [
  'update-fails',
  'data-destroyed',
  'replaced',
  'nodes-roll',
  'control-plane-restarts',
  'pods-restart',
  'removed',
  'access-widened',
  'created',
  'updated',
  'next-run',
  'no-effect',
] as const;
export type Impact = (typeof impacts)[number];

/** One consequence, as an impact rule states it. `rule` names its page in docs/impacts/. */
export interface ImpactNote {
  readonly impact: Impact;
  readonly rule: string;
  /** What happens, for people: "3 nodes of pool worker-1 are replaced, one after the other". */
  readonly text: string;
}

/**
 * One difference inside an artifact. `changed` has both values; `moved` is the same item at another place of a list whose
 * order counts; `reordered` one whose order does not; `rewritten` is the same meaning in other words (`1Gi`, `1024Mi`).
 */
export type FieldChangeKind = 'added' | 'removed' | 'changed' | 'moved' | 'reordered' | 'rewritten';

/** One step of a path for people: a key, or an item of a list by what identifies it. */
export type FieldStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'item'; readonly by: string; readonly value: string }
  | { readonly kind: 'index'; readonly index: number }
  /** Inside a text that was read as a document: `json`, `yaml`, `user data`, `policy`. */
  | { readonly kind: 'document'; readonly format: string };

export interface FieldChange {
  readonly kind: FieldChangeKind;
  readonly path: readonly FieldStep[];
  /** JSON pointers in the old and the new artifact, of the node itself or, inside a document, of the text that holds it. */
  readonly beforePointer?: string;
  readonly afterPointer?: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** True where the values are secret by what the object is: reports say that they differ, and no more. */
  readonly masked: boolean;
  readonly impacts: readonly ImpactNote[];
}

export type ObjectAction = 'created' | 'removed' | 'changed' | 'renamed';

/** What an applier knows as one thing: a Kubernetes object, a resource of a template, or the rest of a stack. */
export interface Subject {
  readonly type: 'object' | 'resource' | 'stack' | 'cluster';
  /** `Deployment`, `AWS::EC2::LaunchTemplate`, `stack`, `cluster`. */
  readonly kind: string;
  /** apiVersion without its version for objects; the stack for resources. */
  readonly group: string;
  /** '' where there is none. */
  readonly namespace: string;
  readonly name: string;
}

/** Everything that changes about one subject on one cluster. */
export interface ObjectChange {
  readonly cluster: string;
  readonly unit: UnitRef;
  readonly pool?: string;
  readonly subject: Subject;
  /** The old subject of a rename. */
  readonly from?: Subject;
  readonly action: ObjectAction;
  readonly beforePath?: string;
  readonly afterPath?: string;
  readonly fields: readonly FieldChange[];
  /** Consequences of the whole: creation, removal, and what is propagated from elsewhere. */
  readonly impacts: readonly ImpactNote[];
}

/** Why something changed: the line, and what stood there. */
export interface Cause {
  /** `overlay`: a key of a cluster, pool or layer; `default`: of a schema; `image`; `code`; `facts`; `identity`; `channel`. */
  readonly kind: 'overlay' | 'default' | 'image' | 'code' | 'facts' | 'identity' | 'channel' | 'unknown';
  /** For people: `external-dns.policy`, `image coredns`, `lib/kube.libsonnet`. */
  readonly name: string;
  readonly place?: Place;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** One value of a group's field, and the clusters that have it. Strings carry `{name}` where a cluster's own identity or fact stood. */
export interface FieldVariant {
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly clusters: readonly string[];
}

/** The same field of the same thing on many clusters. The first variant is the most common one. */
export interface FieldGroup {
  readonly kind: FieldChangeKind;
  readonly path: readonly FieldStep[];
  /** The path for people: `spec.template.spec.containers[name=web].image`. */
  readonly label: string;
  readonly masked: boolean;
  readonly impacts: readonly ImpactNote[];
  readonly variants: readonly FieldVariant[];
}

/** A consequence with what differs between clusters: `3 nodes ...` here, `5 nodes ...` there. */
export interface NoteGroup {
  readonly impact: Impact;
  readonly rule: string;
  readonly texts: readonly { readonly text: string; readonly clusters: readonly string[] }[];
}

/** One change, shown once, on all clusters that have it. */
export interface ChangeGroup {
  /** Stable over runs on the same change: 12 hex digits. */
  readonly id: string;
  readonly unit: UnitRef;
  readonly subject: Subject;
  readonly from?: Subject;
  readonly action: ObjectAction;
  /** The loudest of `notes`. */
  readonly impact: Impact;
  readonly notes: readonly NoteGroup[];
  readonly fields: readonly FieldGroup[];
  readonly clusters: readonly string[];
  /** Node pools whose stacks have it. */
  readonly pools: readonly string[];
  readonly cause: Cause;
  /** Where to look: a file of one of the clusters. */
  readonly example: { readonly cluster: string; readonly beforePath?: string; readonly afterPath?: string };
}

/** A cause above its effects. */
export interface CauseGroup {
  readonly cause: Cause;
  readonly impact: Impact;
  readonly clusters: readonly string[];
  /** The loudest first. */
  readonly groups: readonly ChangeGroup[];
}

export interface ClusterSummary {
  readonly name: string;
  readonly channel: string;
  readonly environment: string;
  readonly region: string;
  /** Undefined where nothing changes. */
  readonly impact?: Impact;
  /** Ids of its groups. */
  readonly groups: readonly string[];
}

/** Everything that a change does to a fleet. */
export interface FleetDiff {
  readonly base: string;
  readonly head: string;
  /** The loudest impact; undefined when nothing changes. */
  readonly impact?: Impact;
  /** The loudest first. */
  readonly causes: readonly CauseGroup[];
  /** Sorted by name; those without a change too. */
  readonly clusters: readonly ClusterSummary[];
  /** Changed objects, resources and stacks, counted on every cluster. */
  readonly changes: number;
}
