/** Fuzzers for a running server, for `npm run prove` too. */
export { readTokenKey } from '../token/key-file.ts';
export { mintJanitorPass, mintPasses } from './fuzz-passes.ts';
export {
  createTally,
  type FuzzTarget,
  playRound,
  type Round,
  type RoundSize,
  roundOf,
  type Tally,
} from './fuzz-round.ts';
export { addressesOf, aPair, type Guest, stateOf } from './guest.ts';
export { ailmentOf, differencesFrom, type Inventory, takeInventory } from './inventory.ts';
export { endLinking } from './linked-peer.ts';
