/** An action that does not exist is accepted by IAM and grants nothing. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const iamAction: ArtifactRule = {
  id: 'iam-action',
  family: 'iam',
  severity: 'error',
  title: 'policies name services and actions that exist',
  scope: 'artifact',
  check: reportTemplateCodes('iam-action'),
};
