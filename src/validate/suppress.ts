/**
 * Suppressions stand in the source, never in what is deployed: `// weir-ignore <rule>: <reason>` in Jsonnet,
 * `# weir-ignore <rule>: <reason>` in YAML (and in Jsonnet's `#` comments). One counts for a finding when it stands on
 * the line, or on the line above, of any place in the finding's chain.
 */
import type { Place } from '../errors.ts';
import type { Finding } from '../model.ts';

export interface Suppression {
  readonly place: Place;
  readonly rule: string;
  /** Empty when none was given: a finding of its own. */
  readonly reason: string;
  /** The last line of the comment block: a reason may go on over several comment lines. */
  readonly lastLine: number;
}

const comment = /(?:^|\s)(?:\/\/|#)\s*weir-ignore\b\s*([a-z0-9-]*)\s*(?::\s*(.*))?$/;

/** All suppressions of one file. */
export function findSuppressions(file: string, text: string): readonly Suppression[] {
  if (!text.includes('weir-ignore')) return [];
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const match = comment.exec(line);
    if (!match) return [];
    let lastLine = index + 1;
    const alone = /^\s*(\/\/|#)/.test(line);
    while (alone && /^\s*(\/\/|#)/.test(lines[lastLine] ?? '')) lastLine++;
    return [
      {
        place: { file, line: index + 1, column: line.indexOf('weir-ignore') + 1 },
        rule: match[1] ?? '',
        reason: (match[2] ?? '').trim(),
        lastLine,
      },
    ];
  });
}

/**
 * Takes away what is justified, and reports suppressions without a reason, of no rule, or of nothing. With `partial`
 * nothing is said of the last: other clusters may need them. Neither is it in `copies`, folders of channels that others
 * promote to: what they have, their source had, where more clusters may need it.
 */
export function applySuppressions(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  rules: ReadonlySet<string>,
  partial = false,
  copies: readonly string[] = [],
): { readonly findings: readonly Finding[]; readonly suppressed: number } {
  const used = new Set<Suppression>();
  const byLine = new Map<string, Suppression[]>();
  for (const suppression of suppressions) {
    for (const line of [suppression.place.line, suppression.lastLine, suppression.lastLine + 1]) {
      const key = `${suppression.rule} ${suppression.place.file}:${line}`;
      const list = byLine.get(key);
      if (list) list.push(suppression);
      else byLine.set(key, [suppression]);
    }
  }
  const kept = findings.filter((finding) => {
    const places = [finding.source, finding.overlay, ...(finding.chain ?? [])].filter((place) => place !== undefined);
    const hit = places
      .flatMap((place) => byLine.get(`${finding.rule} ${place.file}:${place.line}`) ?? [])
      .find((suppression) => suppression.reason !== '');
    if (hit) used.add(hit);
    return hit === undefined;
  });
  // A unit that several channels have says the same in each: one cluster of one channel that needs it is enough.
  const needed = new Set([...used].map(channelFree));
  const faults = suppressions.flatMap((suppression): readonly Finding[] => {
    const copied = copies.some((folder) => suppression.place.file.startsWith(`${folder}/`));
    const fault = suppressionFault(suppression, partial || copied || needed.has(channelFree(suppression)), rules);
    return fault === undefined
      ? []
      : [{ rule: fault.rule, severity: 'error', message: fault.message, clusters: [], source: suppression.place }];
  });
  return { findings: [...kept, ...faults], suppressed: findings.length - kept.length };
}

/** A suppression whatever the channel that has it. */
function channelFree({ place, rule, reason }: Suppression): string {
  return `${rule}\n${place.file.replace(/^channels\/[^/]+\//, '')}\n${reason}`;
}

function suppressionFault(suppression: Suppression, used: boolean, rules: ReadonlySet<string>) {
  if (!rules.has(suppression.rule)) {
    return {
      rule: 'unknown-suppression',
      message: `There is no rule "${suppression.rule}" to ignore: weir rules lists them. Write "weir-ignore <rule>: <reason>".`,
    };
  }
  if (suppression.reason === '') {
    return {
      rule: 'suppression-without-reason',
      message: `Say why ${suppression.rule} does not apply here: "weir-ignore ${suppression.rule}: <reason>".`,
    };
  }
  if (!used) {
    return {
      rule: 'unused-suppression',
      message: `Nothing here is found by ${suppression.rule}: remove the comment.`,
    };
  }
  return undefined;
}
