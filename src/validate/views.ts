/** A cluster's artifacts, indexed for rules: objects by identity, pods by where they are, templates by stack. */
import type { Artifact, ClusterPlan, JsonObject, JsonValue } from '../model.ts';
import { asList, asObject, asString, get, pointerOf } from './rule.ts';

/** One Kubernetes object of a cluster. `namespace` is '' for cluster-scoped ones and where none is given. */
export interface ObjectView {
  readonly artifact: Artifact;
  readonly object: JsonObject;
  readonly apiVersion: string;
  /** '' for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One pod template (or pod), wherever it stands. */
export interface PodView {
  readonly owner: ObjectView;
  /** Pointer of the template (labels below `/metadata`, spec below `/spec`) inside the owner. */
  readonly pointer: string;
  readonly namespace: string;
  readonly labels: JsonObject;
  readonly spec: JsonObject;
  /** Init containers first. */
  readonly containers: readonly ContainerView[];
}

export interface ContainerView {
  readonly name: string;
  readonly pointer: string;
  readonly value: JsonObject;
  readonly init: boolean;
}

export interface TemplateView {
  readonly artifact: Artifact;
  readonly template: JsonObject;
  /** Stack or pool folder: `cluster`, `node-pool-worker-1`. */
  readonly stack: string;
  readonly resources: JsonObject;
}

export interface ClusterView {
  readonly name: string;
  readonly kubernetes: string;
  readonly plan: ClusterPlan;
  readonly artifacts: readonly Artifact[];
  readonly objects: readonly ObjectView[];
  /** Objects by `kind`. */
  readonly byKind: ReadonlyMap<string, readonly ObjectView[]>;
  readonly pods: readonly PodView[];
  readonly templates: readonly TemplateView[];
  /** One object, or undefined. `namespace` '' for cluster-scoped kinds. */
  readonly find: (kind: string, namespace: string, name: string) => ObjectView | undefined;
  /** Whether a unit declares that something outside provides this name. */
  readonly provided: (kind: string, namespace: string, name: string) => boolean;
}

/** Where the pod template of a kind stands. */
const podTemplates: Readonly<Record<string, readonly (string | number)[]>> = {
  Deployment: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  PodTemplate: ['template'],
  Pod: [],
};

/** Builds the view of one cluster. Objects without a kind or name are left to the schema rules. */
export function viewCluster(plan: ClusterPlan, artifacts: readonly Artifact[]): ClusterView {
  const objects = artifacts.flatMap((artifact) => {
    if (artifact.kind !== 'object') return [];
    const view = viewObject(artifact);
    return view ? [view] : [];
  });
  const byKind = new Map<string, ObjectView[]>();
  const byIdentity = new Map<string, ObjectView>();
  for (const view of objects) {
    const list = byKind.get(view.kind);
    if (list) list.push(view);
    else byKind.set(view.kind, [view]);
    byIdentity.set(`${view.kind}\n${view.namespace}\n${view.name}`, view);
  }
  const provided = new Set(
    plan.units.flatMap((planned) =>
      planned.enabled
        ? planned.unit.provided.map((entry) => `${entry.kind}\n${entry.namespace ?? ''}\n${entry.name}`)
        : [],
    ),
  );
  return {
    name: plan.cluster.name,
    kubernetes: plan.kubernetes,
    plan,
    artifacts,
    objects,
    byKind,
    pods: objects.flatMap((view) => viewPod(view) ?? []),
    templates: artifacts.flatMap((artifact) => viewTemplate(artifact) ?? []),
    find: (kind, namespace, name) => byIdentity.get(`${kind}\n${namespace}\n${name}`),
    provided: (kind, namespace, name) =>
      provided.has(`${kind}\n${namespace}\n${name}`) || provided.has(`${kind}\n\n${name}`),
  };
}

function viewObject(artifact: Artifact): ObjectView | undefined {
  const object = asObject(artifact.value);
  const apiVersion = asString(get(object, 'apiVersion'));
  const kind = asString(get(object, 'kind'));
  const name = asString(get(object, 'metadata', 'name'));
  if (!object || apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  const slash = apiVersion.indexOf('/');
  return {
    artifact,
    object,
    apiVersion,
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    kind,
    namespace: asString(get(object, 'metadata', 'namespace')) ?? '',
    name,
  };
}

/** The pod template of an object of any workload kind; undefined for other kinds. */
export function viewPod(owner: ObjectView): PodView | undefined {
  const path = Object.hasOwn(podTemplates, owner.kind) ? podTemplates[owner.kind] : undefined;
  if (!path) return undefined;
  const template = asObject(get(owner.object, ...path));
  const spec = asObject(get(template, 'spec'));
  if (!template || !spec) return undefined;
  const pointer = pointerOf(...path);
  return {
    owner,
    pointer,
    namespace: owner.namespace,
    labels: asObject(get(template, 'metadata', 'labels')) ?? {},
    spec,
    containers: [...viewContainers(spec, pointer, 'initContainers'), ...viewContainers(spec, pointer, 'containers')],
  };
}

function viewContainers(spec: JsonObject, pointer: string, key: string): readonly ContainerView[] {
  return asList(get(spec, key)).flatMap((value: JsonValue, index) => {
    const container = asObject(value);
    if (!container) return [];
    return [
      {
        name: asString(get(container, 'name')) ?? '',
        pointer: `${pointer}${pointerOf('spec', key, index)}`,
        value: container,
        init: key === 'initContainers',
      },
    ];
  });
}

function viewTemplate(artifact: Artifact): TemplateView | undefined {
  const template = asObject(artifact.value);
  if (artifact.kind !== 'template' || !template) return undefined;
  return {
    artifact,
    template,
    stack: artifact.path.split('/')[1] ?? artifact.path,
    resources: asObject(get(template, 'Resources')) ?? {},
  };
}
