/** Every rule, by family. A new rule is a file here, a line here, and a page in docs/rules/. */
import type { Rule } from '../rule.ts';
import { addedCapabilities } from './added-capabilities.ts';
import { aggregationSelectsRoles } from './aggregation-selects-roles.ts';
import { bindingSubjectExists } from './binding-subject-exists.ts';
import { classExists } from './class-exists.ts';
import { containerPortName } from './container-port-name.ts';
import { dataReferenceExists } from './data-reference-exists.ts';
import { disruptionBudgetTarget } from './disruption-budget-target.ts';
import { embeddedDocument } from './embedded-document.ts';
import { escalationPath } from './escalation-path.ts';
import { factsAge } from './facts-age.ts';
import { hardenedContainer } from './hardened-container.ts';
import { hostNamespaces } from './host-namespaces.ts';
import { hostPath } from './host-path.ts';
import { iamRoleExists } from './iam-role-exists.ts';
import { imageTag } from './image-tag.ts';
import { schemaRules } from './index-schema.ts';
import { ingressBackendExists } from './ingress-backend-exists.ts';
import { kubernetesSupport } from './kubernetes-support.ts';
import { mountedFileExists } from './mounted-file-exists.ts';
import { namesWithCreate } from './names-with-create.ts';
import { namespaceExists } from './namespace-exists.ts';
import { poolArchitecture } from './pool-architecture.ts';
import { privilegedContainer } from './privileged-container.ts';
import { pullSecretExists } from './pull-secret-exists.ts';
import { redundantOverlay } from './redundant-overlay.ts';
import { resourceRequests } from './resource-requests.ts';
import { roleReferenceExists } from './role-reference-exists.ts';
import { runAsRoot } from './run-as-root.ts';
import { scaleTargetExists } from './scale-target-exists.ts';
import { schedulablePod } from './schedulable-pod.ts';
import { scrapePortExists } from './scrape-port-exists.ts';
import { secretLiteral } from './secret-literal.ts';
import { secretObject } from './secret-object.ts';
import { selectorMatchesLabels } from './selector-matches-labels.ts';
import { serviceAccountExists } from './service-account-exists.ts';
import { serviceAddresses } from './service-addresses.ts';
import { servicePortExists } from './service-port-exists.ts';
import { serviceSelectsPods } from './service-selects-pods.ts';
import { spreadSelectsPods } from './spread-selects-pods.ts';
import { staticPod } from './static-pod.ts';
import { trustPolicySubject } from './trust-policy-subject.ts';
import { uniqueDnsOwner } from './unique-dns-owner.ts';
import { unknownRbacResource } from './unknown-rbac-resource.ts';
import { volumeMountExists } from './volume-mount-exists.ts';
import { webhookServiceExists } from './webhook-service-exists.ts';
import { wildcardRule } from './wildcard-rule.ts';

export const rules: readonly Rule[] = [
  ...schemaRules,
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
  mountedFileExists,
  // security
  privilegedContainer,
  hostNamespaces,
  hostPath,
  runAsRoot,
  hardenedContainer,
  addedCapabilities,
  resourceRequests,
  imageTag,
  // rbac
  unknownRbacResource,
  wildcardRule,
  namesWithCreate,
  escalationPath,
  // secrets
  secretObject,
  secretLiteral,
  // cross-reference
  schedulablePod,
  poolArchitecture,
  iamRoleExists,
  trustPolicySubject,
  serviceAddresses,
  // embedded
  embeddedDocument,
  staticPod,
  // fleet
  uniqueDnsOwner,
  redundantOverlay,
  factsAge,
  kubernetesSupport,
];
