/** What the API server refuses in containers beyond their schema. Source: ValidatePodSpec in Kubernetes' core validation. */
import type { JsonValue } from '../../model.ts';
import { nameFault } from '../kubernetes-schema/metadata.ts';
import { asList, asObject, asString, type ClusterRule, get } from '../rule.ts';
import type { ContainerView, PodView } from '../views.ts';

type Fault = (pointer: string, message: string) => void;

export const containerFields: ClusterRule = {
  id: 'container-fields',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'containers have names, images, ports, variables and probes that the API server takes',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      const names = new Map<string, string>();
      if (asList(pod.spec.containers).length === 0) {
        report(
          pod.owner.artifact,
          `${pod.pointer}/spec`,
          `${pod.owner.kind} ${pod.owner.name}: the pod has no container.`,
        );
      }
      for (const container of pod.containers) {
        const fault: Fault = (pointer, message) =>
          report(
            pod.owner.artifact,
            `${container.pointer}${pointer}`,
            `${pod.owner.kind} ${pod.owner.name}: container ${container.name || 'without a name'} ${message}`,
          );
        checkName(container, names, fault);
        checkPorts(pod, container, fault);
        checkEnvironment(container, fault);
        checkProbes(container, fault);
      }
    }
  },
};

function checkName(container: ContainerView, names: Map<string, string>, fault: Fault): void {
  const { name, value } = container;
  const wrong = name === '' ? undefined : nameFault('label', name);
  if (wrong) fault('/name', `has a name that ${wrong}.`);
  // Two of the same list are a duplicate entry; an init container shares its names with the others too.
  const list = container.init ? 'init container' : 'container';
  const other = names.get(name);
  if (other !== undefined && other !== list) fault('/name', `has the name of an ${other} of the same pod.`);
  names.set(name, list);
  const image = get(value, 'image');
  if (image === undefined || image === '') fault('', 'has no image.');
  else if (typeof image === 'string' && image.trim() !== image)
    fault('/image', `has white space around its image "${image}".`);
}

const portName = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

function checkPorts(pod: PodView, container: ContainerView, fault: Fault): void {
  const names = new Set<string>();
  asList(get(container.value, 'ports')).forEach((port, index) => {
    const at = `/ports/${index}`;
    const name = asString(get(port, 'name'));
    if (name !== undefined) {
      if (name.length > 15)
        fault(`${at}/name`, `has the port name ${name} of ${name.length} characters; 15 are allowed.`);
      else if (!portName.test(name) || name.includes('--')) {
        fault(`${at}/name`, `has the port name ${name}: lower-case letters, digits and single -, with a letter.`);
      }
      if (names.has(name)) fault(`${at}/name`, `has the port name ${name} twice.`);
      names.add(name);
    }
    for (const key of ['containerPort', 'hostPort']) {
      const number = get(port, key);
      if (typeof number === 'number' && (number < 1 || number > 65535))
        fault(`${at}/${key}`, `has ${key} ${number}: a port is 1 to 65535.`);
    }
    const host = get(port, 'hostPort');
    if (pod.spec.hostNetwork === true && typeof host === 'number' && host !== get(port, 'containerPort')) {
      fault(
        `${at}/hostPort`,
        `has hostPort ${host} beside containerPort ${String(get(port, 'containerPort'))}: on the host's network both are the same.`,
      );
    }
  });
}

const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function checkEnvironment(container: ContainerView, fault: Fault): void {
  asList(get(container.value, 'env')).forEach((entry, index) => {
    const at = `/env/${index}`;
    const name = asString(get(entry, 'name')) ?? '';
    if (name === '' || !variableName.test(name))
      fault(`${at}/name`, `has a variable named "${name}": letters, digits, -, _ and ., and no digit first.`);
    const from = asObject(get(entry, 'valueFrom'));
    if (!from) return;
    if (asString(get(entry, 'value'))) fault(at, `gives the variable ${name} both value and valueFrom.`);
    const sources = Object.keys(from).filter((key) => from[key] !== null);
    if (sources.length !== 1)
      fault(
        `${at}/valueFrom`,
        `takes the variable ${name} from ${sources.length === 0 ? 'nowhere' : sources.join(' and ')}: give one source.`,
      );
  });
}

const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

function checkProbes(container: ContainerView, fault: Fault): void {
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = asObject(get(container.value, name));
    if (!probe) continue;
    if (container.init && get(container.value, 'restartPolicy') !== 'Always') {
      fault(`/${name}`, `has a ${name}: an init container that ends is not probed.`);
      continue;
    }
    exactlyOneHandler(probe, `/${name}`, name, fault);
    for (const key of ['periodSeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold']) {
      const number = get(probe, key);
      if (typeof number === 'number' && number < 1)
        fault(`/${name}/${key}`, `has ${name}.${key} ${number}: at least 1.`);
    }
    const success = get(probe, 'successThreshold');
    if (name !== 'readinessProbe' && typeof success === 'number' && success !== 1) {
      fault(`/${name}/successThreshold`, `has ${name}.successThreshold ${success}: 1 is all that this probe takes.`);
    }
  }
  for (const hook of ['postStart', 'preStop']) {
    const value = asObject(get(container.value, 'lifecycle', hook));
    if (value && !Object.keys(value).some((key) => key === 'sleep' || handlers.includes(key))) {
      fault(`/lifecycle/${hook}`, `has a ${hook} hook that does nothing.`);
    }
  }
}

function exactlyOneHandler(probe: JsonValue, pointer: string, name: string, fault: Fault): void {
  const present = handlers.filter((key) => asObject(get(probe, key)) !== undefined);
  if (present.length === 0) fault(pointer, `has a ${name} without ${handlers.join(', ')}: give one.`);
  if (present.length > 1) fault(pointer, `has a ${name} with ${present.join(' and ')}: give one.`);
}
