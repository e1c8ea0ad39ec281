/** One state of one cluster, indexed for impact rules. Built when a rule first asks. */
import type { Artifact, JsonObject, JsonValue, Subject } from '../model.ts';
import { asObject, asString, get } from './path.ts';
import { type ClusterFacts, stackFolder, subjectKey } from './subjects.ts';
import { resolveTemplate } from './template.ts';

export interface TemplateState {
  readonly stack: string;
  readonly artifact: Artifact;
  readonly template: JsonObject;
  readonly resources: JsonObject;
}

export interface ClusterState {
  readonly cluster: ClusterFacts;
  /** Kubernetes minor, such as `1.34`; '' where it is not known. */
  readonly kubernetes: string;
  readonly objects: () => readonly { readonly subject: Subject; readonly value: JsonValue }[];
  readonly templates: () => readonly TemplateState[];
  /** An object or resource by its subject. */
  readonly find: (subject: Subject) => JsonValue | undefined;
}

/** `artifacts` are all of the cluster; parsing them may be put off until the state is asked for. */
export function clusterState(
  cluster: ClusterFacts,
  kubernetes: string,
  artifacts: () => readonly Artifact[],
): ClusterState {
  const all = once(artifacts);
  const deployments = once(() => deploymentParameters(all()));
  const objects = once(() =>
    all().flatMap((artifact) => {
      if (artifact.kind !== 'object') return [];
      const apiVersion = asString(get(artifact.value, 'apiVersion')) ?? '';
      const subject: Subject = {
        type: 'object',
        kind: asString(get(artifact.value, 'kind')) ?? '',
        group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
        namespace: asString(get(artifact.value, 'metadata', 'namespace')) ?? '',
        name: asString(get(artifact.value, 'metadata', 'name')) ?? '',
      };
      return [{ subject, value: artifact.value }];
    }),
  );
  const templates = once(() =>
    all().flatMap((artifact): readonly TemplateState[] => {
      const raw = asObject(artifact.value);
      if (artifact.kind !== 'template' || !raw) return [];
      const stack = stackFolder(artifact);
      const template = resolveTemplate(raw, {
        region: cluster.region,
        account: cluster.account,
        parameters: deployments().get(stack) ?? {},
      });
      return [{ stack, artifact, template, resources: asObject(get(template, 'Resources')) ?? {} }];
    }),
  );
  const byKey = once(() => new Map(objects().map((entry) => [subjectKey(entry.subject), entry.value])));
  return {
    cluster,
    kubernetes,
    objects,
    templates,
    find: (subject) => {
      if (subject.type === 'object') return byKey().get(subjectKey(subject));
      if (subject.type !== 'resource') return undefined;
      const state = templates().find((template) => template.stack === subject.group);
      const section = subject.kind === 'Output' ? get(state?.template, 'Outputs') : state?.resources;
      return get(section, subject.name);
    },
  };
}

/** Parameters of the deployment files, by stack folder. */
export function deploymentParameters(artifacts: readonly Artifact[]): ReadonlyMap<string, JsonObject> {
  return new Map(
    artifacts.flatMap((artifact) =>
      artifact.kind === 'deployment'
        ? [[stackFolder(artifact), asObject(get(artifact.value, 'parameters')) ?? {}] as const]
        : [],
    ),
  );
}

function once<T>(make: () => T): () => T {
  let value: { readonly result: T } | undefined;
  return () => {
    value ??= { result: make() };
    return value.result;
  };
}
