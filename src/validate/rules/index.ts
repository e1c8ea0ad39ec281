/** Every rule, by family. A new rule is a file here, a line here, and a page in docs/rules/. */
import type { Rule } from '../rule.ts';
import { aggregationSelectsRoles } from './aggregation-selects-roles.ts';
import { bindingSubjectExists } from './binding-subject-exists.ts';
import { classExists } from './class-exists.ts';
import { containerPortName } from './container-port-name.ts';
import { dataReferenceExists } from './data-reference-exists.ts';
import { disruptionBudgetTarget } from './disruption-budget-target.ts';
import { ingressBackendExists } from './ingress-backend-exists.ts';
import { namespaceExists } from './namespace-exists.ts';
import { pullSecretExists } from './pull-secret-exists.ts';
import { roleReferenceExists } from './role-reference-exists.ts';
import { scaleTargetExists } from './scale-target-exists.ts';
import { scrapePortExists } from './scrape-port-exists.ts';
import { selectorMatchesLabels } from './selector-matches-labels.ts';
import { serviceAccountExists } from './service-account-exists.ts';
import { servicePortExists } from './service-port-exists.ts';
import { serviceSelectsPods } from './service-selects-pods.ts';
import { spreadSelectsPods } from './spread-selects-pods.ts';
import { volumeMountExists } from './volume-mount-exists.ts';
import { webhookServiceExists } from './webhook-service-exists.ts';

export const rules: readonly Rule[] = [
  // references
  selectorMatchesLabels,
  serviceSelectsPods,
  servicePortExists,
  containerPortName,
  volumeMountExists,
  dataReferenceExists,
  serviceAccountExists,
  roleReferenceExists,
  bindingSubjectExists,
  aggregationSelectsRoles,
  scaleTargetExists,
  disruptionBudgetTarget,
  ingressBackendExists,
  classExists,
  webhookServiceExists,
  pullSecretExists,
  namespaceExists,
  spreadSelectsPods,
  scrapePortExists,
];
