/** What the product's own hyperties are, as its catalogue tells. */
import type { HypertyDescriptor } from '@plenum/protocol';
import manifest from '../../package.json' with { type: 'json' };

/** Relative to a descriptor at `…/.well-known/hyperty/<name>`. */
const schema = (name: string) => `../dataschema/${name}`;

const common = {
  type: 'hyperty',
  version: manifest.version,
  language: 'typescript',
  isolation: 'in-process',
  configuration: {},
  hypertyType: ['audio', 'video', 'chat'],
} as const;

export const productDescriptors: readonly HypertyDescriptor[] = [
  {
    ...common,
    cguid: 'plenum/hyperty/ConferenceServer',
    objectName: 'ConferenceServer',
    description: 'Opens and keeps rooms, and says who is in them: the orchestrator of conferences.',
    hypertyType: [...common.hypertyType],
    constraints: { node: true, browser: false },
    resources: ['media-server'],
    dataObjects: [
      { schema: schema('Context'), role: 'observer' },
      { schema: schema('Connection'), role: 'reporter-observer' },
      { schema: schema('Communication'), role: 'reporter' },
      { schema: schema('ResourceCollection'), role: 'reporter' },
      { schema: schema('Lobby'), role: 'reporter' },
    ],
  },
  {
    ...common,
    cguid: 'plenum/hyperty/ConferenceClient',
    objectName: 'ConferenceClient',
    description: 'Takes a person in a browser into a room, with microphone, camera and screen.',
    hypertyType: [...common.hypertyType],
    constraints: { node: false, browser: true },
    resources: ['camera', 'microphone'],
    dataObjects: [
      { schema: schema('Context'), role: 'reporter' },
      { schema: schema('Connection'), role: 'reporter-observer' },
      { schema: schema('Communication'), role: 'observer' },
      { schema: schema('ResourceCollection'), role: 'observer' },
      { schema: schema('Lobby'), role: 'observer' },
    ],
  },
];
