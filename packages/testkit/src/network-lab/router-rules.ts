/** What a site's router does with packets, as nftables is told. Its devices are `lan` and `wan`. */

/**
 * - `none`: the client has a public address, and everything reaches it.
 * - `cone`: a port inside is the same port outside for all destinations, and lets everybody in (endpoint-independent
 *   mapping and filtering, RFC 4787). The easiest to get through.
 * - `symmetric`: another port for each destination, which lets in that destination alone. The hardest.
 */
export type Nat = 'none' | 'cone' | 'symmetric';

/** What the site lets through: everything, everything but UDP, or as a strict company TCP to port 443 alone. */
export type Egress = 'all' | 'no-udp' | 'tcp-443';

export type Cut = 'nothing' | 'tcp' | 'udp' | 'everything';

export interface RouterState {
  readonly nat: Nat;
  readonly egress: Egress;
  readonly cut: Cut;
  /** Of the client. */
  readonly address: string;
}

/** Packets that are not let through vanish, without a word to anybody. */
const cutRules: Readonly<Record<Cut, string>> = {
  nothing: '',
  tcp: 'meta l4proto tcp drop',
  udp: 'meta l4proto udp drop',
  everything: 'drop',
};

const egressRules: Readonly<Record<Egress, string>> = {
  all: '',
  'no-udp': 'meta l4proto udp drop',
  'tcp-443': `
    iifname "lan" tcp dport 443 accept
    iifname "wan" tcp sport 443 accept
    drop`,
};

/** Masquerading keeps the port where it can. Lower ports are not for clients. */
function natRules(nat: Nat, address: string): string {
  if (nat === 'none') return '';
  const incoming = nat === 'cone' ? `iifname "wan" udp dport 1024-65535 dnat to ${address}` : '';
  const outgoing = `oifname "wan" masquerade ${nat === 'symmetric' ? 'fully-random' : ''}`;
  return `
  chain incoming {
    type nat hook prerouting priority dstnat
    ${incoming}
  }
  chain outgoing {
    type nat hook postrouting priority srcnat
    ${outgoing}
  }`;
}

/**
 * Takes the place of the rules before it at one stroke; connections that were let through go on. What comes for the router
 * itself, because no client waits for it, is dropped: a refusal would end attempts that are only early.
 */
export function formatRules({ nat, egress, cut, address }: RouterState): string {
  return `
table ip site
delete table ip site
table ip site {
  chain through {
    type filter hook forward priority filter
    ${cutRules[cut]}
    ${egressRules[egress]}
  }
  chain own {
    type filter hook input priority filter
    iifname "wan" drop
  }
  ${natRules(nat, address)}
}
`;
}
