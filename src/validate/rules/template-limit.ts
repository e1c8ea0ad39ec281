/** Sizes and counts that CloudFormation, IAM or EC2 refuse. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const templateLimit: ArtifactRule = {
  id: 'template-limit',
  family: 'cloudformation',
  severity: 'error',
  title: 'templates, policies and user data keep the sizes that AWS takes',
  scope: 'artifact',
  check: reportTemplateCodes('limit'),
};
