/** Findings for programs. The shape is `schemas/findings.schema.json`; `version` changes when it breaks. */
import { type CheckReport, failed } from './report.ts';

export function findingsJson(report: CheckReport): string {
  const result = {
    version: 1,
    ok: !failed(report),
    clusters: report.clusters,
    artifacts: report.artifacts,
    suppressed: report.suppressed,
    findings: report.findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      clusters: finding.clusters,
      artifact: finding.artifact ?? null,
      pointer: finding.pointer ?? null,
      output: finding.output ?? null,
      source: finding.source ?? null,
      overlay: finding.overlay ?? null,
      dated: finding.dated === true,
    })),
    unchecked: report.unchecked,
    stale: report.stale,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
