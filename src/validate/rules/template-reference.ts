/** Ref, GetAtt, Sub, DependsOn, conditions and mappings that name nothing. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const templateReference: ArtifactRule = {
  id: 'template-reference',
  family: 'cloudformation',
  severity: 'error',
  title: 'references name what the template has',
  scope: 'artifact',
  check: reportTemplateCodes('reference'),
};
