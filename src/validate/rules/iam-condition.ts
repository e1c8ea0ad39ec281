/** A condition with an unknown key never holds, or always. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const iamCondition: ArtifactRule = {
  id: 'iam-condition',
  family: 'iam',
  severity: 'error',
  title: 'conditions have operators, keys and values that exist',
  scope: 'artifact',
  check: reportTemplateCodes('iam-condition'),
};
