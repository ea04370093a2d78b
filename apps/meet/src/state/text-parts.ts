/** Text of others, cut into words and links. Only http and https: other schemes could run something. */

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

const candidates = /\bhttps?:\/\/[^\s<>"“”]+/gi;
/** What ends a sentence rather than an address. */
const trailing = /[.,;:!?'’»…]$/;

export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(candidates)) {
    const link = parseLink(trimEnd(found));
    if (link === undefined) continue;
    if (index > done) parts.push({ kind: 'text', text: text.slice(done, index) });
    parts.push(link);
    done = index + link.text.length;
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done) });
  return parts;
}

function parseLink(text: string): Extract<TextPart, { kind: 'link' }> | undefined {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return url === null || !isWeb ? undefined : { kind: 'link', text, url: url.href };
}

/** A bracket at the end belongs to the address only where it opened there. */
function trimEnd(found: string): string {
  let text = found;
  while (trailing.test(text) || (text.endsWith(')') && count(text, ')') > count(text, '('))) {
    text = text.slice(0, -1);
  }
  return text;
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}
