/** A value that CloudFormation cannot convert to the type of its property. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const resourcePropertyType: ArtifactRule = {
  id: 'resource-property-type',
  family: 'cloudformation',
  severity: 'error',
  title: 'every property has the type that its schema says',
  scope: 'artifact',
  check: reportTemplateCodes('property-type'),
};
