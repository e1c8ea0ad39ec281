/** A variable of this template outside Fn::Sub is deployed as it is written. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const templateSubstitution: ArtifactRule = {
  id: 'template-substitution',
  family: 'cloudformation',
  severity: 'error',
  title: 'variables stand inside Fn::Sub',
  scope: 'artifact',
  check: reportTemplateCodes('substitution'),
};
