/** Statements, principals, resources and trust that IAM refuses or that grant nothing. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const iamPolicyDocument: ArtifactRule = {
  id: 'iam-policy-document',
  family: 'iam',
  severity: 'error',
  title: 'policy documents follow the grammar of IAM',
  scope: 'artifact',
  check: reportTemplateCodes('iam-document'),
};
