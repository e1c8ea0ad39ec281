/** A circle of dependencies: CloudFormation refuses the template. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const templateCycle: ArtifactRule = {
  id: 'template-cycle',
  family: 'cloudformation',
  severity: 'error',
  title: 'no resources wait for each other',
  scope: 'artifact',
  check: reportTemplateCodes('cycle'),
};
