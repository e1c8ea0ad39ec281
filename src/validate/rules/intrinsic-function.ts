/** Unknown functions, wrong arguments, and functions where they may not stand. */
import { reportTemplateCodes } from '../cloudformation-schema/issues.ts';
import type { ArtifactRule } from '../rule.ts';

export const intrinsicFunction: ArtifactRule = {
  id: 'intrinsic-function',
  family: 'cloudformation',
  severity: 'error',
  title: 'functions have the arguments and the places that CloudFormation takes',
  scope: 'artifact',
  check: reportTemplateCodes('intrinsic'),
};
