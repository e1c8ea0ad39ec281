/** Schema issues of one cluster's objects, judged once for all rules that report a part of them. */
import type { Artifact, JsonObject } from '../../model.ts';
import { asObject, asString, type ClusterRule, get, type Report, type RuleData, type SchemaIssue } from '../rule.ts';
import type { ClusterView } from '../views.ts';
import type { SchemaCode } from './schema.ts';

/** One object with its verdict; `issues` is undefined when its kind has no schema. */
export interface JudgedObject {
  readonly artifact: Artifact;
  readonly object: JsonObject;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly issues: readonly SchemaIssue[] | undefined;
}

const judged = new WeakMap<ClusterView, WeakMap<RuleData, readonly JudgedObject[]>>();

/** Every object of the cluster with its verdict, also objects that lack a kind or a name. */
export function judgeObjects(cluster: ClusterView, data: RuleData): readonly JudgedObject[] {
  const byData = judged.get(cluster) ?? new WeakMap<RuleData, readonly JudgedObject[]>();
  judged.set(cluster, byData);
  let result = byData.get(data);
  if (!result) {
    const crds = (cluster.byKind.get('CustomResourceDefinition') ?? []).map((view) => view.object);
    result = cluster.artifacts.flatMap((artifact): readonly JudgedObject[] => {
      const object = artifact.kind === 'object' ? asObject(artifact.value) : undefined;
      if (!object) return [];
      return [
        {
          artifact,
          object,
          apiVersion: asString(get(object, 'apiVersion')) ?? '',
          kind: asString(get(object, 'kind')) ?? '',
          name: asString(get(object, 'metadata', 'name')) ?? '',
          issues: data.validateObject(cluster.kubernetes, object, crds),
        },
      ];
    });
    byData.set(data, result);
  }
  return result;
}

/** The head of a message: which object it is about. */
export function titleOf(entry: { readonly kind: string; readonly name: string }): string {
  return `${entry.kind || 'object'} ${entry.name || 'without a name'}`;
}

/** The check of a rule that reports the issues of some codes. */
export function reportCodes(...codes: readonly SchemaCode[]): ClusterRule['check'] {
  const wanted: ReadonlySet<string> = new Set(codes);
  return (cluster, report: Report, _unchecked, data) => {
    for (const entry of judgeObjects(cluster, data)) {
      for (const issue of entry.issues ?? []) {
        if (wanted.has(issue.code)) report(entry.artifact, issue.pointer, `${titleOf(entry)}: ${issue.message}`);
      }
    }
  };
}
