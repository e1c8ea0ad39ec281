/** Findings as JUnit XML: a suite per rule family, a test case per rule, a failure per finding. */
import { formatPlace } from '../../errors.ts';
import type { Finding } from '../../model.ts';
import { xml } from '../escape.ts';
import { type CheckReport, clusterText, mainPlace, outputText, type RuleInfo, staleRemedy } from './report.ts';

interface Case {
  readonly name: string;
  readonly failures: readonly { readonly message: string; readonly text: string }[];
  readonly skipped?: string;
  /** Warnings and notes: shown, but they fail nothing. */
  readonly output?: string;
}

export function findingsJunit(report: CheckReport): string {
  const families = new Map<string, Case[]>();
  const add = (family: string, entry: Case) => {
    const list = families.get(family);
    if (list) list.push(entry);
    else families.set(family, [entry]);
  };
  const known = new Set(report.rules.map((rule) => rule.id));
  for (const rule of report.rules) add(rule.family, ruleCase(rule, report));
  for (const finding of report.findings) {
    if (!known.has(finding.rule)) add('suppression', { name: finding.rule, failures: [failure(finding)] });
  }
  add('output', {
    name: 'stale-output',
    failures: report.stale.map((file) => ({
      message: `${file.file} ${file.state}`,
      text: `Run: ${staleRemedy(report.stale)}`,
    })),
  });
  const suites = [...families].map(([family, cases]) => suite(family, cases));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="weir check">\n${suites.join('')}</testsuites>\n`;
}

function ruleCase(rule: RuleInfo, report: CheckReport): Case {
  const findings = report.findings.filter((finding) => finding.rule === rule.id);
  const hard = findings.filter((finding) => finding.severity === 'error' && !finding.dated);
  const soft = findings.filter((finding) => !hard.includes(finding));
  const unchecked = report.unchecked.filter((entry) => entry.rule === rule.id);
  return {
    name: rule.id,
    failures: hard.map(failure),
    skipped:
      hard.length === 0 && unchecked.length > 0
        ? unchecked.map((entry) => `${entry.what}: ${entry.reason} (${clusterText(entry.clusters)})`).join('\n')
        : undefined,
    output: soft.length > 0 ? soft.map((finding) => `${finding.severity}: ${detail(finding)}`).join('\n') : undefined,
  };
}

function failure(finding: Finding): { readonly message: string; readonly text: string } {
  return { message: finding.message, text: detail(finding) };
}

function detail(finding: Finding): string {
  const place = mainPlace(finding);
  const output = outputText(finding);
  return [
    ...(place ? [`${formatPlace(place)}: ${finding.message}`] : [finding.message]),
    ...(output === undefined ? [] : [`shows in ${output} ${finding.pointer ?? ''}`]),
    ...(finding.clusters.length > 0 ? [`clusters ${clusterText(finding.clusters, 50)}`] : []),
  ].join('\n');
}

function suite(family: string, cases: readonly Case[]): string {
  const failures = cases.filter((entry) => entry.failures.length > 0).length;
  const skipped = cases.filter((entry) => entry.skipped !== undefined).length;
  const body = cases.map((entry) => testCase(family, entry)).join('');
  return `  <testsuite name="${xml(family)}" tests="${cases.length}" failures="${failures}" skipped="${skipped}" errors="0">\n${body}  </testsuite>\n`;
}

function testCase(family: string, entry: Case): string {
  const children = [
    ...entry.failures.map(
      (item) => `      <failure message="${xml(item.message)}" type="finding">${xml(item.text)}</failure>\n`,
    ),
    ...(entry.skipped === undefined ? [] : [`      <skipped message="${xml(entry.skipped)}"/>\n`]),
    ...(entry.output === undefined ? [] : [`      <system-out>${xml(entry.output)}</system-out>\n`]),
  ];
  const head = `    <testcase classname="weir.${xml(family)}" name="${xml(entry.name)}"`;
  return children.length === 0 ? `${head}/>\n` : `${head}>\n${children.join('')}    </testcase>\n`;
}
