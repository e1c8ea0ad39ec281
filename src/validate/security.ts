/** Security contexts as the kubelet sees them: a container's own setting wins over its pod's. */
import type { JsonValue } from '../model.ts';
import { get } from './rule.ts';
import type { ContainerView, PodView } from './views.ts';

/** A field that exists on both levels, with the pointer at which it was set, or of the container where it was not. */
export function effective(
  pod: PodView,
  container: ContainerView,
  field: string,
): { readonly value: JsonValue | undefined; readonly pointer: string } {
  const own = get(container.value, 'securityContext', field);
  if (own !== undefined) return { value: own, pointer: `${container.pointer}/securityContext/${field}` };
  const shared = get(pod.spec, 'securityContext', field);
  if (shared !== undefined) return { value: shared, pointer: `${pod.pointer}/spec/securityContext/${field}` };
  return { value: undefined, pointer: container.pointer };
}

/** Whether a container may do everything anyway: then the smaller questions are not asked. */
export function isPrivileged(container: ContainerView): boolean {
  return get(container.value, 'securityContext', 'privileged') === true;
}
