/** `weir rules [RULE]`: what is checked, and why. */
import { UsageError } from '../errors.ts';
import { readRulePage } from '../load/pages.ts';
import { nearest } from '../validate/rule.ts';
import { rules } from '../validate/rules/index.ts';
import type { ExitStatus, Io } from './shared/io.ts';

export interface RulesOptions {
  readonly rule?: string;
  readonly json?: boolean;
}

/** Lists the rules by family, or prints the page of one. */
export async function listRules(options: RulesOptions, io: Io): Promise<ExitStatus> {
  if (options.rule !== undefined) {
    const rule = rules.find((candidate) => candidate.id === options.rule);
    if (!rule) {
      const hint = nearest(
        options.rule,
        rules.map((candidate) => candidate.id),
      );
      throw new UsageError(
        `there is no rule ${options.rule}${hint ? `; did you mean ${hint}?` : ''}: weir rules lists them`,
      );
    }
    io.out(readRulePage(rule.id) ?? `${rule.id}: ${rule.title}\n`);
    return 0;
  }
  if (options.json) {
    const list = rules.map(({ id, family, severity, title, dated }) => ({
      name: id,
      family,
      severity,
      title,
      dated: dated === true,
    }));
    io.out(`${JSON.stringify(list, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...rules.map((rule) => rule.id.length));
  const families = [...new Set(rules.map((rule) => rule.family))];
  for (const family of families) {
    io.out(`${family}\n`);
    for (const rule of rules) {
      if (rule.family !== family) continue;
      io.out(`  ${rule.id.padEnd(width)}  ${rule.severity === 'error' ? '' : `(${rule.severity}) `}${rule.title}\n`);
    }
  }
  io.out(`\n${rules.length} rules. weir rules RULE says what one finds and what to do.\n`);
  return 0;
}
