/** People who are linked straight to each other, without browsers. */
import type { JoinOptions } from '../conference-client-types.ts';
import { aServer, called, joinsMesh, names, pass, type Server } from './call-fixture.ts';

export type Person = Awaited<ReturnType<typeof joinsMesh>>;

export async function aMeshOf<N extends string>(people: readonly N[], options: Partial<JoinOptions> = {}) {
  const server = await aServer();
  const all = {} as Record<N, Person>;
  for (const name of people) all[name] = await joinsMesh(server, name, options);
  await connectAll(server, Object.values(all));
  return { server, all };
}

/** As the network would, soon. */
export async function connectAll(server: Server, people: readonly Person[]): Promise<void> {
  for (const { pairLinks } of people) {
    for (const link of pairLinks) if (link.state === 'new') link.change('connected');
  }
  await pass(server, 250);
}

/** One's link to somebody: the links are made in the order in which people came. */
export function linkTo({ room, pairLinks }: Person, name: string) {
  const others = names(room).filter((one) => !called(room, one).isLocal);
  const link = pairLinks[others.indexOf(name)];
  if (link === undefined) throw new Error(`there is no link to ${name}`);
  return link;
}
