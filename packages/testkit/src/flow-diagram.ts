/** Draws recorded messages as a Mermaid sequence diagram: one line for each message, in the order in which they crossed. */
import { type Message, objectOf, splitAddress } from '@plenum/protocol';
import type { TracedMessage } from './message-trace.ts';

interface Cast {
  /** People by their session's id. */
  readonly sessions: ReadonlyMap<string, string>;
  /** What stands in addresses and paths instead of random words, such as participants' ids. */
  readonly words: ReadonlyMap<string, string>;
}

/** Who is drawn, in order from left to right. */
export function drawFlow(trace: readonly TracedMessage[], cast: Cast): string {
  const requests = new Map<string, string>();
  const lines = trace.flatMap((traced) => {
    const line = lineOf(traced, cast, requests);
    return line === undefined ? [] : [line];
  });
  const actors = ['Node', 'Conference', ...cast.sessions.values()];
  const present = actors.filter((actor) => lines.some(({ from, to }) => from === actor || to === actor));
  return [
    'sequenceDiagram',
    ...present.map((actor) => `  participant ${actor}`),
    ...merge(lines).map(({ from, to, arrow, text }) => `  ${from}${arrow}${to}: ${text}`),
  ].join('\n');
}

interface Line {
  readonly from: string;
  readonly to: string;
  readonly arrow: '->>' | '-->>' | '-)';
  readonly text: string;
}

/** What repeats at once is one line. */
function merge(lines: readonly Line[]): readonly Line[] {
  const merged: { line: Line; times: number }[] = [];
  for (const line of lines) {
    const last = merged.at(-1);
    const isSame = last !== undefined && JSON.stringify(last.line) === JSON.stringify(line);
    if (isSame) last.times += 1;
    else merged.push({ line, times: 1 });
  }
  return merged.map(({ line, times }) =>
    times === 1 ? line : { ...line, text: `${line.text} (${times} times)` },
  );
}

function lineOf(
  { of, direction, message }: TracedMessage,
  cast: Cast,
  requests: Map<string, string>,
): Line | undefined {
  const isPublished = message.to.endsWith('/changes') || message.to.endsWith('/registration');
  // What people publish is of their Connections, which the conference observes.
  const published = direction === 'sent' && isPublished ? 'Conference' : undefined;
  const other = published ?? actorOf(direction === 'sent' ? message.to : message.from, cast);
  // What the conference says to people is drawn from their side.
  if (of === 'Conference' && (other !== 'Node' || isPublished)) return undefined;
  const [from, to] = direction === 'sent' ? [of, other] : [other, of];
  if (from === to) return undefined;
  const key = (asker: string) => `${asker} ${message.id}`;
  if (message.type !== 'response') {
    const text = requestText(message, cast);
    requests.set(key(from), text);
    const arrow = isPublished ? '-)' : '->>';
    return { from, to, arrow, text };
  }
  const { code, error } = message.body;
  const about = requests.get(key(to))?.split(' ').slice(0, 2).join(' ') ?? '';
  return { from, to, arrow: '-->>', text: `${code} ${error?.code ?? about}`.trim() };
}

function actorOf(address: string, cast: Cast): string {
  const { scheme, path = '' } = splitAddress(address) ?? {};
  if (scheme === 'domain') return 'Node';
  const [first = ''] = path.split('/');
  return cast.sessions.get(first) ?? 'Conference';
}

function requestText(message: Message, cast: Cast): string {
  const target = shorten(targetOf(message), cast);
  switch (message.type) {
    case 'execute':
      return `execute ${message.body.method}`;
    case 'update':
      return message.to.endsWith('/changes')
        ? `update ${target}${message.body.attribute === undefined ? ' (version only)' : `: ${shorten(changeText(message.body), cast)}`}`
        : `update ${target}`;
    case 'delete':
      return `delete ${target}${message.body.error === undefined ? '' : ` (${message.body.error.code})`}`;
    default:
      return `${message.type} ${target}`;
  }
}

function changeText({
  attribute = '',
  value,
}: {
  readonly attribute?: string | undefined;
  readonly value?: unknown;
}): string {
  if (value === undefined) return `${attribute} removed`;
  return typeof value === 'object' ? attribute : `${attribute} = ${String(value).slice(0, 40)}`;
}

const kinds = new Map<string | undefined, string>([
  ['comm', 'Communication'],
  ['connection', 'Connection'],
  ['context', 'Context'],
]);

/** What a hyperty is brought: an object's snapshot, or an invitation. */
function broughtText(body: Message['body']): string {
  return 'schema' in body && typeof body.schema === 'string' ? ` (${body.schema})` : '';
}

/** What a message is about: a service by its name, an object by its kind. */
function targetOf({ to, body }: Message): string {
  const { scheme, path = '' } = splitAddress(to) ?? {};
  if (scheme === 'domain') return serviceText(to, path, body);
  if (scheme === 'hyperty') return `hyperty${broughtText(body)}`;
  const child = /\/children\/([a-z]+)/.exec(to)?.[1];
  const kind = kinds.get(scheme) ?? scheme;
  return `${kind}${child === undefined ? '' : ` child ${child}`}${objectOf(to) === to || to.endsWith('/changes') ? '' : to.slice(objectOf(to).length)}`;
}

function serviceText(to: string, path: string, body: Message['body']): string {
  if (to.startsWith('domain://registry.')) return 'registration';
  if (path === 'address-allocation') return 'address';
  if (path === 'session')
    return `session${'resumeToken' in body && body.resumeToken !== undefined ? ' (resume)' : ''}`;
  const [resource = ''] = body.resources ?? [];
  const { scheme } = splitAddress(resource) ?? {};
  return `route of ${scheme ?? ''} changes`;
}

function shorten(text: string, { words }: Cast): string {
  const named = [...words].reduce((shortened, [word, name]) => shortened.replaceAll(word, name), text);
  // Whoever shares something begins with any number.
  return named.replace(/-\d{4,}/g, '-n');
}
