import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FleetDiff } from '../../src/model.ts';
import { changesHtml } from '../../src/report/changes/html.ts';
import { changesMarkdown, commentLimit } from '../../src/report/changes/markdown.ts';
import { changesText } from '../../src/report/changes/terminal.ts';
import { groupsOf, impactWords, statusLine } from '../../src/report/changes/words.ts';
import { attacks, fleetDiff, fleetDiffs, type GroupPlan } from './fleet-diff.ts';

const plan: GroupPlan = {
  impact: 'nodes-roll',
  clusters: [0],
  text: '3 nodes of pool worker-1 are replaced',
  before: 'a',
  after: 'b',
  fields: 1,
};
const everywhere = (size: number) => Array.from({ length: size }, (_, index) => index);
const introOf = (diff: FleetDiff) => changesMarkdown(diff).split('\n').slice(0, 3).join(' ');

describe('the sentences that are read first', () => {
  test.each([
    [1, 1, 'The only cluster changes: kube-1.'],
    [12, 12, /^All 12 clusters change: kube-1, .*, kube-9\.$/],
    [3, 12, '3 of 12 clusters change: kube-1, kube-2, kube-3.'],
    [1, 12, '1 of 12 clusters changes: kube-1.'],
    [40, 200, '40 of 200 clusters change: kube-1, kube-10, kube-11, kube-12, kube-13, kube-14 and 34 more.'],
    [1000, 1000, /^All 1000 clusters change: kube-1, kube-10, .* and 994 more\.$/],
  ])('%i of %i clusters', (touched, size, expected) => {
    const diff = fleetDiff(size, [[{ ...plan, clusters: everywhere(touched) }]]);
    const intro = changesMarkdown({ ...diff, clusters: [...diff.clusters].sort((a, b) => (a.name < b.name ? -1 : 1)) })
      .split('\n')[2]!
      .replace(/ Compared with .*$/, '')
      .replaceAll('\\', '');
    if (typeof expected === 'string') expect(intro).toBe(expected);
    else expect(intro).toMatch(expected);
  });

  test('a status is one short line', () => {
    expect(statusLine(fleetDiff(12, [[{ ...plan, clusters: everywhere(12) }]]))).toBe(
      'nodes roll on 12 clusters; all 12 clusters change, 1 cause',
    );
    expect(statusLine(fleetDiff(12, []))).toBe('nothing changes on any cluster');
  });

  test('verdict, clusters and causes stand in the first 200 words', () => {
    const causes = everywhere(3).map((): GroupPlan[] => [{ ...plan, clusters: everywhere(1000) }]);
    const head = changesMarkdown(fleetDiff(1000, causes)).split(/\s+/).slice(0, 200).join(' ');
    expect(head).toContain('nodes roll on 1000 clusters');
    expect(head).toContain('All 1000 clusters change');
    for (const index of everywhere(3)) expect(head).toContain(`l${index}.libsonnet`);
  });
});

describe('comments', () => {
  test('stay below the limit, and name or count every impact', () => {
    fc.assert(
      fc.property(fleetDiffs, (diff) => {
        const text = changesMarkdown(diff);
        expect(text.length).toBeLessThan(commentLimit);
        for (const group of groupsOf(diff)) expect(text).toContain(`| **${impactWords[group.impact].title}**`);
        for (const group of groupsOf(diff)) {
          const [, counted] =
            text.match(new RegExp(`\\*\\*${impactWords[group.impact].title}\\*\\*: [^|]*\\| (\\d+) \\|`)) ?? [];
          const same = groupsOf(diff).filter((other) => other.impact === group.impact).length;
          expect(Number(counted)).toBe(same);
        }
        expect(text).toContain(impactWords[diff.impact!].title);
      }),
      { numRuns: 500 },
    );
  });

  test('what is left out is said, with its number', () => {
    const many = everywhere(300).map((): GroupPlan[] => [
      { ...plan, fields: 30, before: 'x'.repeat(300), after: 'y'.repeat(300) },
    ]);
    const text = changesMarkdown(fleetDiff(12, many), { fullReport: 'weir.html' });
    expect(text.length).toBeLessThan(commentLimit);
    const shown = text.match(/\n\*\*nodes roll\*\*: Deployment/g)?.length ?? 0;
    const left = Number(text.match(/Details of (\d+) further change/)?.[1]);
    expect(shown + left).toBe(300);
    expect(text).toContain('weir.html');
  });
});

describe('hostile text', () => {
  const diffs = attacks.map((attack) => [
    attack,
    fleetDiff(3, [[{ ...plan, text: attack, before: attack, after: `${attack} ${attack}`, fields: 2 }]]),
  ]) as readonly (readonly [string, FleetDiff])[];

  test.each(diffs)('has no effect in Markdown: %j', (_, diff) => {
    const text = changesMarkdown(diff);
    // Fenced text is inert: what remains outside of it is looked at.
    const outside = text.replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '');
    const tags = outside.match(/(?<!\\)<\/?[a-zA-Z!][^>]*>/g) ?? [];
    expect(tags.filter((tag) => !['<details>', '</details>', '<summary>', '</summary>'].includes(tag))).toEqual([]);
    expect(outside).not.toMatch(/(?<!\\)\]\(/);
    expect(outside).not.toMatch(/@(?=[a-z])/i);
    expect(outside).not.toMatch(/https?:\/\//);
    expect(outside.match(/^### /gm)).toHaveLength(1);
    // Every fence that opens closes with the same number of marks.
    for (const [fence] of outside.matchAll(/^`{3,}.*$/gm)) expect(fence).toBe('');
  });

  test.each(diffs)('has no effect in HTML: %j', (attack, diff) => {
    const page = changesHtml(diff);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).not.toMatch(/<img|<h1>approved/);
    if (attack.includes('\u001b')) expect(page).not.toContain('\u001b');
  });

  test.each(diffs)('has no effect in a terminal: %j', (_, diff) => {
    const text = changesText(diff, { color: false, columns: 80 });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  test('secrets are said to change and not shown', () => {
    const diff = fleetDiff(3, [[{ ...plan, before: 'hunter2', after: 'hunter3', masked: true }]]);
    for (const text of [changesMarkdown(diff), changesHtml(diff), changesText(diff, { color: false, columns: 80 })]) {
      expect(text).not.toContain('hunter');
      expect(text).toContain('secret, not shown');
    }
  });
});

test('a comment without a change says so', () => {
  expect(introOf(fleetDiff(3, []))).toContain('nothing changes on any cluster');
});
