/** A value outside the enum, pattern, length or bounds that the type states. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const resourcePropertyValue: ArtifactRule = {
  id: 'resource-property-value',
  family: 'cloudformation',
  severity: 'error',
  title: 'every property has a value that its schema admits',
  scope: 'artifact',
  check: reportTemplateCodes('property-value'),
};
