/** Properties that exclude or need each other, in ways that the service refuses. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const resourcePropertyCombination: ArtifactRule = {
  id: 'resource-property-combination',
  family: 'cloudformation',
  severity: 'error',
  title: 'properties of one resource suit each other',
  scope: 'artifact',
  check: reportTemplateCodes('property-combination'),
};
