/** Deletions, for people, for programs, and in the form of the incumbent's `deletions.yaml`. */
import { plain } from '../escape.ts';

export interface DeletionReport {
  readonly cluster: string;
  readonly deletions: readonly {
    readonly type: 'object' | 'stack';
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly from: string;
  }[];
}

export function deletionsText(clusters: readonly DeletionReport[]): string {
  const touched = clusters.filter((cluster) => cluster.deletions.length > 0);
  if (touched.length === 0) return 'nothing to delete\n';
  return touched
    .map(({ cluster, deletions }) => {
      const lines = deletions.map(
        ({ kind, namespace, name, from }) =>
          `  ${kind} ${namespace === '' ? '' : `${plain(namespace)}/`}${plain(name)}  (${plain(from)})\n`,
      );
      return `${plain(cluster)}\n${lines.join('')}`;
    })
    .join('');
}

export function deletionsJson(clusters: readonly DeletionReport[]): string {
  return `${JSON.stringify(clusters, null, 2)}\n`;
}

/** A value for each cluster: `pre_apply` is empty, because nothing here needs to go before the new state is applied. */
export function incumbentDeletions(report: DeletionReport) {
  return {
    pre_apply: [],
    post_apply: report.deletions
      .filter((deletion) => deletion.type === 'object')
      .map(({ kind, namespace, name }) => ({ kind, name, ...(namespace === '' ? {} : { namespace }) })),
  };
}
