/** Targets made into functions. The type is left out: rules are filed by it. */
import type { PolicyRequest, Target } from './policy.ts';

export type Match = (request: PolicyRequest) => boolean;

type Field = Exclude<keyof PolicyRequest, 'type'>;

export function compileTarget({ schemes, services, parts, methods }: Target): Match {
  const checks = [
    ...check('scheme', schemes),
    ...check('service', services),
    ...check('part', parts),
    ...check('method', methods),
  ];
  return (request) => checks.every((fits) => fits(request));
}

function check(field: Field, allowed: readonly string[] | undefined): readonly Match[] {
  if (allowed === undefined) return [];
  const values: ReadonlySet<unknown> = new Set(allowed);
  return [(request) => values.has(request[field])];
}
