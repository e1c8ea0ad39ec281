/** What nothing uses is a leftover, or a sign of a misspelt name elsewhere. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const templateUnused: ArtifactRule = {
  id: 'template-unused',
  family: 'cloudformation',
  severity: 'warning',
  title: 'parameters, conditions and mappings are used',
  scope: 'artifact',
  check: reportTemplateCodes('unused'),
};
