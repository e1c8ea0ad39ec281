/** Sections, resource attributes, parameters, mappings and outputs that CloudFormation refuses. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const templateShape: ArtifactRule = {
  id: 'template-shape',
  family: 'cloudformation',
  severity: 'error',
  title: 'a template has the sections and keys that CloudFormation knows',
  scope: 'artifact',
  check: reportTemplateCodes('shape'),
};
