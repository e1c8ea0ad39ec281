/** Every rule, by family. A new rule is a file here, a line here, and a page in docs/rules/. */
import type { Rule } from '../rule.ts';
import { selectorMatchesLabels } from './selector-matches-labels.ts';

export const rules: readonly Rule[] = [
  // references
  selectorMatchesLabels,
];
