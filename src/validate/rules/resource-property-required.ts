/** A required property that is missing, also under one branch of a condition. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const resourcePropertyRequired: ArtifactRule = {
  id: 'resource-property-required',
  family: 'cloudformation',
  severity: 'error',
  title: 'every required property is there',
  scope: 'artifact',
  check: reportTemplateCodes('property-required'),
};
