/** The headers that go with every answer. */

export interface SecurityContext {
  /** Whether people reach us over HTTPS, by us or by the proxy before us. */
  readonly isSecure: boolean;
  /** Host and port as the client named them; names the WebSocket's origin for browsers where 'self' leaves it out. */
  readonly host: string | undefined;
}

/** What a host may consist of; anything else must not get into a header. */
const hostPattern = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

/** See https://www.w3.org/TR/CSP3/ and https://www.w3.org/TR/permissions-policy/. */
export function securityHeaders({ isSecure, host }: SecurityContext): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy({ isSecure, host }),
    'permissions-policy': permissionsPolicy,
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}

function contentSecurityPolicy({ isSecure, host }: SecurityContext): string {
  const socket = host !== undefined && hostPattern.test(host) ? ` ${isSecure ? 'wss' : 'ws'}://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    `connect-src 'self'${socket}`,
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
    "base-uri 'self'",
  ].join('; ');
}

const permissionsPolicy = [
  'camera=(self)',
  'microphone=(self)',
  'display-capture=(self)',
  'speaker-selection=(self)',
  'autoplay=(self)',
  'fullscreen=(self)',
  'picture-in-picture=(self)',
  'screen-wake-lock=(self)',
  'clipboard-write=(self)',
  'geolocation=()',
  'payment=()',
  'usb=()',
  'midi=()',
].join(', ');
