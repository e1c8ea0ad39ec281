/**
 * The documentation pages of the rules are their tests: every rule has a page and every page a rule, the bad example
 * gives the rule's finding, the good one gives none.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Rule } from '../../src/validate/rule.ts';
import { rules } from '../../src/validate/rules/index.ts';
import { schemaRules } from '../../src/validate/rules/index-schema.ts';
import { judge } from './harness.ts';

const folder = fileURLToPath(new URL('../../docs/rules/', import.meta.url));
const pages = readdirSync(folder)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .sort();

interface Example {
  readonly kind: 'bad' | 'good';
  readonly text: string;
}

function examples(page: string): readonly Example[] {
  const text = readFileSync(folder + page, 'utf8');
  return [...text.matchAll(/^```ya?ml (bad|good)\b[^\n]*\n([\s\S]*?)^```/gm)].map((match) => ({
    kind: match[1] as Example['kind'],
    text: match[2] ?? '',
  }));
}

/** Families whose examples are objects or templates; the others judge whole repositories and have their own tests. */
const judgedAlone = (rule: Rule) =>
  rule.scope !== 'fleet' &&
  rule.family !== 'suppression' &&
  rule.family !== 'overlay' &&
  // Needs node pools: test/validate/fleet.test.ts.
  rule.id !== 'schedulable-pod';

test('every rule has a page and every page a rule', () => {
  const ids = rules.map((rule) => `${rule.id}.md`).sort();
  expect(pages).toEqual(ids);
});

test('ids are unique and name their file', () => {
  const files = readdirSync(new URL('../../src/validate/rules/', import.meta.url))
    .filter((file) => !file.startsWith('index'))
    .map((file) => file.replace(/\.ts$/, ''));
  const ids = rules.map((rule) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !files.includes(id))).toEqual([]);
});

describe.each(rules.filter(judgedAlone).map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const all = pages.includes(`${id}.md`) ? examples(`${id}.md`) : [];

  test('has a bad and a good example', () => {
    expect(all.map((example) => example.kind)).toContain('bad');
    expect(all.map((example) => example.kind)).toContain('good');
  });

  test.each(all.filter(({ kind }) => kind === 'bad'))('the bad example is found', ({ text }) => {
    const found = judge(text, [rule]);
    expect(found.findings.map((finding) => finding.rule)).toContain(id);
  });

  test.each(all.filter(({ kind }) => kind === 'good'))('the good example passes', ({ text }) => {
    expect(judge(text, [rule]).findings).toEqual([]);
  });

  test.each(all.filter(({ kind }) => kind === 'good'))('the good example is valid in itself', ({ text }) => {
    expect(judge(text, schemaRules).findings).toEqual([]);
  });
});
