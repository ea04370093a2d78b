/** Pleasant names for new rooms: easy to say on the telephone, hard enough to guess (about 28 bits). */

const qualities =
  'amber bold brave bright brisk calm candid clear cosy crisp early easy fair fresh gentle glad golden green happy honest jolly kind light lively lucky mellow merry mild neat noble polite proud quick quiet ready rosy sharp silver sincere smart snowy solar still sunny swift tidy vivid warm wise witty'.split(
    ' ',
  );
const animals =
  'badger beaver bison cricket crane deer dolphin duck eagle falcon finch fox gecko goose hare hawk hedgehog heron ibex kestrel koala lark lemur linnet lynx magpie marten mole moose newt otter owl panda pelican penguin pony puffin quail rabbit raven robin salmon seal sparrow starling stork swallow swan tern turtle walrus wren'.split(
    ' ',
  );
const places =
  'bay beach bridge brook cabin canyon cape castle cove creek dale delta dune fjord forest garden glade grove harbour hill island isle lagoon lake lodge marsh meadow mill moor mountain oasis orchard park pass peak pier pond prairie reef ridge river shore spring summit terrace tower trail valley village vineyard wharf wood'.split(
    ' ',
  );

/** `random(n)` gives a whole number from 0 to n - 1. */
export function randomRoomName(random: (below: number) => number = cryptoRandom): string {
  const pick = (words: readonly string[]) => words[random(words.length)] ?? '';
  return `${pick(qualities)}-${pick(animals)}-${pick(places)}-${10 + random(90)}`;
}

function cryptoRandom(below: number): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word % below;
}
