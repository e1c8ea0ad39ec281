/** A property that the resource type does not have, or that only AWS sets. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const resourceProperty: ArtifactRule = {
  id: 'resource-property',
  family: 'cloudformation',
  severity: 'error',
  title: 'every property exists in the schema of its type',
  scope: 'artifact',
  check: reportTemplateCodes('property'),
};
