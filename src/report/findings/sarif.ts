/**
 * Findings as SARIF 2.1.0, for code scanning. GitHub shows at most 5,000 results of 25,000 accepted and 1,000 locations
 * of one; a finding on many clusters is one result whose further places are related locations.
 */
import { createHash } from 'node:crypto';
import type { Place } from '../../errors.ts';
import type { Finding } from '../../model.ts';
import { type CheckReport, clusterText, mainPlace, type RuleInfo, staleRemedy } from './report.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;
/** GitHub's limit of results in one run. */
const resultLimit = 25_000;
/** Places in `out/` that one result names beside its source. */
const relatedLimit = 100;

export function findingsSarif(report: CheckReport, version: string): string {
  const rules = ruleTable(report);
  const indices = new Map(rules.map((rule, index) => [rule.id, index]));
  const results = [
    ...report.findings.map((finding) => result(finding, indices)),
    ...report.stale.map((file) => ({
      ruleId: 'stale-output',
      ruleIndex: indices.get('stale-output'),
      level: 'error',
      message: { text: `The file is not what the sources compile to. Run: ${staleRemedy(report.stale)}` },
      locations: [location({ file: file.file, line: 1, column: 1 })],
      partialFingerprints: { 'weir/v1': fingerprint('stale-output', file.file) },
    })),
  ].slice(0, resultLimit);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'weir',
            semanticVersion: version,
            rules: rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.title },
              help: { text: `docs/rules/${rule.id}.md, or: npx weir rules ${rule.id}` },
              defaultConfiguration: { level: levels[rule.severity] },
              properties: { tags: [rule.family] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: report.unchecked.map((entry) => ({
              level: 'note',
              message: { text: `Could not check ${entry.what}: ${entry.reason} (${clusterText(entry.clusters)})` },
            })),
          },
        ],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Rules that ran, and ids that only findings have (suppressions, stale output). */
function ruleTable(report: CheckReport): readonly RuleInfo[] {
  const known = new Set(report.rules.map((rule) => rule.id));
  const further = [...new Set(report.findings.map((finding) => finding.rule))].filter((id) => !known.has(id)).sort();
  return [
    ...report.rules,
    ...further.map((id) => ({ id, family: 'suppression', severity: 'error' as const, title: id })),
    { id: 'stale-output', family: 'output', severity: 'error', title: 'committed out/ equals a fresh compile' },
  ];
}

function result(finding: Finding, indices: ReadonlyMap<string, number>) {
  const place = mainPlace(finding);
  const related = [
    ...(finding.overlay && finding.overlay !== place ? [{ place: finding.overlay, text: 'set here' }] : []),
    ...(finding.output && finding.output !== place ? [{ place: finding.output, text: 'shows here' }] : []),
    ...(finding.artifact === undefined
      ? []
      : finding.clusters.slice(1).map((cluster) => ({
          place: { file: `out/${cluster}/${finding.artifact}`, line: 1, column: 1 },
          text: `also on ${cluster}`,
        }))),
  ].slice(0, relatedLimit);
  const where =
    finding.clusters.length > 0
      ? ` (${finding.clusters.length === 1 ? 'on ' : ''}${clusterText(finding.clusters)})`
      : '';
  return {
    ruleId: finding.rule,
    ruleIndex: indices.get(finding.rule),
    level: finding.dated ? 'note' : levels[finding.severity],
    message: { text: `${finding.message}${where}` },
    locations: place ? [location(place)] : [],
    ...(related.length > 0
      ? { relatedLocations: related.map(({ place: at, text }, id) => ({ id, ...location(at), message: { text } })) }
      : {}),
    partialFingerprints: {
      'weir/v1': fingerprint(
        finding.rule,
        finding.artifact ?? place?.file ?? '',
        finding.pointer ?? '',
        finding.message,
      ),
    },
  };
}

function location(place: Place) {
  return {
    physicalLocation: {
      artifactLocation: { uri: place.file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: Math.max(1, place.line), startColumn: Math.max(1, place.column) },
    },
  };
}

/** Stable over edits elsewhere in the file: lines are left out. */
function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}
